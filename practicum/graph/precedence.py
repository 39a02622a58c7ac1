"""Precedence: a tool that takes none of its calls lets the others go first, and goes on when they have.

What such a tool lacks is often what others return: the ids of things that exist. Its trials would be over
before any of them were known, since a refused call takes no time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from practicum.graph.done import was_accepted
from practicum.records import Trial

FEWEST = 2
"""Episodes of others that are waited for, as long as there are others."""


class Precedence:
    """Shared by the tools of one exploration, in one event loop."""

    def __init__(self, slots: asyncio.Semaphore, tools: int) -> None:
        """Begin with all tools under way.

        Args:
            slots: What each tool holds while it is at work; who waits gives it back meanwhile.
            tools: How many there are.
        """
        self._slots = slots
        self._under_way = tools
        self._fruitful = 0
        self._turn = 0
        """How often all that were left waited: then all of them go on."""
        self._changed = asyncio.Event()

    async def after(self, trials: Sequence[Trial], *, goes_on: bool) -> None:
        """Take note of an episode that ended; let others go first where none of its calls was accepted.

        Args:
            trials: The episode's.
            goes_on: Whether the tool has more episodes.
        """
        if not trials or any(map(was_accepted, trials)):
            self._fruitful += 1
            self._tell()
        elif goes_on:
            await self._let_others_go_first()

    def tool_ended(self) -> None:
        """Take note that a tool has no more episodes: nobody need wait for it."""
        self._under_way -= 1
        self._tell()

    async def _let_others_go_first(self) -> None:
        """Wait until as many episodes of others as there are had a call accepted, or all are waiting."""
        enough = self._fruitful + max(FEWEST, self._under_way - 1)
        turn = self._turn
        self._under_way -= 1
        self._tell()
        self._slots.release()
        try:
            while self._turn == turn and self._fruitful < enough:
                await self._changed.wait()
        finally:
            self._under_way += 1
            await self._slots.acquire()

    def _tell(self) -> None:
        if self._under_way == 0:  # nobody is left to wait for
            self._turn += 1
        self._changed.set()
        self._changed = asyncio.Event()
