"""Curate: which trials become demonstrations. Everything that is dropped is counted, with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from practicum.hostile import holds_redacted
from practicum.memory_store.embedding import Embedder
from practicum.memory_store.entries import ReviewDecision
from practicum.memory_store.similarity import NEAR, near_duplicates
from practicum.nodes.plain_answer import plain_answer
from practicum.records import Demonstration, Mode, Outcome, Step, ToolCall, Trial, call_key, query_key
from practicum.training import quarantine
from practicum.training.alone import why_not_alone
from practicum.training.evidence import confirmed_trial, is_right, shown_step, steps_before

if TYPE_CHECKING:
    from practicum.records import Judgement

NEAR_DUPLICATE = 0.985
"""Cosine similarity to a kept trial with the same call from which a trial is dropped."""
OBSERVATION_CHARACTERS = 600

REDACTED = "redacted text in its query or call"
OTHER_ORIGIN = "of another origin"
CHANGED = "tool changed or gone"


@dataclass(frozen=True)
class Curated:
    """What was kept, and why the rest was not."""

    kept: tuple[Demonstration, ...]
    dropped: Counter[str] = field(default_factory=Counter)
    notes: str | None = None
    """The candidate that was made of the notes, such as ``notes@2``; None where there are none."""
    why_no_notes: str = ""
    """Why there are none."""
    rephrased: tuple[Demonstration, ...] = ()
    """The calls of what was kept, said in other words (`practicum.training.rephrase`)."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where the trials behind what was kept come from, by id: ``exploration`` or ``service``."""

    @property
    def seen(self) -> int:
        """Number of trials looked at."""
        return len(self.kept) + self.dropped.total()

    @property
    def by_origin(self) -> Counter[str]:
        """How many of what was kept come from where."""
        return Counter(self.origins[shown.id] for shown in self.kept if shown.id in self.origins)


def curate(
    trials: Iterable[Trial],
    embedder: Embedder,
    *,
    schema_hashes: Mapping[str, str] | None = None,
    reviews: Mapping[str, ReviewDecision] | None = None,
    held_out: Sequence[tuple[str, Sequence[ToolCall]]] = (),
    judgements: Mapping[str, Judgement] | None = None,
    unverified: bool = False,
    origin: str | None = None,
) -> Curated:
    """Filter trials into demonstrations.

    Args:
        trials: In the order they were recorded.
        embedder: For near-duplicates.
        schema_hashes: Current hash of each tool; trials made with another are stale. None: all count.
        reviews: What people said of trials, by id; "approved" overrides the trial's own reflection.
        held_out: Queries that measure, with their expected calls: nothing learned may be near them.
        judgements: What a judge said of trials, by id; trials that were not judged pass.
        unverified: Whether trials count whose calls were simulated, or checked and never executed.
        origin: Only trials of this origin; None: of any.
    """
    dropped: Counter[str] = Counter()
    passed: list[Demonstration] = []
    origins: dict[str, str] = {}
    for trial in trials:
        if origin not in (None, trial.origin):
            dropped[OTHER_ORIGIN] += 1
            continue
        review = (reviews or {}).get(trial.id)
        judgement = (judgements or {}).get(trial.id)
        reason = reason_to_drop(trial, schema_hashes, review, judgement, unverified=unverified)
        if reason is None:
            passed.append(demonstration_of(trial))
            origins[trial.id] = trial.origin
        else:
            dropped[reason] += 1
    passed = without_held_out(passed, held_out, embedder, dropped)
    return Curated(tuple(without_duplicates(passed, embedder, dropped)), dropped, origins=origins)


def worth_judging(
    trials: Iterable[Trial],
    *,
    schema_hashes: Mapping[str, str] | None = None,
    reviews: Mapping[str, ReviewDecision] | None = None,
    unverified: bool = False,
) -> list[Trial]:
    """Return the trials that a judge decides about: something would be learned, and no person approved them.

    Those of which only the call was confirmed come with what it returned as their answer. With ``unverified``
    those count that were not executed, too.
    """
    found = []
    for trial in trials:
        review = (reviews or {}).get(trial.id)
        learned, reason = as_learned(trial, schema_hashes, review, unverified=unverified)
        if reason is not None or review == "approved":
            continue
        if learned is not trial:
            learned = learned.model_copy(update={"answer": plain_answer(learned.steps[-1].observation.text)})
        found.append(learned)
    return found


def as_learned(
    trial: Trial,
    schema_hashes: Mapping[str, str] | None,
    review: ReviewDecision | None,
    judgement: Judgement | None = None,
    *,
    unverified: bool = False,
) -> tuple[Trial, str | None]:
    """Return a trial as examples are made of it, and why none is; arguments as for `reason_to_drop`.

    Where it would be dropped and execution confirmed its call (`confirmed_trial`), that call is what counts.
    """
    reason = reason_to_drop(trial, schema_hashes, review, judgement, unverified=unverified)
    confirmed = confirmed_trial(trial) if reason is not None else None
    if confirmed is None:
        return trial, reason
    return confirmed, reason_to_drop(confirmed, schema_hashes, review, judgement)


