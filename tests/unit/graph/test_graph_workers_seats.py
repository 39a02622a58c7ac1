"""Who leaves when a worker that was started finds no place, as on a cluster that lost a machine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph_parts import home_with_checkpoints, memory_of, plan_for

from practicum.graph.campaign import run_episodes
from practicum.graph.workers.crew import Crew
from practicum.graph.workers.messages import Assignment, Begun, BudgetReply, Event, Finished
from practicum.graph.workers.seats import Seats, Worker, WorkerDied
from practicum.models.budget import Budget
from practicum.tools.sources import load_tools

TOOLS = load_tools(["almanac:everyday"]).tools


@dataclass
class Machine:
    """Room for so many workers at once; others wait until one leaves."""

    places: int
    entered: list[Resident] = field(default_factory=list)
    left: list[Resident] = field(default_factory=list)

    def worker(self) -> Worker:
        return Resident(self)

    async def enter(self, worker: Resident) -> None:
        while len(self.entered) - len(self.left) >= self.places:
            await asyncio.sleep(0.001)
        self.entered.append(worker)


class Resident:
    """A worker that does nothing, but takes a place of its machine from its first episode on."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._news: list[Event] = []
        self.tools: list[str] = []
        self.stopped = False

    async def practise(self, assignment: Assignment) -> None:
        if not self.tools:
            await self._machine.enter(self)
        self.tools.append(assignment.info["tool"])
        self._news = [Begun(), Finished((), (), {})]

    async def news(self) -> list[Event]:
        await asyncio.sleep(0.001)
        return [self._news.pop(0)]

    async def answer(self, number: int, answer: BudgetReply) -> None: ...

    async def stop(self) -> None:
        self.stopped = True

    def kill(self) -> None:
        if self in self._machine.entered and self not in self._machine.left:
            self._machine.left.append(self)


async def crew_on(folder: Path, machine: Machine, *, patience_s: float) -> Sequence[Resident]:
    """Two tools, three episodes each, two seats; returns the workers that found a place."""
    plan = plan_for(*TOOLS[:2], episodes=3)
    async with home_with_checkpoints(folder / "home") as (home, _):
        memory = memory_of(home)
        crew = Crew(
            plan,
            memory,
            machine.worker,
            size=2,
            budget=Budget(),
            watch=lambda _: None,
            patience_s=patience_s,
        )
        async with asyncio.timeout(60):
            await run_episodes(plan, memory, crew.run_episode, concurrency=2)
        await crew.close()
    assert machine.left == machine.entered
    return machine.entered


async def test_who_has_nothing_to_do_leaves_for_one_that_waits(tmp_path: Path) -> None:
    first, second = await crew_on(tmp_path, Machine(places=1), patience_s=0.01)
    assert [len(set(each.tools)) for each in (first, second)] == [1, 1]
    assert set(first.tools) != set(second.tools)
    assert first.stopped
    assert second.stopped


async def test_where_there_is_room_everybody_stays(tmp_path: Path) -> None:
    workers = await crew_on(tmp_path, Machine(places=2), patience_s=0.05)
    assert sorted(len(each.tools) for each in workers) == [3, 3]


async def test_one_that_does_not_stop_is_ended() -> None:
    class Stubborn(Resident):
        async def stop(self) -> None:
            raise WorkerDied("gone already")

    machine = Machine(places=1)
    seats = Seats(1)
    async with seats.taken(TOOLS[0]) as seat:
        seat.worker = worker = Stubborn(machine)
        await machine.enter(worker)
    await seats.close()
    assert machine.left == [worker]
    assert seat.worker is None


async def test_one_whose_machine_is_gone_keeps_nobody_from_being_ended() -> None:
    class Gone(Resident):
        def kill(self) -> None:
            raise RuntimeError("its machine does not answer")

    machine = Machine(places=2)
    seats = Seats(2)
    async with seats.taken(TOOLS[0]) as one, seats.taken(TOOLS[1]) as other:
        one.worker = Gone(machine)
        other.worker = worker = Resident(machine)
        await machine.enter(worker)
    await seats.close()
    assert machine.left == [worker]
