"""The record of a trial that ended with the process that made it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from practicum.graph.done import recorded_trials
from practicum.graph.memory_steps import Memory, broken_id
from practicum.graph.plan import Plan
from practicum.hostile import redact
from practicum.nodes.state import EpisodeInfo
from practicum.records import Outcome, Reflection, Trial, utc_now
from practicum.tools.catalog import Tool


class UnderWay(Protocol):
    """An episode whose worker died."""

    info: EpisodeInfo
    tools: Sequence[Tool]
    broken: list[Trial]
    query: str


def lost_trial(memory: Memory, plan: Plan, episode: UnderWay, why: str) -> Trial | None:
    """Return what is known of the trial that a worker died at; None where all of the episode's had ended.

    Args:
        memory: Holds the trials that ended.
        plan: What the episode is part of.
        episode: The episode, with its trials that broke in this run, and what was being tried.
        why: What is known of the death.
    """
    info, (tool, *others) = episode.info, episode.tools
    number = next_trial([*recorded_trials(info, memory), *episode.broken])
    if number > plan.trials:
        return None
    reason = f"the process that made this trial ended: {redact(why)}"[:400]
    return Trial(
        id=broken_id(memory.journal, f"{info['id']}-{number}"),
        episode_id=info["id"],
        tool=tool.name,
        tool_schema_hash=tool.spec.schema_hash,
        episode=info["number"],
        number=number,
        strategy=plan.options.strategy,
        model=plan.model_name,
        query=episode.query,
        others={other.name: other.spec.schema_hash for other in others},
        reflection=Reflection(solved=False, reason=reason),
        outcome=Outcome.BROKEN,
        started_at=utc_now(),
    )


def next_trial(made: Sequence[Trial]) -> int:
    """Return the number of the trial that follows those which an episode has."""
    taken = {trial.number for trial in made}
    return next(each for each in range(1, len(taken) + 2) if each not in taken)
