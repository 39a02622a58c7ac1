"""Lessons: what all trials together taught about the arguments of a tool.

Learned from every query whose call execution confirmed. Where the call came first, that
holds of trials that ended unsolved, too: the model did not come back to the call, but the
query was made from it. (Learning from the solved ones alone teaches the habits of the model.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from practicum.memory_store.embedding import Embedder
from practicum.memory_store.entries import ReviewDecision
from practicum.nodes.forms import told_forms
from practicum.nodes.grounding.cues import learn_cues
from practicum.nodes.grounding.exemplified import learn_met
from practicum.nodes.grounding.frames import learn_frames
from practicum.nodes.grounding.measures import learn_kinds, learn_pairs
from practicum.nodes.grounding.numbers import learn_numbers
from practicum.nodes.grounding.signs import learn_signs
from practicum.nodes.grounding.told import learn_told
from practicum.nodes.harvest import listed_sets, vocabulary
from practicum.records import Demonstration, Judgement, Lessons, Outcome, Step, ToolCall, ToolSpec, Trial
from practicum.training.curate import without_held_out
from practicum.training.quarantine import quarantined

EMPTY = frozenset({"", "[]", "{}", "null", "None", "()"})
"""What a call returns that found nothing, without its spaces."""


def learn_lessons(
    specs: Sequence[ToolSpec],
    trials: Iterable[Trial],
    embedder: Embedder,
    *,
    reviews: Mapping[str, ReviewDecision] | None = None,
    held_out: Sequence[tuple[str, Sequence[ToolCall]]] = (),
    judgements: Mapping[str, Judgement] | None = None,
) -> dict[str, Lessons]:
    """Return what trials taught, by tool; tools that nothing was learned about are absent.

    Args:
        specs: The tools as they are now; trials made with another schema don't count.
        trials: In the order they were recorded.
        embedder: Finds queries that are near held-out ones.
        reviews: What people said of trials, by id; rejected ones don't count. Nor do quarantined ones.
        held_out: Queries that measure, with their expected calls: nothing is learned from trials near them.
        judgements: What a judge said of trials, by id: one that it found wrong counts only if a person
            approved it.
    """
    hashes = {spec.name: spec.schema_hash for spec in specs}
    said, judged = reviews or {}, judgements or {}
    current = [
        trial
        for trial in trials
        if all(hashes.get(name) == one for name, one in trial.schema_hashes.items())
        and trial.outcome is not Outcome.BROKEN
        and not _is_wrong(said.get(trial.id), judged.get(trial.id))
        and quarantined(trial) is None
    ]
    pairs = [pair for trial in current if (pair := _pair(trial)) is not None]
    pairs = without_held_out(pairs, held_out, embedder, Counter())
    learned = {spec.name: _of_tool(spec, pairs, current) for spec in specs}
    return {name: own for name, own in learned.items() if own.says_something}


def _of_tool(spec: ToolSpec, pairs: Sequence[Demonstration], trials: Sequence[Trial]) -> Lessons:
    own = [pair for pair in pairs if pair.tool == spec.name]
    tried = [
        step
        for trial in trials
        if spec.name in trial.tools
        for step in _real(trial)
        if step.call is None or step.call.name == spec.name
    ]
    said = [(pair.query, pair.call) for pair in own]
    telling = _telling([pair.call for pair in own], tried)
    found = vocabulary(spec, telling, tried)
    return Lessons(
        tool_schema_hash=spec.schema_hash,
        vocabulary={name: tuple(values) for name, values in found.items()},
        listed=tuple(name for name in listed_sets(spec, tried) if name in found),
        met=learn_met(spec, telling),
        forms=told_forms(spec, tried),
        cues=learn_cues(spec, said),
        signs=learn_signs(spec, said),
        kinds=learn_kinds(spec, [pair.call for pair in own]),
        pairs=learn_pairs(spec, said),
        numbers=learn_numbers(spec, said),
        told=learn_told(spec, said),
        frames=learn_frames(spec, said),
    )


def _telling(calls: Sequence[ToolCall], tried: Sequence[Step]) -> list[ToolCall]:
    """The calls that returned something: a search takes any text, and finds nothing with most of them."""
    empty = {step.call.signature for step in tried if step.call is not None and _is_empty(step)}
    return [call for call in calls if call.signature not in empty]


def _is_empty(step: Step) -> bool:
    return step.observation.ok and "".join(step.observation.text.split()) in EMPTY


def _real(trial: Trial) -> list[Step]:
    return [step for step in (*trial.probes, *trial.steps) if step.observation.real]


def _is_wrong(review: ReviewDecision | None, judgement: Judgement | None) -> bool:
    """Whether a person rejected a trial, or a judge objects to it and no person approved it."""
    objected = judgement is not None and judgement.objection is not None
    return review == "rejected" or (objected and review != "approved")


def _pair(trial: Trial) -> Demonstration | None:
    """The query with the call that it was made from, or that solved it; None when there is none.

    Nor where it took several calls: which of its words are of which call, nothing tells.
    """
    call = trial.imagined or (trial.final_call if trial.outcome is Outcome.SOLVED else None)
    if call is None or trial.takes_several:
        return None
    tool = call.name if trial.others else trial.tool
    return Demonstration(
        id=trial.id,
        tool=tool,
        tool_schema_hash=trial.schema_hashes.get(tool, trial.tool_schema_hash),
        query=trial.query,
        call=call,
        observation="",
    )
