"""The steps of an episode that reach into memory: recall before, record after; nodes never do."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from practicum.errors import ProviderError, SetupError
from practicum.graph.experience import Experience
from practicum.graph.options import ExplorationOptions
from practicum.graph.steering import steered
from practicum.hostile import redact
from practicum.memory_store.entries import Summary
from practicum.memory_store.journal import Journal
from practicum.memory_store.long_term import LongTermMemory
from practicum.nodes.state import (
    EpisodeState,
    Node,
    earlier_trials,
    fresh_trial,
    next_number,
    step_name,
    trial_id,
)
from practicum.records import (
    LongTermView,
    Mode,
    Note,
    Outcome,
    Reflection,
    Step,
    Strategy,
    ToolCall,
    ToolSpec,
    Trial,
    Usage,
    utc_now,
)
from practicum.tools.threads import to_the_end
from practicum.tracing import trial_began


@dataclass(frozen=True)
class Memory:
    """What an episode reads from and writes to."""

    journal: Journal
    long_term: LongTermMemory


def make_recall(
    memory: Memory,
    spec: ToolSpec,
    options: ExplorationOptions,
    related: Sequence[str] | None = None,
    others: Sequence[ToolSpec] = (),
    *,
    sandboxed: bool = False,
) -> Node:
    """Return the step that begins a trial with a bounded snapshot of long-term memory.

    Args:
        memory: Where the past is.
        spec: The target tool.
        options: What of it is shown.
        related: Tools whose results' values last, and may be used; see `steering.steered`.
        others: The other tools of an episode of several.
        sandboxed: Whether what the episode makes is gone after it.
    """

    async def recall(state: EpisodeState) -> EpisodeState:
        if state["episode"]["tool"] != spec.name:
            raise SetupError(
                f"this graph practises {spec.name}, and the episode is one of {state['episode']['tool']}",
                "name its tool in the episode, or let PRACTICUM_TOOLS begin with the other one",
            )
        number = next_number(state)
        update = fresh_trial(number, (trial_began() or utc_now()).isoformat())
        view = LongTermView()
        if options.uses("long-term"):
            earlier = earlier_trials(state)
            near = earlier[-1].query if earlier else spec.description
            rng = random.Random(f"{state['episode']['id']}/{number}")
            try:
                view = await memory.long_term.view(spec.name, near, rng)
            except ProviderError as error:  # not left to the graph: the trial needs its number to be recorded
                update["broken"] = redact(str(error))
            if options.strategy is Strategy.QUERY_FIRST:  # sampled calls have their own values
                lasting = () if sandboxed else related
                view = await asyncio.to_thread(steered, view, memory.journal, spec, state, lasting, others)
            if options.strategy is Strategy.CALL_FIRST:
                known = await to_the_end(
                    lambda: [
                        Experience(memory.journal, each, options.known_calls, related or ())
                        for each in (spec, *others)
                    ]
                )
                update["known_calls"] = [call for each in known for call in each.calls]
                update["known_values"] = known[0].values
                update["known_of_others"] = {each.spec.name: each.values for each in known[1:]}
                update["known_ranges"] = {each.spec.name: each.ranges for each in known}
                update["known_forms"] = {each.spec.name: each.forms for each in known}
                update["known_refused"] = {each.spec.name: each.refused for each in known}
                days = known[0].days
                update["known_days"] = [day.isoformat() for day in days] if days else []
        update["long_term"] = view.as_dict()
        return update

    return recall


def make_screen(memory: Memory, options: ExplorationOptions) -> Node:
    """Return the step that turns a near-duplicate of a past query away, a bounded number of times."""

    async def screen(state: EpisodeState) -> EpisodeState:
        query = state["query"]
        rejected = state.get("rejected", [])
        if not query or not options.uses("long-term") or len(rejected) >= options.max_rejections:
            return EpisodeState()
        earlier = [trial.query for trial in earlier_trials(state)]
        closest = await memory.long_term.closest(state["episode"]["tool"], query, also=earlier)
        if closest is None or closest < options.near_duplicate:
            return EpisodeState()
        return EpisodeState(rejected=[*rejected, query], query="", imagined=None, chain=[])

    return screen


def make_record(
    memory: Memory,
    spec: ToolSpec,
    options: ExplorationOptions,
    model_name: str,
    others: Sequence[ToolSpec] = (),
) -> Node:
    """Return the step that writes the finished trial to the journal, once."""

    async def record(state: EpisodeState) -> EpisodeState:
        trial = finished_trial(state, spec, options, model_name, others)
        # In a thread: it waits for the disk, and the other episodes need not.
        trial = await to_the_end(_recorded, memory.journal, trial)
        return EpisodeState(short_term=[trial.as_dict()])

    return record


def _recorded(journal: Journal, trial: Trial) -> Trial:
    """Record a trial, and return the one that counts: the first of its id."""
    if trial.outcome is Outcome.BROKEN:
        trial = trial.model_copy(update={"id": broken_id(journal, trial.id, trial.started_at)})
    known = journal.trial(trial.id)
    if known is None:
        journal.record_trial(trial)
    return known or trial


def broken_id(journal: Journal, trial_id: str, started_at: datetime | None = None) -> str:
    """A free id for a broken trial, so that its number can be tried again by a later run.

    One that was recorded by a process which died right after keeps its id: it began at the same time.
    """
    for count in itertools.count(1):
        name = f"{trial_id}-broken-{count}"
        known = journal.trial(name)
        if known is None or known.started_at == started_at:
            return name
    raise AssertionError  # pragma: no cover - the count never ends


def make_keep(memory: Memory, model_name: str) -> Node:
    """Return the step that moves what the episode taught into long-term memory; the model is named for it."""

    async def keep(state: EpisodeState) -> EpisodeState:
        if state.get("notes") or state.get("lessons_usage"):
            await to_the_end(_record_lessons, memory.journal, state, model_name)
        await memory.long_term.remember([Trial.from_dict(trial) for trial in state.get("short_term", [])])
        return EpisodeState()

    return keep


def _record_lessons(journal: Journal, state: EpisodeState, model_name: str) -> None:
    episode, usage = state["episode"], state.get("lessons_usage")
    with journal.atomically():
        for note in state.get("notes", []):
            journal.record_note(Note.from_dict(note))
        if usage is not None:
            summary = Summary(
                id=step_name("summarize", state),
                episode_id=episode["id"],
                tool=episode["tool"],
                model=model_name,
                usage=Usage.from_dict(usage),
            )
            journal.record_summary(summary)


def finished_trial(
    state: EpisodeState,
    spec: ToolSpec,
    options: ExplorationOptions,
    model_name: str,
    others: Sequence[ToolSpec] = (),
) -> Trial:
    """Return the record of the trial under way, its outcome decided."""
    imagined = state.get("imagined")
    reflection = state.get("reflection")
    return Trial(
        id=trial_id(state),
        episode_id=state["episode"]["id"],
        tool=spec.name,
        tool_schema_hash=spec.schema_hash,
        others={each.name: each.schema_hash for each in others},
        episode=state["episode"]["number"],
        number=state["number"],
        strategy=options.strategy,
        model=model_name,
        query=state.get("query", ""),
        imagined=ToolCall.from_dict(imagined) if imagined else None,
        chain=tuple(ToolCall.from_dict(call) for call in state.get("chain", [])),
        probes=tuple(Step.from_dict(step) for step in state.get("probes", [])),
        steps=tuple(Step.from_dict(step) for step in state.get("steps", [])),
        answer=state.get("answer", ""),
        reflection=Reflection.from_dict(reflection) if reflection else _broken(state),
        outcome=outcome_of(state),
        usage=Usage.from_dict(state.get("usage", {})),
        started_at=datetime.fromisoformat(state["started_at"]),
        seconds=state.get("seconds", 0.0),
    )


def outcome_of(state: EpisodeState) -> Outcome:
    """Broken when infrastructure failed; solved if reflection says so and execution returned something.

    A trial with a simulated call, or one that was kept from running, is unsolved whatever reflection says:
    nothing showed that the request can be fulfilled.
    """
    if state.get("broken"):
        return Outcome.BROKEN
    seen = [Step.from_dict(step).observation for step in state.get("steps", [])]
    executed = any(each.ok for each in seen)
    pretended = any(each.mode is Mode.SIMULATED or each.checked_only for each in seen)
    reflection = state.get("reflection") or {}
    solved = executed and not pretended and reflection.get("solved")
    return Outcome.SOLVED if solved else Outcome.UNSOLVED


def _broken(state: EpisodeState) -> Reflection | None:
    """A broken trial keeps what broke it in the place of its reflection."""
    return Reflection(solved=False, reason=state["broken"][:400]) if state.get("broken") else None
