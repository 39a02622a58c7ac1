"""One request's run: a task of its own, so that it ends when its client leaves, and is limited in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from practicum.service.answering import ChatAnswer


class AnswerStream:
    """Pieces of an answer, made in the background; whoever reads them may stop it."""

    def __init__(self, pieces: AsyncIterator[str | ChatAnswer], seconds: float) -> None:
        """Begin.

        Args:
            pieces: What makes the answer: an async generator.
            seconds: How long it may take.
        """
        self._made: asyncio.Queue[str | ChatAnswer | Exception | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._work(pieces, seconds))

    def when_done(self, tell: Callable[[], None]) -> None:
        """Call ``tell`` once it ended, in whatever way."""
        self._task.add_done_callback(lambda _: tell())

    def stop(self) -> None:
        """End it now; what ended already is left."""
        self._task.cancel()

    async def next(self) -> str | ChatAnswer:
        """Return the next piece, or the answer, which is the last.

        Raises:
            Exception: What ended the run; a TimeoutError when it took too long.
        """
        made = await self._made.get()
        if made is None:
            raise RuntimeError("the agent ended without an answer")
        if isinstance(made, Exception):
            raise made
        return made

    async def answer(self) -> ChatAnswer:
        """Return the answer, whatever pieces come before it."""
        while not isinstance(made := await self.next(), ChatAnswer):
            pass
        return made

    async def _work(self, pieces: Any, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds), aclosing(pieces):
                async for piece in pieces:
                    if piece:
                        self._made.put_nowait(piece)
        except Exception as error:  # noqa: BLE001 - it is raised again where the run is awaited
            self._made.put_nowait(error)
        finally:
            self._made.put_nowait(None)
