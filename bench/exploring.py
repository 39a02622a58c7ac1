"""One exploration through the real graph, in a home that is thrown away or kept to go on with."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from practicum.graph.campaign import Plan, Watch, run_campaign
from practicum.graph.checkpoints import open_checkpointer
from practicum.graph.memory_steps import Memory
from practicum.memory_store.embedding import Embedder
from practicum.memory_store.home import Home
from practicum.memory_store.long_term import LongTermMemory
from practicum.memory_store.upkeep import sync
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
    folder: Path | None = None,
    watch: Watch = lambda _: None,
) -> list[Trial]:
    """Run what is left of a plan and return its trials in order.

    Args:
        plan: What to explore.
        model: Who explores.
        embedder: The embedder of long-term memory.
        remembering: Gives the long-term memory that the exploration sees.
        folder: The home, which goes on where it was interrupted; None for an empty one, thrown away after.
        watch: Called with each query that is tried and each trial that ended.
    """
    with _kept_or_not(folder) as where, Home.open(where, embedder, write=True) as home:
        sync(home.journal, home.index)
        memory = Memory(home.journal, remembering(home))
        executor = Executor(plan.tools, log=home.journal)
        async with open_checkpointer(home.checkpoints) as checkpointer:
            await run_campaign(plan, model, executor, memory, checkpointer, watch=watch)
        episodes = [
            plan.episode(tool, number) for tool in plan.tools for number in range(1, plan.episodes + 1)
        ]
        ids = [trial_id for episode in episodes for trial_id in home.journal.trial_ids(episode["id"])]
        found = [home.journal.trial(trial_id) for trial_id in ids]
    return [trial for trial in found if trial is not None]


@contextmanager
def _kept_or_not(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made) / "home"
