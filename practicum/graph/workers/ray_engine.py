"""Ray: each worker is an actor, on this machine or another, that has one tool at a time."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

from practicum.graph.campaign import Watch, run_episodes
from practicum.graph.memory_steps import Memory
from practicum.graph.plan import Plan
from practicum.graph.workers.crew import Crew
from practicum.graph.workers.messages import Assignment, BudgetReply, Event
from practicum.graph.workers.purse import BudgetLimits
from practicum.graph.workers.ray_start import import_ray, started
from practicum.graph.workers.recipe import Recipe
from practicum.graph.workers.seats import WorkerDied
from practicum.graph.workers.worker import ToolWorker
from practicum.models.budget import Budget


class RayEngine:
    """Runs episodes in workers on Ray: on the cluster that RAY_ADDRESS names, else on this machine."""

    def __init__(self, recipe: Recipe, *, budget: Budget | None = None) -> None:
        """Take what workers open for themselves; Ray is started with `run`, and ended with it.

        Args:
            recipe: How workers open model and tools.
            budget: Limits on money, model calls and seconds, over all workers together.

        Raises:
            SetupError: Ray is not installed.
        """
        self._recipe = recipe
        self._budget = budget or Budget()
        self._ray = import_ray()

    async def run(self, plan: Plan, memory: Memory, *, concurrency: int | None, watch: Watch) -> None:
        with started(self._ray):
            cores = max(1.0, float(self._ray.cluster_resources().get("CPU", 1)))
            size = min(concurrency or int(cores), len(plan.tools))
            # A part of a core each where there are to be more workers than cores: they wait for models.
            share = min(1.0, math.floor(cores / size * 1000) / 1000)
            bare = replace(plan, tools=())
            actor = self._ray.remote(ToolWorker).options(num_cpus=share, scheduling_strategy="SPREAD")

            def start() -> RayWorker:
                return RayWorker(self._ray, actor.remote(self._recipe, bare, BudgetLimits.of(self._budget)))

            crew = Crew(plan, memory, start, size=size, budget=self._budget, watch=watch)
            try:
                await run_episodes(plan, memory, crew.run_episode, concurrency=size)
            finally:
                await crew.close()


class RayWorker:
    """A worker on Ray as it is seen from here."""

    def __init__(self, ray: Any, actor: Any) -> None:
        self._ray = ray
        self._actor = actor

    async def practise(self, assignment: Assignment) -> None:
        await self._called(self._actor.practise.remote(assignment))

    async def news(self) -> list[Event]:
        found: list[Event] = await self._called(self._actor.news.remote())
        return found

    async def answer(self, number: int, answer: BudgetReply) -> None:
        await self._called(self._actor.answer.remote(number, answer))

    async def stop(self) -> None:
        await self._called(self._actor.stop.remote())

    def kill(self) -> None:
        self._ray.kill(self._actor)

    async def _called(self, reference: Any) -> Any:
        errors = self._ray.exceptions
        try:
            return await reference
        except errors.RayTaskError:  # an error of ours, in the worker
            raise
        except errors.RayError as error:  # the process, its machine or its memory
            raise WorkerDied(_why(error)) from error


def _why(error: Exception) -> str:
    """Return the line of Ray's page of text that says most."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    raised = [line for line in lines if re.match(r"[\w.]*(Error|Exception): ", line)]
    told = [line for line in lines if "exit detail" in line]
    return (raised[-1:] or told or lines or [type(error).__name__])[0]
