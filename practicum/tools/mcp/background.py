"""The loop that sessions live in: in a thread of its own, for as long as the process runs.

A session outlives the loop of its caller (`practicum chat` runs one for each question), it is listed
and closed where no loop runs (`load_tools`, the end of an episode), and what opened it must close it.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
from typing import Protocol

from practicum.tools.loop_thread import LoopThread

PATIENCE_S = 6.0
"""How long the end of the process waits for servers; those that don't end by themselves are killed before."""


class _Lasting(Protocol):
    """Something that must be ended before the process does."""

    async def end(self) -> None: ...


class Background(LoopThread):
    """The loop of all sessions, which ends them when the process ends."""

    def __init__(self) -> None:
        super().__init__("mcp")
        self.lasting: set[_Lasting] = set()
        """What the end of the process ends; touched in the loop's thread only."""

    def end(self) -> None:
        """End what lasts, and wait a little for it."""
        if not self.is_running:
            return
        with contextlib.suppress(TimeoutError):
            self.submit(self._end_all()).result(PATIENCE_S)

    async def _end_all(self) -> None:
        await asyncio.gather(*(each.end() for each in list(self.lasting)), return_exceptions=True)

    def _started(self) -> None:
        atexit.register(self.end)


BACKGROUND = Background()
"""Shared by all sessions of the process."""
