"""A campaign: all episodes of all tools. Tools run side by side; a tool's episodes follow each other.

First each tool is practised by itself; then, where the plan has episodes of several tools, those that each
tool leads, with others that what was returned shows to be related to it.

Each episode of a tool reads what the last one left in memory. An episode that
was interrupted goes on from its checkpoint, or from the journal where that is ahead of the checkpoint: a
recorded trial is never made twice. A step which is done again asks for what it asked for before, since what
it begins from is on the disk: the journal knows the replies that came. A tool that changed is practised anew,
as if what was tried before had been another tool's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from practicum.errors import PracticumError
from practicum.graph.beginning import Handed, catch_up, find_beginning
from practicum.graph.begun import run_of_an_episode
from practicum.graph.broken_off import BrokenOff
from practicum.graph.checkpoints import thread_of
from practicum.graph.combining import combined_episodes, decided_groups, known_groups
from practicum.graph.done import (
    changed_tools,
    done_trials,
    planned_episodes,
    recorded_trials,
    saturated_at,
)
from practicum.graph.exploration import exploration_graph, steps_at_most
from practicum.graph.memory_steps import Memory
from practicum.graph.plan import Plan
from practicum.graph.precedence import Precedence
from practicum.graph.traced import shown, trial_at
from practicum.memory_store.current import current_memory
from practicum.models.caller import ChatModel
from practicum.nodes.state import EpisodeInfo
from practicum.records import Mode, Trial, digest
from practicum.tools.catalog import Tool
from practicum.tools.executor import Executor
from practicum.tools.noting import NotingExecutor
from practicum.tools.turns import Turns
from practicum.tracing import trial_runs

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver


@dataclass(frozen=True)
class Progress:
    """One step of a campaign, for those who watch it."""

    tool: str
    """The tool of the episode; of an episode of several their names, joined by `` + ``."""
    episode: int
    query: str = ""
    """What is being tried; empty when a trial ended."""
    trial: Trial | None = None
    """The trial that just ended."""


Watch = Callable[[Progress], None]
TellProgress = Callable[[Progress], Awaitable[None]]
"""A watcher that the episode waits for."""
RunEpisode = Callable[[EpisodeInfo, Sequence[Tool]], Awaitable[None]]
"""Runs one episode, of its target and perhaps others, to its end, wherever that is."""
__all__ = [
    "Plan",
    "Progress",
    "RunEpisode",
    "TellProgress",
    "Watch",
    "changed_tools",
    "done_trials",
    "planned_episodes",
    "recorded_trials",
    "run_campaign",
    "run_episode",
    "run_episodes",
    "saturated_at",
]


async def run_campaign(
    plan: Plan,
    model: ChatModel,
    executor: Executor,
    memory: Memory,
    checkpointer: BaseCheckpointSaver[Any],
    *,
    concurrency: int = 8,
    watch: Watch = lambda _: None,
) -> None:
    """Run what is left of the plan in this process, at most ``concurrency`` tools at a time.

    Raises:
        SetupError: the user must act (a wrong key, a spent budget); what was recorded is kept.
    """
    turns, known = Turns(), dict[tuple[str, bool], Memory]()
    executor = used_executor(plan, executor)

    async def tell(progress: Progress) -> None:
        watch(progress)

    async def run(info: EpisodeInfo, tools: Sequence[Tool]) -> None:
        target, key = tools[0], (tools[0].name, len(tools) > 1)  # episodes of several know those of one
        if key not in known:
            known[key] = known_of(plan, target, memory)
        current = known[key]
        await run_episode(info, plan, tools, model, executor, current, checkpointer, turns, tell)

    await run_episodes(plan, memory, run, concurrency=concurrency)


async def run_episodes(plan: Plan, memory: Memory, run: RunEpisode, *, concurrency: int) -> None:
    """Run what is left of the plan, at most ``concurrency`` tools at a time; ``run`` says where.

    Raises:
        SetupError: the user must act; the other tools go on before it is raised.
    """
    slots, broken_off = asyncio.Semaphore(concurrency), BrokenOff(memory)
    precedence = Precedence(slots, len(plan.tools))

    async def explore_tool(tool: Tool) -> None:
        async with slots:
            try:
                await _run_one_by_one(plan, tool, memory, run, broken_off, precedence)
            finally:
                precedence.tool_ended()

    await _all(explore_tool(tool) for tool in plan.tools)
    if not plan.combined_episodes:
        return
    if broken_off.any_of(plan.tools) and known_groups(plan, memory) is None:
        return  # which tools belong together is told by what they returned, and decided once
    chosen = await decided_groups(plan, memory)

    async def explore_with_others(tool: Tool) -> None:
        async with slots:
            for info, others in combined_episodes(plan, tool, chosen):
                if not broken_off.any_of([tool, *others]):
                    with broken_off.watching(info):
                        await run(info, [tool, *others])

    await _all(explore_with_others(tool) for tool in plan.tools)


async def _run_one_by_one(
    plan: Plan, tool: Tool, memory: Memory, run: RunEpisode, broken_off: BrokenOff, precedence: Precedence
) -> None:
    """Run the episodes of one tool, as long as they can go on and there is something left to learn."""
    for number in range(1, plan.episodes + 1):
        if saturated_at(plan, tool, memory, before=number) is not None:
            return
        info = plan.episode(tool, number)
        is_new = len(recorded_trials(info, memory)) < plan.trials
        with broken_off.watching(info):
            await run(info, [tool])
        if tool in broken_off:
            return
        if is_new:
            await precedence.after(recorded_trials(info, memory), goes_on=number < plan.episodes)


async def _all(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all of it side by side; what one raises is raised when the others are done.

    Of several the first, but what nobody expected before what the user can mend.
    """
    results = await asyncio.gather(*work, return_exceptions=True)
    raised = [each for each in results if isinstance(each, BaseException)]
    for each in sorted(raised, key=lambda error: isinstance(error, PracticumError)):
        raise each


