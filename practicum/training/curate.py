"""Curate: which trials become demonstrations. Everything that is dropped is counted, with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from practicum.memory_store.embedding import Embedder
from practicum.memory_store.similarity import near_duplicates
from practicum.records import Demonstration, Mode, Outcome, ToolCall, Trial

NEAR_HELD_OUT = 0.95
"""Cosine similarity to a held-out query from which a trial is dropped."""
NEAR_DUPLICATE = 0.985
"""Cosine similarity to a kept trial with the same call from which a trial is dropped."""
OBSERVATION_CHARACTERS = 600

Reviewed = Literal["approved", "rejected"]


@dataclass(frozen=True)
class Curated:
    """What was kept, and why the rest was not."""

    kept: tuple[Demonstration, ...]
    dropped: Counter[str] = field(default_factory=Counter)
    rephrased: tuple[Demonstration, ...] = ()
    """The calls of what was kept, said in other words (`practicum.training.rephrase`)."""

    @property
    def seen(self) -> int:
        """Number of trials looked at."""
        return len(self.kept) + self.dropped.total()


def curate(
    trials: Iterable[Trial],
    embedder: Embedder,
    *,
    schema_hashes: Mapping[str, str] | None = None,
    reviews: Mapping[str, Reviewed] | None = None,
    held_out: Sequence[tuple[str, Sequence[ToolCall]]] = (),
) -> Curated:
    """Filter trials into demonstrations.

    Args:
        trials: In the order they were recorded.
        embedder: For near-duplicates.
        schema_hashes: Current hash of each tool; trials made with another are stale. None: all count.
        reviews: What people said of trials, by id; "approved" overrides the trial's own reflection.
        held_out: Queries that measure, with their expected calls: nothing learned may be near them.
    """
    dropped: Counter[str] = Counter()
    passed: list[Demonstration] = []
    for trial in trials:
        reason = _reason_to_drop(trial, schema_hashes, (reviews or {}).get(trial.id))
        if reason is None:
            passed.append(_demonstration(trial))
        else:
            dropped[reason] += 1
    passed = without_held_out(passed, held_out, embedder, dropped)
    return Curated(tuple(_without_duplicates(passed, embedder, dropped)), dropped)


def _reason_to_drop(
    trial: Trial, schema_hashes: Mapping[str, str] | None, review: Reviewed | None
) -> str | None:
    checks = (
        (trial.outcome is Outcome.BROKEN, "broken"),
        (review == "rejected", "rejected by review"),
        (trial.outcome is Outcome.UNSOLVED and review != "approved", "unsolved"),
        (trial.final_call is None, "no call succeeded"),
        (any(step.observation.mode is not Mode.LIVE for step in trial.steps), "not executed live"),
        (
            schema_hashes is not None and schema_hashes.get(trial.tool) != trial.tool_schema_hash,
            "tool changed or gone",
        ),
    )
    return next((reason for wrong, reason in checks if wrong), None)


def _demonstration(trial: Trial) -> Demonstration:
    last = [step for step in trial.steps if step.call is not None and step.observation.ok][-1]
    assert last.call is not None  # noqa: S101 - the line above chose it so
    return Demonstration(
        id=trial.id,
        tool=trial.tool,
        tool_schema_hash=trial.tool_schema_hash,
        query=trial.query,
        call=last.call,
        observation=last.observation.text[:OBSERVATION_CHARACTERS],
        answer=trial.answer,
    )


def without_held_out(
    passed: list[Demonstration],
    held_out: Sequence[tuple[str, Sequence[ToolCall]]],
    embedder: Embedder,
    dropped: Counter[str],
) -> list[Demonstration]:
    """Return the pairs of query and call that are not near what measures; count the others."""
    if not held_out or not passed:
        return passed
    queries = [query for query, _ in held_out]
    signatures = {call.signature for _, calls in held_out for call in calls}
    near = near_duplicates([shown.query for shown in passed], queries, embedder, NEAR_HELD_OUT)
    indices = {index for index, _, _ in near}
    kept = []
    for index, shown in enumerate(passed):
        if index in indices:
            dropped["near a held-out query"] += 1
        elif shown.call.signature in signatures:
            dropped["same call as a held-out query"] += 1
        else:
            kept.append(shown)
    return kept


def _without_duplicates(
    passed: list[Demonstration], embedder: Embedder, dropped: Counter[str]
) -> list[Demonstration]:
    """Keep the first of the trials that say nearly the same and make the same call."""
    groups: dict[str, list[Demonstration]] = {}
    for shown in passed:
        groups.setdefault(shown.call.signature, []).append(shown)
    repeated: set[str] = set()
    for group in groups.values():
        queries = [shown.query for shown in group]
        pairs = near_duplicates(queries, None, embedder, NEAR_DUPLICATE)
        for first, later, _ in pairs:  # sorted, so that whether the first is kept is known by now
            if group[first].id not in repeated:
                repeated.add(group[later].id)
    if repeated:
        dropped["near duplicate"] += len(repeated)
    return [shown for shown in passed if shown.id not in repeated]
