"""Coverage: of one tool, which parameters, values, combinations and errors were tried, and with what success.

Only what reached the tool counts as tried: calls that were simulated, checked, or that failed because the
tool's server was not there are counted apart. Everything is bounded, whatever the number of trials.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import TypeVar

from practicum.nodes.coverage_records import ErrorCount, ParameterCoverage, ToolCoverage, Tried
from practicum.nodes.harvest import blamed
from practicum.nodes.schema_parts import closed_values
from practicum.nodes.token_estimate import one_line
from practicum.records import (
    ABSENT,
    ErrorKind,
    JsonObject,
    Mode,
    Outcome,
    Step,
    ToolCall,
    ToolSpec,
    Trial,
    canonical_json,
)

MOST_VALUES = 12
"""Values told of a parameter, those tried most."""
MOST_COUNTED = 1000
"""Distinct values counted of a parameter; later ones are not told apart."""
MOST_PAIRS = 12
MOST_ERRORS = 12
VALUE_CHARACTERS = 40

Key = TypeVar("Key")


def coverage(spec: ToolSpec, trials: Iterable[Trial]) -> ToolCoverage:
    """Count what these trials tried of a tool.

    Args:
        spec: The tool as it is now; parameters it does not have are left out. See `observed_spec`.
        trials: Trials of any tools; calls of other tools are left out.
    """
    counts = _Counts(spec)
    for trial in trials:
        if trial.outcome is not Outcome.BROKEN:
            counts.add(trial)
    return counts.finished()


def observed_spec(tool: str, trials: Iterable[Trial]) -> ToolSpec:
    """Return what calls tell of a tool whose schema is not at hand: the parameters that were given.

    Those given in every call are taken for required.
    """
    calls = [step.call for trial in trials for step in tried_steps(tool, trial) if step.call is not None]
    names = list(dict.fromkeys(name for call in calls for name in call.arguments))
    always = [name for name in names if all(name in call.arguments for call in calls)]
    properties: JsonObject = {name: {} for name in names}
    return ToolSpec(
        name=tool,
        description="",
        parameters={"type": "object", "properties": properties, "required": always},
    )


def tried_steps(tool: str, trial: Trial) -> list[Step]:
    """Return the steps of a trial, probes first, whose call of this tool was really tried."""
    return [step for step in (*trial.probes, *trial.steps) if _is_of(tool, step) and was_tried(step)]


def was_tried(step: Step) -> bool:
    """Whether the step tells how the tool takes the call: it ran, or the schema turned it away."""
    seen = step.observation
    return seen.real and seen.error not in {ErrorKind.REFUSED, *ABSENT}


def error_of(spec: ToolSpec, step: Step) -> tuple[ErrorKind, str | None] | None:
    """Return a step's kind of error and the parameter it is about; None where there is none."""
    if step.observation.error is None or step.call is None:
        return None
    about = missing(spec, step.call) or blamed(spec, step.call, step.observation.text)
    return step.observation.error, about[0] if about else None


def missing(spec: ToolSpec, call: ToolCall) -> list[str]:
    """Return the required parameters that a call lacks."""
    return [name for name in spec.properties if name in spec.required and name not in call.arguments]


def _is_of(tool: str, step: Step) -> bool:
    return step.call is not None and step.call.name == tool


