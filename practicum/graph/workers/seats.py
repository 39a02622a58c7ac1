"""Places for workers: who sits where, and who leaves when somebody else needs the room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from practicum.graph.workers.messages import Assignment, BudgetReply, Event
from practicum.tools.catalog import Tool

STOPPING_S = 5.0
"""What a worker is given to leave what it holds."""
PATIENCE_S = 10.0
"""What a new worker is given to begin before those who have nothing to do make room for it."""


class WorkerDied(Exception):  # noqa: N818 - reads as the event it is
    """A worker's process ended; nobody asked it to."""


class Worker(Protocol):
    """A worker as it is seen from here; every method may raise `WorkerDied`."""

    async def practise(self, assignment: Assignment) -> None: ...

    async def news(self) -> list[Event]: ...

    async def answer(self, number: int, answer: BudgetReply) -> None: ...

    async def stop(self) -> None: ...

    def kill(self) -> None:
        """End its process, if it has one."""
        ...


@dataclass(eq=False)
class Seat:
    """A place for one worker, and what the worker in it was told."""

    worker: Worker | None = None
    tool: str = ""
    known: set[str] = field(default_factory=set)
    """Ids of the trials that it was sent, or made."""
    row: int = 0
    """The journal's newest row when it was last told something."""
    stillborn: int = 0
    taken: bool = False

    def vacate(self) -> None:
        """End the worker, so that a new one, which knows nothing, takes its place."""
        if (worker := self.leave()) is not None:
            _end(worker)

    def leave(self) -> Worker | None:
        """Return the worker, if there is one, who is no longer here."""
        worker = self.worker
        self.worker, self.tool, self.known, self.row = None, "", set(), 0
        return worker


class Seats:
    """So many places side by side; a worker keeps its place when its work is done, for more of the same."""

    def __init__(self, count: int, *, patience_s: float = PATIENCE_S) -> None:
        """Take how many there are, and what a new worker is given to begin."""
        self._all = [Seat() for _ in range(count)]
        self._patience_s = patience_s
        self._free: asyncio.Queue[Seat] = asyncio.Queue()
        for seat in self._all:
            self._free.put_nowait(seat)

    @asynccontextmanager
    async def taken(self, tool: Tool) -> AsyncIterator[Seat]:
        """Take a free seat: the one that had the tool before, if it is free."""
        seat = await self._free.get()
        others = [self._free.get_nowait() for _ in range(self._free.qsize())]
        best = next((each for each in (seat, *others) if each.tool == tool.name), seat)
        for each in (seat, *others):
            if each is not best:
                self._free.put_nowait(each)
        best.taken = True
        try:
            yield best
        finally:
            best.taken = False
            self._free.put_nowait(best)

    @contextmanager
    def room_for(self, begun: Callable[[], bool]) -> Iterator[None]:
        """Within the context let workers go who have nothing to do, if one that was started does not begin.

        It may wait for what they hold: where a machine was lost there are fewer cores than seats.

        Args:
            begun: Whether it has begun.
        """
        making = asyncio.ensure_future(self._make_room(begun))
        try:
            yield
        finally:
            making.cancel()

    async def close(self) -> None:
        """Stop whoever works, and end their processes."""
        await _let_go(self._all)

    async def _make_room(self, begun: Callable[[], bool]) -> None:
        while not begun():
            await asyncio.sleep(self._patience_s)
            if not begun():
                await _let_go([seat for seat in self._all if not seat.taken])


async def _let_go(seats: Sequence[Seat]) -> None:
    """Let the workers leave what they hold, for a bounded time, and end their processes."""
    leaving = [worker for seat in seats if (worker := seat.leave()) is not None]
    stopping = [asyncio.ensure_future(worker.stop()) for worker in leaving]
    try:
        if stopping:
            await asyncio.wait(stopping, timeout=STOPPING_S)
    finally:
        for each in stopping:
            each.cancel()
        for worker in leaving:
            _end(worker)
    await asyncio.gather(*stopping, return_exceptions=True)


def _end(worker: Worker) -> None:
    with suppress(Exception):  # of what it ran on, which is gone: then so is the worker
        worker.kill()
