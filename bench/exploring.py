"""One exploration through the real graph, in a home that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from practicum.graph.campaign import Plan, run_campaign
from practicum.graph.checkpoints import open_checkpointer
from practicum.graph.memory_steps import Memory
from practicum.memory_store.embedding import Embedder
from practicum.memory_store.home import Home
from practicum.memory_store.long_term import LongTermMemory
from practicum.models.caller import ChatModel
from practicum.records import Trial
from practicum.tools.catalog import Tool
from practicum.tools.executor import Executor
from practicum.tools.sources import load_tools


def almanac_tool(name: str) -> Tool:
    """Return one of the almanac's tools."""
    return load_tools(["almanac"]).tool(name)


async def explore(
    plan: Plan,
    model: ChatModel,
    embedder: Embedder,
    *,
    remembering: Callable[[Home], LongTermMemory] = lambda home: home.long_term,
) -> list[Trial]:
    """Run a plan in an empty home and return its trials in order.

    Args:
        plan: What to explore.
        model: Who explores.
        embedder: The embedder of long-term memory.
        remembering: Gives the long-term memory that the exploration sees.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        Home.open(Path(folder) / "home", embedder, write=True) as home,
    ):
        memory = Memory(home.journal, remembering(home))
        executor = Executor(plan.tools, log=home.journal)
        async with open_checkpointer(home.checkpoints) as checkpointer:
            await run_campaign(plan, model, executor, memory, checkpointer)
        episodes = [
            plan.episode(tool, number) for tool in plan.tools for number in range(1, plan.episodes + 1)
        ]
        ids = [trial_id for episode in episodes for trial_id in home.journal.trial_ids(episode["id"])]
        found = [home.journal.trial(trial_id) for trial_id in ids]
    return [trial for trial in found if trial is not None]