@dataclass
class _Counts:
    """Counters that one pass over the trials fills."""

    spec: ToolSpec
    all: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    attempted: Counter[str] = field(default_factory=Counter)
    solved: Counter[str] = field(default_factory=Counter)
    values: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    pairs: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    errors: Counter[tuple[ErrorKind, str | None]] = field(default_factory=Counter)

    def add(self, trial: Trial) -> None:
        own = [step for step in (*trial.probes, *trial.steps) if _is_of(self.spec.name, step)]
        pretended = [
            step
            for step in own
            if step.observation.mode in {Mode.SIMULATED, Mode.DRY_RUN}
            or step.observation.error is ErrorKind.REFUSED
        ]
        self.all["not executed"] += len(pretended)
        for step in tried_steps(self.spec.name, trial):
            self._add_step(step)
        if trial.tool == self.spec.name:
            self._add_trial(trial)

    def _add_trial(self, trial: Trial) -> None:
        solved = trial.outcome is Outcome.SOLVED
        self.all.update(trials=1, solved=int(solved))
        attempts = [step.call for step in trial.steps if _is_of(self.spec.name, step) and was_tried(step)]
        for name in {name for call in attempts if call is not None for name in call.arguments}:
            self.attempted[name] += 1
            self.solved[name] += int(solved)

    def _add_step(self, step: Step) -> None:
        if step.call is None:
            return
        ok = step.observation.ok
        self.all.update(calls=1, accepted=int(ok))
        error = error_of(self.spec, step)
        if error is not None:
            self.errors[error] += 1
            self.refused[error[1] or ""] += int(error[1] in step.call.arguments)
        names = [name for name in self.spec.properties if name in step.call.arguments]
        for name in names:
            self.given[name] += 1
            self.accepted[name] += int(ok)
            self._add_value(name, step.call.arguments[name], ok=ok)
        for pair in combinations([name for name in names if name not in self.spec.required], 2):
            _count(self.pairs, pair, ok=ok)

    def _add_value(self, name: str, value: object, *, ok: bool) -> None:
        known = self.values.setdefault(name, {})
        written = canonical_json(value)
        if written in known or len(known) < MOST_COUNTED:
            _count(known, written, ok=ok)

    def finished(self) -> ToolCoverage:
        return ToolCoverage(
            tool=self.spec.name,
            trials=self.all["trials"],
            solved=self.all["solved"],
            calls=self.all["calls"],
            accepted=self.all["accepted"],
            not_executed=self.all["not executed"],
            parameters=tuple(self._parameter(name) for name in self.spec.properties),
            pairs=_most(((pair, counted) for pair, counted in self.pairs.items()), MOST_PAIRS),
            apart=tuple(islice(self._apart(), MOST_PAIRS)),
            errors=tuple(
                ErrorCount(kind=kind, parameter=parameter, count=count)
                for (kind, parameter), count in self.errors.most_common(MOST_ERRORS)
            ),
        )

    def _apart(self) -> Iterator[tuple[str, str]]:
        given = [name for name in self.spec.properties if self.given[name] and name not in self.spec.required]
        return (pair for pair in combinations(given, 2) if pair not in self.pairs)

    def _untried(self, name: str) -> tuple[str, ...]:
        given = self.values.get(name, {})
        allowed = map(canonical_json, closed_values(self.spec.properties[name]))
        return tuple(_short(value) for value in allowed if value not in given)[:MOST_VALUES]

    def _parameter(self, name: str) -> ParameterCoverage:
        values = self.values.get(name, {})
        return ParameterCoverage(
            name=name,
            required=name in self.spec.required,
            given=self.given[name],
            left_out=self.all["calls"] - self.given[name],
            accepted=self.accepted[name],
            refused=self.refused[name],
            trials=self.attempted[name],
            solved=self.solved[name],
            distinct=len(values),
            values=_most((((_short(value),), counted) for value, counted in values.items()), MOST_VALUES),
            untried=self._untried(name),
        )


def _count(known: dict[Key, list[int]], key: Key, *, ok: bool) -> None:
    counted = known.setdefault(key, [0, 0])
    counted[0] += 1
    counted[1] += int(ok)


def _most(counted: Iterable[tuple[tuple[str, ...], Sequence[int]]], most: int) -> tuple[Tried, ...]:
    ranked = sorted(counted, key=lambda each: -each[1][0])[:most]
    return tuple(Tried(what=what, tried=tried, accepted=accepted) for what, (tried, accepted) in ranked)


def _short(value: str) -> str:
    told = one_line(value)
    return told if len(told) <= VALUE_CHARACTERS else f"{told[: VALUE_CHARACTERS - 3]}..."
