"""How many items may be under way, so that those that have begun can end within a budget of money."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from practicum.models.budget import Budget

MARGIN = 2.0
"""An item that begins has to find so many times in the budget what an item cost on average."""


class Pace:
    """Lets an item begin while the budget can pay for it and for all that are under way.

    What an item of several calls costs is not known before. So the first one goes alone, and then as many
    go side by side as the rest of the budget can pay for; when it runs short they go one by one. An item
    that is given up half way is paid for, and has to be paid for again.
    """

    def __init__(self, budget: Budget | None = None, most_calls: int = 1) -> None:
        """Take the budget, and how many calls an item can take; one call is paid for before it is made."""
        self._budget = budget if most_calls > 1 else None
        self._before = budget.spent if budget is not None else 0.0
        self._running = 0
        self._ended = 0
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def item(self) -> AsyncIterator[None]:
        """Wait until an item may begin; the context is the time that it runs."""
        while self._running and not self._may_begin():
            self._changed.clear()
            await self._changed.wait()
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._ended += 1
            self._changed.set()

    def _may_begin(self) -> bool:
        left = self._budget.dollars_left if self._budget is not None else None
        if self._budget is None or left is None:
            return True
        if not self._ended:
            return False
        # What those under way have cost so far counts, too: the average is rather too high than too low.
        average = (self._budget.spent - self._before) / self._ended
        return left >= MARGIN * average * (self._running + 1)
