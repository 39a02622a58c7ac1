"""So many at once, whichever event loops they are in: asyncio's own semaphore is of one loop."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import Future


class Slots:
    """Lets so many in at once, in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self._lock = threading.Lock()
        self._free = at_once
        self._waiting: deque[Future[None]] = deque()

    async def __aenter__(self) -> None:
        turn = self._taken_or_turn()
        if turn is None:
            return
        try:
            await asyncio.wrap_future(turn)
        except BaseException:
            if not turn.cancel():  # the slot was given to it meanwhile
                self._give()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._give()

    def _taken_or_turn(self) -> Future[None] | None:
        """Take a slot, or return what is done when one was given to whoever waits for it."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return None
            turn = Future[None]()
            self._waiting.append(turn)
            return turn

    def _give(self) -> None:
        """Give a slot to the next that still waits; without any, it is free."""
        with self._lock:
            while self._waiting:
                turn = self._waiting.popleft()
                if turn.set_running_or_notify_cancel():
                    turn.set_result(None)
                    return
            self._free += 1
