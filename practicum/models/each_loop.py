"""What belongs to an event loop, such as connections: of each loop its own, closed with the loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class OfEachLoop(Generic[T]):
    """What the running loop has; made when it is first asked for there."""

    def __init__(
        self,
        make: Callable[[], T],
        close: Callable[[T], Awaitable[None]],
        drop: Callable[[T], Awaitable[None]] | None = None,
    ) -> None:
        """Set up without making any.

        Args:
            make: Makes one, within the loop that it is for.
            close: Closes it there.
            drop: Closes what a loop left that ended without closing it, in another one; None: it is let go.
        """
        self._make = make
        self._close = close
        self._drop = drop
        self._lock = threading.Lock()
        self._open: dict[asyncio.AbstractEventLoop, tuple[T, AsyncGenerator[None]]] = {}

    async def here(self) -> T:
        """Return the running loop's."""
        loop = asyncio.get_running_loop()
        found = self._open.get(loop)
        if found is not None:
            return found[0]
        made = self._make()
        lasting = self._until_the_end(loop, made)
        with self._lock:
            ended = [each for each in self._open if each.is_closed()]  # they were not shut down
            left = [self._open.pop(each)[0] for each in ended]
            self._open[loop] = made, lasting
        await anext(lasting)
        if self._drop is not None:
            for each in left:
                await self._drop(each)
        return made

    async def _until_the_end(self, loop: asyncio.AbstractEventLoop, made: T) -> AsyncGenerator[None]:
        """Wait for the end of the loop, which closes all generators that it has begun."""
        try:
            yield
        finally:
            with self._lock:
                self._open.pop(loop, None)
            await self._close(made)