def reason_to_drop(
    trial: Trial,
    schema_hashes: Mapping[str, str] | None,
    review: ReviewDecision | None,
    judgement: Judgement | None = None,
    *,
    unverified: bool = False,
) -> str | None:
    """Return why nothing should be learned from a trial, None when something should.

    Args:
        trial: The trial.
        schema_hashes: Current hash of each tool; None: all are current.
        review: What a person said of it; "approved" overrides its own reflection and the judge.
        judgement: What a judge said of it; None where it was not judged.
        unverified: Whether it counts where its calls were simulated, or checked and never executed; then
            its own reflection is all that speaks for it.
    """
    noted = any(step.observation.mode is Mode.DRY_RUN for step in trial.steps)
    checks = (
        (trial.outcome is Outcome.BROKEN, "broken"),
        (review == "rejected", "rejected by review"),
        (trial.simulated and not unverified, "simulated"),
        (noted and not unverified, "not executed"),
        (not is_right(trial, unverified=unverified) and review != "approved", "unsolved"),
        (shown_step(trial) is None, "no call succeeded"),
        (
            schema_hashes is not None
            and any(schema_hashes.get(name) != one for name, one in trial.schema_hashes.items()),
            CHANGED,
        ),
        (quarantine.quarantined(trial) is not None, quarantine.REASON),
        (_is_redacted(trial), REDACTED),
    )
    first = next((reason for wrong, reason in checks if wrong), None) or why_not_alone(trial)
    if first is not None or judgement is None or review == "approved":
        return first
    return judgement.objection


def _is_redacted(trial: Trial) -> bool:
    """Whether a call, or what asks for it, lacks what was redacted: it would teach to write the mark."""
    shown = trial.returned if trial.takes_several else [trial.final_call]
    calls = [call for call in (*shown, trial.imagined) if call is not None]
    return any(holds_redacted(call.signature) for call in calls) or holds_redacted(trial.query)


def demonstration_of(trial: Trial) -> Demonstration:
    """Return the demonstration of a trial in which some call succeeded: its query and its last such call.

    Of a trial of several tools it holds all such calls, each with what it returned. Of a call that was not
    executed nothing is shown but the call.
    """
    last = shown_step(trial)
    assert last is not None  # noqa: S101 - of such trials only
    assert last.call is not None  # noqa: S101 - it was chosen so
    executed = last.observation.ok
    before = tuple(_as_shown(step) for step in steps_before(trial, last))
    names = dict.fromkeys(step.call.name for step in before if step.call is not None)
    hashes = trial.schema_hashes
    tool = last.call.name if trial.others else trial.tool
    return Demonstration(
        id=trial.id,
        tool=tool,
        tool_schema_hash=hashes.get(tool, trial.tool_schema_hash),
        others={name: hashes.get(name, "") for name in names if name != tool},
        query=trial.query,
        before=before,
        call=last.call,
        observation=last.observation.text[:OBSERVATION_CHARACTERS] if executed else "",
        answer=trial.answer if executed else "",
    )


def _as_shown(step: Step) -> Step:
    """A step as a demonstration holds it: without its thought, its observation bounded."""
    seen = step.observation
    text = seen.text[:OBSERVATION_CHARACTERS] if seen.ok else ""
    return Step(call=step.call, observation=seen.model_copy(update={"text": text, "seconds": 0.0}))


def without_held_out(
    passed: list[Demonstration],
    held_out: Sequence[tuple[str, Sequence[ToolCall]]],
    embedder: Embedder,
    dropped: Counter[str],
) -> list[Demonstration]:
    """Return the pairs of query and call that are not near what measures; count the others."""
    if not held_out or not passed:
        return passed
    signatures = {call_key(call) for _, calls in held_out for call in calls}
    indices = near_held_out([shown.query for shown in passed], [query for query, _ in held_out], embedder)
    kept = []
    for index, shown in enumerate(passed):
        if index in indices:
            dropped["near a held-out query"] += 1
        elif any(call_key(call) in signatures for call in shown.calls):
            dropped["same call as a held-out query"] += 1
        else:
            kept.append(shown)
    return kept


def near_held_out(queries: Sequence[str], held_out: Sequence[str], embedder: Embedder) -> set[int]:
    """Return the indices of the queries that are one that measures, but for case and spaces, or near one."""
    known = {query_key(query) for query in held_out}
    same = {index for index, query in enumerate(queries) if query_key(query) in known}
    return same | {index for index, _, _ in near_duplicates(queries, held_out, embedder, NEAR)}


def without_duplicates(
    passed: list[Demonstration], embedder: Embedder, dropped: Counter[str]
) -> list[Demonstration]:
    """Keep the first of the trials that say nearly the same and make the same call."""
    groups: dict[str, list[Demonstration]] = {}
    for shown in passed:
        groups.setdefault(" ".join(call.signature for call in shown.calls), []).append(shown)
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
