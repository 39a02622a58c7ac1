"""The side that holds the home: hands episodes to workers, records what comes back, replaces who dies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from practicum.errors import BudgetSpent, JournalError, SetupError
from practicum.graph.campaign import Progress, Watch, recorded_trials
from practicum.graph.memory_steps import Memory
from practicum.graph.plan import Plan
from practicum.graph.workers.losses import lost_trial
from practicum.graph.workers.messages import (
    Announced,
    Begun,
    BudgetReply,
    BudgetRequest,
    Event,
    Executed,
    Failed,
    Finished,
    Recalled,
    Replied,
    Settled,
)
from practicum.graph.workers.recording import assignment_for, keep_lessons, keep_trial, world_of
from practicum.graph.workers.seats import PATIENCE_S, Seat, Seats, Worker, WorkerDied
from practicum.graph.workers.unfinished import keep, owes_lessons
from practicum.models.budget import Budget
from practicum.nodes.state import EpisodeInfo
from practicum.records import Outcome, Trial
from practicum.tools.catalog import Tool

STILLBORN = 3
"""Workers that may die one after the other before they tell anything: then it is the machine, not a tool."""


@dataclass
class Episode:
    """An episode that is under way."""

    info: EpisodeInfo
    tools: Sequence[Tool]
    """Its target, and the others of an episode of several."""
    broken: list[Trial] = field(default_factory=list)
    """Its trials that broke in this run."""
    query: str = ""
    """What is being tried."""
    begun: bool = False
    """Whether the worker of now has begun."""
    ended: bool = False
    failed: Exception | None = None
    """Why it can't go on; its worker can."""


class Crew:
    """Workers side by side, each with one episode at a time; only this process writes to the home."""

    def __init__(
        self,
        plan: Plan,
        memory: Memory,
        start: Callable[[], Worker],
        *,
        size: int,
        budget: Budget,
        watch: Watch,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Take what they work on; no worker is started before it has something to do.

        Args:
            plan: What is explored.
            memory: Where trials are recorded.
            start: Starts a worker.
            size: How many work side by side.
            budget: Kept here; workers ask before each model call where it has limits.
            watch: Called with each query that is tried and each trial that ended.
            patience_s: What a new worker is given to begin before idle ones make room for it.
        """
        self._plan = plan
        self._memory = memory
        self._start = start
        self._budget = budget
        self._watch = watch
        self._seats = Seats(size, patience_s=patience_s)
        self._worlds: dict[Any, asyncio.Lock] = {}
        self._told = ""

    async def run_episode(self, info: EpisodeInfo, tools: Sequence[Tool]) -> None:
        """Run an episode in a worker; each worker that dies meanwhile costs the trial that it was at.

        Raises:
            SetupError: the user must act; what was recorded is kept.
        """
        made = len(recorded_trials(info, self._memory))
        if made >= self._plan.trials and not owes_lessons(info, self._plan, self._memory):
            return
        async with self._alone_in_its_world(tools), self._seats.taken(tools[0]) as seat:
            episode = Episode(info, tools)
            while not episode.ended:
                try:
                    await self._work(seat, episode)
                except WorkerDied as death:
                    seat.vacate()
                    self._bury(seat, episode, death)
                except Exception:
                    seat.vacate()  # it works on, and nobody listens any more
                    raise
        if episode.failed is not None:
            raise episode.failed

    async def close(self) -> None:
        """Stop whoever works, and end their processes."""
        await self._seats.close()

    async def _work(self, seat: Seat, episode: Episode) -> None:
        new, worker = seat.worker is None, seat.worker or self._start()
        seat.worker = worker
        episode.begun, episode.query = False, ""
        with self._seats.room_for(lambda: episode.begun) if new else nullcontext():
            await worker.practise(
                assignment_for(seat, episode.info, episode.tools, self._plan, self._memory, episode.broken)
            )
            while not episode.ended:
                for event in await worker.news():
                    await self._heed(event, worker, seat, episode)

    async def _heed(self, event: Event, worker: Worker, seat: Seat, episode: Episode) -> None:
        match event:
            case Begun():
                episode.begun, seat.stillborn = True, 0
            case Progress():
                self._keep(event, seat, episode)
            case Executed() | Replied() | Recalled():
                keep(self._memory, episode.info, episode.broken, event)
            case BudgetRequest():
                await worker.answer(event.number, self._answer(event.most))
            case Settled():
                self._budget.settle(event.most, event.cost)
            case Announced():
                self._tell(event.text)
            case Finished():
                await keep_lessons(self._memory, episode.info, event)
                episode.ended = True
            case Failed():
                episode.failed, episode.ended = _error(event), True

    def _tell(self, text: str) -> None:
        """Tell the user, once for all workers that say the same."""
        if text != self._told:
            self._told = text
            logging.getLogger("practicum").warning(text)

    def _keep(self, event: Progress, seat: Seat, episode: Episode) -> None:
        episode.query = event.query
        if event.trial is not None:
            seat.known.add(event.trial.id)
            event = keep_trial(self._memory.journal, event)
        if event.trial is not None and event.trial.outcome is Outcome.BROKEN:
            episode.broken.append(event.trial)
        self._watch(event)

    def _answer(self, most: float) -> BudgetReply:
        try:
            self._budget.reserve(most)
        except BudgetSpent as spent:
            return BudgetReply((spent.message, spent.fix), None)
        return BudgetReply(None, self._budget.seconds_left)

    def _bury(self, seat: Seat, episode: Episode, death: WorkerDied) -> None:
        """Record the trial that a worker died at as broken: a later run makes it again."""
        if not episode.begun:
            seat.stillborn += 1
            if seat.stillborn >= STILLBORN:
                raise SetupError(
                    f"{STILLBORN} workers died one after the other as they started: {death}",
                    "look into /tmp/ray/session_latest/logs, or leave --engine at local",
                ) from death
            return
        trial = lost_trial(self._memory, self._plan, episode, str(death))
        if trial is None:  # it lost no trial, only lessons: a later run asks for them
            episode.ended = True
            return
        self._memory.journal.record_trial(trial)
        episode.broken.append(trial)
        self._watch(Progress(episode.info["tool"], episode.info["number"], trial=trial))

    @asynccontextmanager
    async def _alone_in_its_world(self, tools: Sequence[Tool]) -> AsyncIterator[None]:
        """Let tools follow each other that work in one world which there is once only."""
        worlds = [world_of(self._plan, tool) for tool in tools]
        shared = {world.shared for world in worlds if world is not None and world.alone}
        async with AsyncExitStack() as stack:
            for world in sorted(shared, key=id):  # in one order for all, as `Turns` has it
                await stack.enter_async_context(self._worlds.setdefault(world, asyncio.Lock()))
            yield


def _error(failed: Failed) -> Exception:
    kinds: dict[str, type[SetupError]] = {"BudgetSpent": BudgetSpent, "JournalError": JournalError}
    if failed.fix is None:
        return RuntimeError(f"in a worker:\n{failed.message}")
    return kinds.get(failed.kind, SetupError)(failed.message, failed.fix)
