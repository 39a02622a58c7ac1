"""A campaign: all episodes of all tools. Tools run side by side; a tool's episodes follow each other.

Each episode of a tool reads what the last one left in memory. An episode that
was interrupted goes on from its checkpoint, or from the journal where that is
ahead of the checkpoint: a recorded trial is never made twice. A step begins
when the one before it is on the disk, so that a step which is done again asks
for what it asked for before: the journal knows the replies that came. A tool that
changed is practised anew, as if what was tried before had been another tool's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from practicum.graph.done import changed_tools, done_trials, recorded_trials, saturated_at
from practicum.graph.exploration import exploration_graph, steps_at_most
from practicum.graph.memory_steps import Memory
from practicum.graph.plan import Plan
from practicum.hostile import holds_redacted
from practicum.memory_store.current import current_memory
from practicum.models.caller import ChatModel
from practicum.nodes.state import EpisodeInfo, EpisodeState, steps_of, trial_id
from practicum.records import Mode, Trial, digest
from practicum.tools.catalog import Tool
from practicum.tools.executor import Executor
from practicum.tools.noting import NotingExecutor
from practicum.tools.turns import Turns

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver


@dataclass(frozen=True)
class Progress:
    """One step of a campaign, for those who watch it."""

    tool: str
    episode: int
    query: str = ""
    """What is being tried; empty when a trial ended."""
    trial: Trial | None = None
    """The trial that just ended."""


Watch = Callable[[Progress], None]
__all__ = [
    "Plan",
    "Progress",
    "Watch",
    "changed_tools",
    "done_trials",
    "recorded_trials",
    "run_campaign",
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
    """Run what is left of the plan, at most ``concurrency`` tools at a time.

    Raises:
        SetupError: the user must act (a wrong key, a spent budget); what was recorded is kept.
    """
    slots, turns = asyncio.Semaphore(concurrency), Turns()
    if not plan.options.uses("execution"):
        executor = NotingExecutor()  # call-first imagination executes, too

    async def explore_tool(tool: Tool) -> None:
        async with slots:
            reached = plan.decision(tool).how in {Mode.LIVE, Mode.REPLAYED}
            known = current_memory(memory.journal, memory.long_term, tool.spec, executed=reached)
            current = Memory(memory.journal, known)
            for number in range(1, plan.episodes + 1):
                if saturated_at(plan, tool, memory, before=number) is not None:
                    return
                info = plan.episode(tool, number)
                await _run_episode(info, plan, tool, model, executor, current, checkpointer, turns, watch)

    results = await asyncio.gather(*(explore_tool(tool) for tool in plan.tools), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


def _sandbox_seed(info: EpisodeInfo) -> int:
    """Return what an episode's state is made from: the same each time it is started."""
    return int(digest("sandbox", [info["seed"], info["number"]]), 16)


async def _catch_up(executor: Executor, recorded: Sequence[Trial], values: Any) -> None:
    """Bring a fresh sandbox to where the episode was interrupted, by making its calls again.

    Args:
        executor: Makes the calls, where there is a state to be brought anywhere.
        recorded: The trials in the journal, for an episode that starts from there.
        values: The checkpoint of an episode that goes on from it, else empty. Its broken trials count: what
            came after them found what they had changed. From the journal they are tried again instead.
    """
    trials = [Trial.from_dict(trial) for trial in values.get("short_term", [])] if values else recorded
    steps = [step for trial in trials for step in trial.steps]
    if values and values["number"] not in {trial.number for trial in trials}:
        steps += steps_of(values)
    for step in steps:
        if step.call is not None and not holds_redacted(step.call.signature):  # else it would be another call
            await executor.again(step.call, step.observation)


async def _run_episode(
    info: EpisodeInfo,
    plan: Plan,
    tool: Tool,
    model: ChatModel,
    executor: Executor,
    memory: Memory,
    checkpointer: BaseCheckpointSaver[Any],
    turns: Turns,
    watch: Watch,
) -> None:
    known = memory.journal.notes(tool.name)
    notes = [note for note in known if note.tool_schema_hash == tool.spec.schema_hash]
    lasting = [each.name for each in plan.tools if not executor.sandboxes([each])]
    graph = exploration_graph(
        model,
        tool,
        executor,
        memory,
        options=plan.options,
        notes=notes,
        related=lasting,
        checkpointer=checkpointer,
    )
    thread = f"{memory.journal.home_id}-{info['id']}"  # homes may share a database, and their plans be equal
    config: Any = {
        "configurable": {"thread_id": thread},
        "recursion_limit": steps_at_most(plan.options, plan.trials),
        "run_name": f"episode {info['number']} of {tool.name}",
        "tags": ["practicum", "exploration"],
        "metadata": {"tool": tool.name, "episode": info["number"], "strategy": plan.options.strategy.value},
    }
    snapshot = await graph.aget_state(config)
    recorded = recorded_trials(info, memory)
    # Not `snapshot.next`: it leaves out a step that was done when the process died before the next began.
    due, values = tuple(task.name for task in snapshot.tasks), _as_written(snapshot)
    resumable = bool(due) and _is_ahead(values, due, memory)
    if not resumable:
        if values or due:
            await checkpointer.adelete_thread(thread)
        if len(recorded) >= plan.trials and not due:
            return
    start = None if resumable else _start(info, recorded)
    async with turns.episode(executor.sandboxes([tool]), _sandbox_seed(info)):
        await _catch_up(executor, recorded, values if resumable else {})
        async for update in graph.astream(start, config, stream_mode="updates", durability="sync"):
            for progress in _progress(info, update):
                watch(progress)
    await checkpointer.adelete_thread(thread)


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
    if not values.get("number"):
        return False
    if due == ("record",):  # recording again changes nothing, and what follows may be due
        return True
    finished = {trial["id"] for trial in values.get("short_term", [])}
    under_way = trial_id(values)
    return under_way in finished or not memory.journal.has_trial(under_way)


def _start(info: EpisodeInfo, recorded: Sequence[Trial]) -> EpisodeState:
    return EpisodeState(episode=info, short_term=[trial.as_dict() for trial in recorded])


def _progress(info: EpisodeInfo, update: Any) -> list[Progress]:
    """Turn a graph update into what a watcher wants to know."""
    found = []
    for node, change in update.items():
        if node == "imagine" and change and change.get("query"):
            found.append(Progress(info["tool"], info["number"], query=change["query"]))
        elif node == "record" and change:
            for trial in change.get("short_term", []):
                found.append(Progress(info["tool"], info["number"], trial=Trial.from_dict(trial)))
    return found
