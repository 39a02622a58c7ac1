"""What a worker has to tell, in order, until somebody comes for it."""

from __future__ import annotations

import asyncio

from practicum.graph.workers.messages import Event


class Outbox:
    """Holds events; whoever takes events says by coming again that those before were kept."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Event, asyncio.Future[None] | None]] = []
        self._taken: list[asyncio.Future[None]] = []
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def put(self, event: Event) -> None:
        """Tell, and go on; from any thread."""
        self._waiting.append((event, None))
        if self._loop is not None:  # else nobody waits yet, and whoever comes looks first
            self._loop.call_soon_threadsafe(self._news.set)

    async def deliver(self, event: Event) -> None:
        """Tell, and wait until it was kept: a worker that dies after this loses nothing of it."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, kept))
        self._news.set()
        await kept

    async def take(self) -> list[Event]:
        """Return what is new, as soon as there is something."""
        for kept in self._taken:
            if not kept.done():
                kept.set_result(None)
        self._taken = []
        self._loop = asyncio.get_running_loop()
        while not self._waiting:
            self._news.clear()
            await self._news.wait()
        waiting, self._waiting = self._waiting, []
        self._taken = [kept for _, kept in waiting if kept is not None]
        return [event for event, _ in waiting]
