"""The loop that sessions live in: in a thread of its own, for as long as the process runs.

A session outlives the loop of its caller (`practicum chat` runs one for each question), it is listed
and closed where no loop runs (`load_tools`, the end of an episode), and what opened it must close it.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
from collections.abc import Coroutine
from typing import Any, Protocol

from practicum.tools.loop_thread import LoopThread
from practicum.tools.mcp.folders import FOLDERS

PATIENCE_S = 10.0
"""How long the end of the process waits for servers: those that don't end by themselves are killed after 4,
and where the machine is busy all of it takes longer."""
KILLING_S = 3.0
"""How long it waits for those that are killed then."""


class _Lasting(Protocol):
    """Something that must be ended before the process does."""

    async def end(self) -> None: ...

    async def kill(self) -> None: ...


class Background(LoopThread):
    """The loop of all sessions, which ends them when the process ends."""

    def __init__(self) -> None:
        super().__init__("mcp")
        self.lasting: set[_Lasting] = set()
        """What the end of the process ends; touched in the loop's thread only."""
        self._process = 0

    def end(self) -> None:
        """End what lasts, by force where it takes long or Ctrl-C comes again; remove folders that stay."""
        if self._process != os.getpid():  # nothing was begun, or it was before a fork, and is the parent's
            return
        try:
            if not self._is_done(self._end_all(), PATIENCE_S):
                self._is_done(self._kill_all(), KILLING_S)
        finally:
            FOLDERS.remove_all()

    def _is_done(self, work: Coroutine[Any, Any, None], seconds: float) -> bool:
        """Wait for it, no longer than that, and not after Ctrl-C."""
        with contextlib.suppress(TimeoutError, KeyboardInterrupt):
            self.submit(work).result(seconds)
            return True
        return False

    async def _end_all(self) -> None:
        while self.lasting:
            await asyncio.gather(*(each.end() for each in self.lasting), return_exceptions=True)

    async def _kill_all(self) -> None:
        await asyncio.gather(*(each.kill() for each in self.lasting), return_exceptions=True)

    def _started(self) -> None:
        self._process = os.getpid()
        atexit.register(self.end)


BACKGROUND = Background()
"""Shared by all sessions of the process."""
