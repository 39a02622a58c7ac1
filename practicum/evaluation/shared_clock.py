"""What an item takes of an arm's wall time, where several are answered side by side."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.runner import Predict
from practicum.records import Item


class SharedClock:
    """Shares each moment out evenly among the items that are under way in it.

    What one of 16 items waits for is mostly the 15 others: a queue, or a batch that decodes them together.
    So the time between its beginning and its end says more about ``--concurrency`` than about the arm. The
    shares of all items add up to the wall time in which any was under way, and their mean is that time
    divided by their number; of items that go one by one a share is the time itself.
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        """Take what tells the time, in seconds."""
        self._now = now
        self._running = 0
        self._at = now()
        self._each = 0.0
        """Seconds that an item would have been given that was under way from the start."""

    @contextmanager
    def running(self) -> Iterator[Callable[[], float]]:
        """The time that an item is under way; what it gives tells the item's share so far."""
        self._tick(1)
        began = self._each

        def share() -> float:
            self._tick(0)
            return self._each - began

        try:
            yield share
        finally:
            self._tick(-1)

    def timing(self, predict: Predict, warm_up: Callable[[], Awaitable[None]]) -> Predict:
        """Return ``predict`` whose attempts say their shares; before the first ``warm_up`` is awaited.

        Until that has ended no time is shared out: what is loaded once is no item's.
        """
        warming = asyncio.Lock()
        warm = False

        async def timed(item: Item) -> Attempted:
            nonlocal warm
            async with warming:
                if not warm:
                    await warm_up()
                    warm = True
            with self.running() as share:
                attempt = await predict(item)
                return attempt.model_copy(update={"seconds": share()})

        return timed

    def _tick(self, change: int) -> None:
        now = self._now()
        if self._running:
            self._each += (now - self._at) / self._running
        self._at = now
        self._running += change