def used_executor(plan: Plan, executor: Executor) -> Executor:
    """Return what makes a plan's calls: without execution nothing does, also in call-first imagination."""
    return executor if plan.options.uses("execution") else NotingExecutor()


def known_of(plan: Plan, tool: Tool, memory: Memory) -> Memory:
    """Return the memory without what was tried of a tool before it changed, or without it."""
    reached = plan.decision(tool).how in {Mode.LIVE, Mode.REPLAYED}
    known = current_memory(memory.journal, memory.long_term, tool.spec, executed=reached)
    return Memory(memory.journal, known)


def _sandbox_seed(info: EpisodeInfo) -> int:
    """Return what an episode's state is made from: the same each time it is started."""
    return int(digest("sandbox", [info["seed"], info["number"]]), 16)


async def run_episode(
    info: EpisodeInfo,
    plan: Plan,
    tools: Sequence[Tool],
    model: ChatModel,
    executor: Executor,
    memory: Memory,
    checkpointer: BaseCheckpointSaver[Any],
    turns: Turns,
    tell: TellProgress,
    *,
    handed: Handed | None = None,
) -> None:
    """Run what is left of an episode, from its checkpoint or from the journal.

    Args:
        info: Which episode.
        plan: What it is part of.
        tools: Its target, and the others of an episode of several.
        model: Imagines, attempts, reflects and summarizes.
        executor: Makes the calls.
        memory: What is known of the target as it is now.
        checkpointer: Keeps the state until the episode ends.
        turns: Shared with the other episodes of this process.
        tell: Is told of each query that is tried and each trial that ended.
        handed: What another process, which keeps the episode, knows of it; None: it is kept here.
    """
    sandboxes = executor.sandboxes(tools)
    if not sandboxes:  # else what the steps between two checkpoints changed would have to be made again
        from practicum.graph.milestones import Milestones  # LangGraph, which planning can do without

        checkpointer = Milestones(checkpointer)
    graph = _graph_of(plan, tools, model, executor, memory, checkpointer)
    thread = thread_of(memory.journal.home_id, info["id"])
    config = _config(info, plan, thread)
    beginning = await find_beginning(graph, config, info, plan, memory, handed)
    if beginning is None or beginning.state is not None:
        await checkpointer.adelete_thread(thread)
    if beginning is None:
        return
    async with turns.episode(sandboxes, _sandbox_seed(info)):
        await catch_up(executor, beginning)
        updates = graph.astream(beginning.state, config, stream_mode="updates", durability="sync")
        with run_of_an_episode(), trial_runs(trial_at(plan.options.strategy), shown):
            async for update in updates:
                if handed is not None:
                    handed.heed(update)
                for progress in _progress(info, update):
                    await tell(progress)
    await checkpointer.adelete_thread(thread)


def _graph_of(
    plan: Plan,
    tools: Sequence[Tool],
    model: ChatModel,
    executor: Executor,
    memory: Memory,
    checkpointer: BaseCheckpointSaver[Any],
) -> Any:
    tool, *others = tools
    known = memory.journal.notes(tool.name)
    return exploration_graph(
        model,
        tool,
        executor,
        memory,
        options=plan.options,
        notes=[note for note in known if note.tool_schema_hash == tool.spec.schema_hash],
        related=[each.name for each in plan.tools if not executor.sandboxes([each])],
        others=others,
        checkpointer=checkpointer,
    )


def _config(info: EpisodeInfo, plan: Plan, thread: str) -> Any:
    return {
        "configurable": {"thread_id": thread},
        "recursion_limit": steps_at_most(plan.options, plan.trials),
        "run_name": f"episode {info['number']} of {_named(info)}",
        "tags": ["practicum", "exploration"],
        "metadata": {
            "tool": _named(info),
            "episode": info["number"],
            "episode_id": info["id"],
            "strategy": plan.options.strategy.value,
        },
    }


def _named(info: EpisodeInfo) -> str:
    """How an episode's tools are named together."""
    return " + ".join(info.get("tools", [info["tool"]]))


def _progress(info: EpisodeInfo, update: Any) -> list[Progress]:
    """Turn a graph update into what a watcher wants to know."""
    found = []
    for node, change in update.items():
        if node == "imagine" and change and change.get("query"):
            found.append(Progress(_named(info), info["number"], query=change["query"]))
        elif node == "record" and change:
            ended = [Trial.from_dict(trial) for trial in change.get("short_term", [])]
            found += [Progress(_named(info), info["number"], trial=trial) for trial in ended]
    return found
