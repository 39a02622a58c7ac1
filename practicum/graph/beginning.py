"""Where an episode begins, or goes on after it was interrupted: from its checkpoint, or from the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from practicum.graph.done import recorded_trials
from practicum.graph.memory_steps import Memory
from practicum.graph.plan import Plan
from practicum.hostile import holds_redacted
from practicum.nodes.state import EpisodeInfo, EpisodeState, steps_of, trial_id
from practicum.records import JsonObject, Trial
from practicum.tools.executor import Executor


@dataclass(frozen=True)
class Handed:
    """An episode that is kept by another process, which hands it over since something of it is left."""

    broken: Sequence[Trial]
    """Its trials that broke in this run with the process that made them: they count, and are not made
    again now."""
    begun: JsonObject | None
    """What its unfinished trial began from; None: no trial was begun."""
    keep: Callable[[JsonObject], None]
    """Takes what each trial begins from, to be kept until the trial ended."""

    def heed(self, update: Any) -> None:
        """Note an update of the graph."""
        recalled = update.get("recall")
        if recalled and not recalled.get("broken"):
            self.keep(dict(recalled))


@dataclass(frozen=True)
class Beginning:
    """Where an episode begins, or goes on."""

    state: EpisodeState | None
    """What it starts from; None: it goes on from its checkpoint."""
    recorded: Sequence[Trial]
    """The trials in the journal."""
    values: Any = None
    """The checkpoint, where it goes on from it. Its broken trials count: what came after them found what
    they had changed. From the journal they are tried again instead."""


async def find_beginning(
    graph: Any, config: Any, info: EpisodeInfo, plan: Plan, memory: Memory, handed: Handed | None
) -> Beginning | None:
    """Return where an episode begins or goes on; None where nothing of it is left.

    Args:
        graph: The compiled state machine, with its checkpointer.
        config: Names the episode's thread there.
        info: Which episode.
        plan: Says how many trials it has.
        memory: Where its trials are recorded.
        handed: What another process knows of it; None: it is kept here.
    """
    recorded = recorded_trials(info, memory)
    start = _start(info, [*recorded, *(handed.broken if handed else ())])
    if handed is not None and handed.begun is not None:
        await graph.aupdate_state(config, {**start, **handed.begun}, as_node="recall")
    snapshot = await graph.aget_state(config)
    # Not `snapshot.next`: it leaves out a step that was done when the process died before the next began.
    due, values = tuple(task.name for task in snapshot.tasks), _as_written(snapshot)
    if due and _is_ahead(values, due, memory):
        return Beginning(None, recorded, values)
    if len(recorded) >= plan.trials and not due and handed is None:
        return None
    return Beginning(start, recorded)


async def catch_up(executor: Executor, beginning: Beginning) -> None:
    """Bring a fresh sandbox to where the episode was interrupted, by making its calls again.

    Args:
        executor: Makes the calls, where there is a state to be brought anywhere.
        beginning: Where the episode goes on.
    """
    values = beginning.values
    trials = beginning.recorded
    if values:
        trials = [Trial.from_dict(trial) for trial in values.get("short_term", [])]
    steps = [step for trial in trials for step in trial.steps]
    if values and values.get("number") and values["number"] not in {trial.number for trial in trials}:
        steps += steps_of(values)
    for step in steps:
        if step.call is not None and not holds_redacted(step.call.signature):  # else it would be another call
            await executor.again(step.call, step.observation)


def _as_written(snapshot: Any) -> dict[str, Any]:
    """The state of a checkpoint, and what the step after it wrote before the process died."""
    values = dict(snapshot.values)
    for task in snapshot.tasks:
        written = task.result if isinstance(task.result, dict) else {}
        finished = [*values.get("short_term", []), *written.get("short_term", [])]
        values |= {**written, "short_term": finished}
    return values


def _is_ahead(values: Any, due: tuple[str, ...], memory: Memory) -> bool:
    """Whether the checkpoint holds work that the journal does not: an unfinished trial, or a summary due."""
    if due == ("keep",):  # the lessons are there, also of an episode that began with its trials made
        return True
    if not values.get("number"):
        return False
    if due == ("record",):  # recording again changes nothing, and what follows may be due
        return True
    finished = {trial["id"] for trial in values.get("short_term", [])}
    under_way = trial_id(values)
    return under_way in finished or not memory.journal.has_trial(under_way)


def _start(info: EpisodeInfo, recorded: Sequence[Trial]) -> EpisodeState:
    return EpisodeState(episode=info, short_term=[trial.as_dict() for trial in recorded])
