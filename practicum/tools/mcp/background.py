"""The loop that sessions live in: in a thread of its own, for as long as the process runs.

A session outlives the loop of its caller (`practicum chat` runs one for each question), it is listed
and closed where no loop runs (`load_tools`, the end of an episode), and what opened it must close it.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

PATIENCE_S = 6.0
"""How long the end of the process waits for servers; those that don't end by themselves are killed before."""


class _Lasting(Protocol):
    """Something that must be ended before the process does."""

    async def end(self) -> None: ...


class Background:
    """Runs coroutines in a loop of its own, whose thread is started by the first of them."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.lasting: set[_Lasting] = set()
        """What the end of the process ends; touched in the loop's thread only."""

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start ``work``; its result may be waited for where no loop runs."""
        return asyncio.run_coroutine_threadsafe(work, self._running())

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what ``work`` returns, or raise what it raises; cancelled, it cancels ``work``."""
        return await asyncio.wrap_future(self.submit(work))

    def end(self) -> None:
        """End what lasts, and wait a little for it."""
        if self._loop is None:
            return
        with contextlib.suppress(TimeoutError):
            self.submit(self._end_all()).result(PATIENCE_S)

    async def _end_all(self) -> None:
        await asyncio.gather(*(each.end() for each in list(self.lasting)), return_exceptions=True)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._mutex:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="mcp", daemon=True).start()
                atexit.register(self.end)
            return self._loop


BACKGROUND = Background()
"""Shared by all sessions of the process."""
