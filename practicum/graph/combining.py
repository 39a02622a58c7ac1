"""Combining: which tools the episodes of several are of, decided once and kept.

It is decided when the episodes of one tool are done, by what they returned. The journal keeps it: a run that
goes on, or that is asked for again, finds the same groups, whatever was observed since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from practicum.graph.memory_steps import Memory
from practicum.graph.plan import Plan
from practicum.nodes.quarantine import quarantined
from practicum.nodes.relations import Returned, groups
from practicum.nodes.state import EpisodeInfo
from practicum.records import Step, digest
from practicum.tools.catalog import Tool

LOOKED_AT = 12
"""Of a tool's newest trials, for what it returns."""
STEPS_A_TOOL = 4
"""Results that are looked at: each is held against the parameters of all other tools."""
MOST_OTHERS = 60
"""Tools, the nearest by description, that are looked at as related to one."""

Groups = Mapping[str, Sequence[Sequence[str]]]
"""By leading tool, the others of each of its groups; its episodes take turns in them."""
GROUPS, GROUPS_OF = "groups", "groups_of"


def combined_episodes(
    plan: Plan, tool: Tool, chosen: Groups
) -> Iterator[tuple[EpisodeInfo, tuple[Tool, ...]]]:
    """Yield the episodes of several tools that a tool leads, each with the others."""
    known = {each.name: each for each in plan.tools}
    turns = chosen.get(tool.name, ())
    if not turns:
        return
    for number in range(1, plan.combined_episodes + 1):
        others = tuple(known[name] for name in turns[(number - 1) % len(turns)])
        yield plan.combined_episode(tool, others, number), others


def known_groups(plan: Plan, memory: Memory) -> Groups | None:
    """Return the groups that were decided for these tools before; None where none were."""
    if not plan.combined_episodes:
        return None
    wanted = _key(plan)
    for run in memory.journal.explorations():
        if run.plan.get(GROUPS_OF) == wanted:  # the first counts: what is done was done by it
            return dict(run.plan[GROUPS])
    return None


async def decided_groups(plan: Plan, memory: Memory) -> Groups:
    """Return the groups of a plan with episodes of several tools; new ones are kept for the next time."""
    known = known_groups(plan, memory)
    if known is not None:
        return known
    made = await asyncio.to_thread(_decide, plan, memory)
    memory.journal.record_exploration({**plan.as_dict(), GROUPS_OF: _key(plan), GROUPS: made})
    return made


def _key(plan: Plan) -> str:
    """What groups are decided for: the tools as they are, and all that makes an episode another one."""
    tools = [plan.episode(tool, 1)["id"] for tool in plan.tools]
    return digest("groups", plan.combine, sorted(tools))


def _decide(plan: Plan, memory: Memory) -> dict[str, list[list[str]]]:
    specs = [tool.spec for tool in plan.tools]
    returned = {tool.name: _returned(tool, memory) for tool in plan.tools}
    near = memory.long_term.nearness([f"{spec.name.replace('_', ' ')}: {spec.description}" for spec in specs])
    found = {}
    for index, spec in enumerate(specs):
        by_name = {other.name: value for other, value in zip(specs, near(index), strict=True)}
        others = [other for other in specs if other.name != spec.name]
        if len(others) > MOST_OTHERS:
            others = sorted(others, key=lambda other: -by_name[other.name])[:MOST_OTHERS]
        made = groups(spec, others, plan.combine, returned, by_name, seed=plan.seed)
        found[spec.name] = [list(group) for group in made]
    return found


def _returned(tool: Tool, memory: Memory) -> list[Step]:
    """The newest steps of the tool as it is now that returned something."""
    newest = memory.journal.newest_trials(tool.name, LOOKED_AT)
    current = [trial for trial in newest if trial.tool_schema_hash == tool.spec.schema_hash]
    steps = [
        step
        for trial in current
        if quarantined(trial) is None
        for step in (*trial.probes, *trial.steps)
        if step.call is not None and step.call.name == tool.name and step.observation.ok
    ]
    return steps[-STEPS_A_TOOL:]


__all__ = ["Groups", "Returned", "combined_episodes", "decided_groups", "known_groups"]
