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
from concurrent.futures import Future
from typing import Any, Protocol

from practicum.tools.loop_thread import LoopThread
from practicum.tools.mcp.folders import FOLDERS

PATIENCE_S = 10.0
"""How long the end of the process waits for servers: those that don't end by themselves are killed after 4,
and where the machine is busy all of it takes longer."""


class _Lasting(Protocol):
    """Something that must be ended before the process does."""

    async def end(self) -> None: ...


class Background(LoopThread):
    """The loop of all sessions, which ends them when the process ends."""

    def __init__(self) -> None:
        super().__init__("mcp")
        self.lasting: set[_Lasting] = set()
        """What the end of the process ends; touched in the loop's thread only."""
        self._finishing: set[Future[Any]] = set()
        self._process = 0

    def finish(self, work: Coroutine[Any, Any, None]) -> None:
        """Start what nobody waits for but the end of the process."""
        future = self.submit(work)
        self._finishing.add(future)
        future.add_done_callback(self._finishing.discard)

    def end(self) -> None:
        """End what lasts, wait a little for it, and remove the folders that are left."""
        if self._process != os.getpid():  # nothing was begun, or it was before a fork, and is the parent's
            return
        try:
            # A second Ctrl-C means to hurry: servers hear that their input has ended as the process does.
            with contextlib.suppress(TimeoutError, KeyboardInterrupt):
                self.submit(self._end_all()).result(PATIENCE_S)
        finally:
            FOLDERS.remove_all()

    async def _end_all(self) -> None:
        ending = [each.end() for each in list(self.lasting)]
        finishing = [asyncio.wrap_future(each) for each in list(self._finishing)]
        await asyncio.gather(*ending, *finishing, return_exceptions=True)

    def _started(self) -> None:
        self._process = os.getpid()
        atexit.register(self.end)


BACKGROUND = Background()
"""Shared by all sessions of the process."""
