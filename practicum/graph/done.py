"""How far a plan is: what the journal holds of it, and what need not be made."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from practicum.graph.combining import combined_episodes, known_groups
from practicum.graph.memory_steps import Memory
from practicum.graph.plan import Plan
from practicum.nodes.saturation import saturated_after
from practicum.nodes.state import EpisodeInfo
from practicum.records import SERVICE, Outcome, Trial
from practicum.tools.catalog import Tool

LOOKED_AT = 50
"""Of a tool's newest trials, when asking whether it changed since."""


def done_trials(plan: Plan, memory: Memory) -> int:
    """Return how many of the plan's trials are done: the journal holds them, or their tool is saturated."""
    return sum(_done(plan, tool, memory) for tool in plan.tools) + _done_combined(plan, memory)


def left_episodes(plan: Plan, memory: Memory) -> dict[str, tuple[int, int]]:
    """Return by tool how many episodes of its own, and of several that it leads, are not done to the end.

    One whose trials are all recorded counts as done, though an interruption may have left its lessons due.
    """
    whole = [info for info in _combined(plan, memory) if _is_whole(plan, recorded_trials(info, memory))]
    led = Counter(info["tool"] for info in whole)
    left = {}
    for tool in plan.tools:
        episodes = _episodes(plan, tool, memory)[: saturated_at(plan, tool, memory)]
        own = sum(not _is_whole(plan, trials) for trials in episodes)
        left[tool.name] = (own, plan.combined_episodes - led[tool.name])
    return left


def _is_whole(plan: Plan, trials: list[Trial]) -> bool:
    return len(trials) >= plan.trials


def planned_episodes(plan: Plan, memory: Memory) -> list[EpisodeInfo]:
    """Return the episodes of a plan; those of several tools only once it is decided of which."""
    single = [plan.episode(tool, number) for tool in plan.tools for number in range(1, plan.episodes + 1)]
    return [*single, *_combined(plan, memory)]


def _combined(plan: Plan, memory: Memory) -> list[EpisodeInfo]:
    chosen = known_groups(plan, memory) or {}
    return [info for tool in plan.tools for info, _ in combined_episodes(plan, tool, chosen)]


def _done_combined(plan: Plan, memory: Memory) -> int:
    return sum(len(recorded_trials(info, memory)) for info in _combined(plan, memory))


def _done(plan: Plan, tool: Tool, memory: Memory) -> int:
    counts = [len(trials) for trials in _episodes(plan, tool, memory)]
    last = saturated_at(plan, tool, memory)
    # Broken trials of the episodes before are made again all the same.
    return sum(counts) if last is None else sum(counts[:last]) + (plan.episodes - last) * plan.trials


def saturated_at(plan: Plan, tool: Tool, memory: Memory, *, before: int | None = None) -> int | None:
    """Return the episode after which a tool's others are left out; None where all are made.

    Args:
        plan: Says whether any may be left out.
        tool: One of the plan's tools.
        memory: Holds what was recorded, on which alone it depends.
        before: Look only at the episodes before this one; None for all.
    """
    if not plan.stop_when_saturated:
        return None
    until = plan.episodes if before is None else before - 1
    return saturated_after(tool.spec, _episodes(plan, tool, memory)[:until], plan.trials)


def _episodes(plan: Plan, tool: Tool, memory: Memory) -> list[list[Trial]]:
    numbers = range(1, plan.episodes + 1)
    return [recorded_trials(plan.episode(tool, number), memory) for number in numbers]


def was_accepted(trial: Trial) -> bool:
    """Whether execution accepted a call of the trial, or would not make it."""
    seen = [step.observation for step in (*trial.probes, *trial.steps) if step.call is not None]
    return any(each.ok or each.checked_only for each in seen)


def changed_tools(plan: Plan, memory: Memory) -> tuple[str, ...]:
    """Return the tools that changed since they were last tried, as long as the plan has trials for them."""
    alone = {tool.name: replace(plan, tools=(tool,)) for tool in plan.tools}  # without episodes of several
    return tuple(
        tool.name
        for tool in plan.tools
        if _changed(tool, memory) and done_trials(alone[tool.name], memory) < alone[tool.name].total
    )


def _changed(tool: Tool, memory: Memory) -> bool:
    newest = memory.journal.newest_trials(tool.name, LOOKED_AT)
    # Turns of service are recorded when they are judged, which may be long after the tool changed.
    tried = [trial for trial in newest if trial.origin != SERVICE]
    return any(trial.tool_schema_hash != tool.spec.schema_hash for trial in tried[-1:])


def recorded_trials(info: EpisodeInfo, memory: Memory) -> list[Trial]:
    """Return the episode's recorded trials in order; broken ones are left out, to be tried again."""
    ids = memory.journal.trial_ids(info["id"])
    trials = [memory.journal.trial(each) for each in ids]
    return [trial for trial in trials if trial is not None and trial.outcome is not Outcome.BROKEN]
