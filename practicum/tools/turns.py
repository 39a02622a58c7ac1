"""Episodes in sandboxes, side by side where each has a state of its own, else one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from practicum.tools.entering import entered
from practicum.tools.sandbox import Sandbox


class Turns:
    """Lets episodes that share one world follow each other; one object for all of them."""

    def __init__(self) -> None:
        self._locks: dict[Sandbox[Any], asyncio.Lock] = {}

    @asynccontextmanager
    async def episode(self, sandboxes: Iterable[Sandbox[Any]], seed: int) -> AsyncIterator[None]:
        """Enter fresh states, equal for equal seeds, as soon as nobody else is in a world of theirs."""
        each = tuple(dict.fromkeys(sandboxes))
        async with AsyncExitStack() as stack:
            # In one order for all: two that wait for each other's worlds would wait for ever.
            for shared in sorted({one.shared for one in each if one.alone}, key=id):
                await stack.enter_async_context(self._locks.setdefault(shared, asyncio.Lock()))
            for sandbox in each:
                await stack.enter_async_context(entered(sandbox.episode(seed)))
            yield
