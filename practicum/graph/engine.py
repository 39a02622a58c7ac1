"""Where the episodes of a plan run: the one seam between this process and others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from practicum.graph.campaign import Watch, run_campaign
from practicum.graph.checkpoints import open_checkpointer
from practicum.graph.collecting import collected_seldom
from practicum.graph.executing import make_executor, simulated_by
from practicum.graph.memory_steps import Memory
from practicum.graph.plan import Plan

if TYPE_CHECKING:
    from practicum.models.caller import ModelCaller
    from practicum.tools.cassettes import Cassettes


class Engine(Protocol):
    """Runs what is left of a plan; everything it makes is in the journal when it returns, or fails."""

    async def run(self, plan: Plan, memory: Memory, *, concurrency: int | None, watch: Watch) -> None:
        """Run what is left of the plan.

        Args:
            plan: What is explored.
            memory: Where trials are recorded, by this process alone.
            concurrency: Tools side by side; None for what suits the engine.
            watch: Called with each query that is tried and each trial that ended.

        Raises:
            SetupError: the user must act; what was recorded is kept.
        """
        ...


class LocalEngine:
    """Everything in this process, side by side in one event loop."""

    CONCURRENCY = 8

    def __init__(
        self, model: ModelCaller, checkpoints: Path | str, *, cassettes: Cassettes | None = None
    ) -> None:
        """Take what is open already.

        Args:
            model: Imagines, attempts, reflects and summarizes.
            checkpoints: The file, or the database, that keeps the states of unfinished episodes.
            cassettes: Where calls are recorded or answered from.
        """
        self._model = model
        self._checkpoints = checkpoints
        self._cassettes = cassettes

    async def run(self, plan: Plan, memory: Memory, *, concurrency: int | None, watch: Watch) -> None:
        executor = make_executor(
            plan.tools,
            plan.rules,
            log=memory.journal,
            cassettes=self._cassettes,
            simulated=simulated_by(self._model, memory.journal),
        )
        side_by_side = concurrency or self.CONCURRENCY
        async with open_checkpointer(self._checkpoints) as checkpointer:
            with collected_seldom():
                await run_campaign(
                    plan, self._model, executor, memory, checkpointer, concurrency=side_by_side, watch=watch
                )
