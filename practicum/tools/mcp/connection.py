"""One open session with one server, held by one task of the background loop: it opens, and it closes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from practicum.errors import ToolCallError
from practicum.records import JsonObject
from practicum.tools.mcp.background import BACKGROUND
from practicum.tools.mcp.config import McpServer
from practicum.tools.mcp.failures import (
    NotSentError,
    ServerError,
    is_closed,
    one_line,
    was_not_sent,
    why_lost,
    why_not_open,
)
from practicum.tools.mcp.secrets import hide
from practicum.tools.mcp.stderr import LastWords
from practicum.tools.mcp.transport import open_transport

if TYPE_CHECKING:
    from mcp import ClientSession
    from mcp.types import ClientRequest

PING_S = 5.0
"""Seconds: a server that did not answer a call, and does not answer this either, counts as dead."""


class Connection:
    """A session from its opening to its end; all of it runs in the background loop."""

    def __init__(self, server: McpServer, folder: str) -> None:
        """Begin to open it; ``folder`` is what ``${PRACTICUM_SESSION_DIR}`` stands for."""
        loop = asyncio.get_running_loop()
        self._server = server
        self._words = LastWords()
        self._garbage = False
        """Whether the server wrote what is no message of the protocol."""
        self._ended = asyncio.Event()
        self._opened: asyncio.Future[ClientSession] = loop.create_future()
        self._why: BaseException | None = None
        """What ended the session, if it was not us."""
        self._waiting = 0
        """Requests that wait for an answer."""
        self._shared = False
        """Whether several ever waited at once."""
        self._doubtful = False
        """Whether a call got no answer in time: the server may hang."""
        self._owner = loop.create_task(self._own(folder))
        BACKGROUND.lasting.add(self)
        self._owner.add_done_callback(lambda _: BACKGROUND.lasting.discard(self))

    async def opened(self) -> ClientSession:
        """Return the session as soon as the server said hello.

        Raises:
            ServerError: it did not start, or did not answer in time.
        """
        return await asyncio.shield(self._opened)

    async def end(self) -> None:
        """End the session, and wait until the server is gone."""
        self._ended.set()
        if not self._opened.done():
            self._owner.cancel()
        await asyncio.wait([self._owner])

    async def kill(self) -> None:
        """End the session at once: a server over stdio is killed."""
        while not self._owner.done():  # the first may only end the waiting for a server to end by itself
            self._owner.cancel()
            await asyncio.wait([self._owner], timeout=0.1)

    @property
    def is_ready(self) -> bool:
        """Whether the session is open, as far as can be seen without asking; any thread may look."""
        return self._opened.done() and not self._owner.done() and not self._doubtful

    def doubt(self) -> None:
        """Note that a call got no answer: before the next one the server is asked; any thread may do so."""
        self._doubtful = True

    async def is_alive(self) -> bool:
        """Whether the session can be used; after a call without an answer, the server is asked."""
        if self._owner.done():
            return False
        if not self._doubtful:
            return True
        try:
            async with asyncio.timeout(PING_S):
                await (await self.opened()).send_ping()
        except Exception:  # noqa: BLE001 - whatever a ping fails with, the session is of no use
            return False
        self._doubtful = False
        return True

    async def request(self, request: ClientRequest) -> JsonObject:
        """Send a request and return what the server answers, as JSON.

        Raises:
            ToolCallError: the server refuses the request; its words say why.
            NotSentError: the session had ended before.
            ServerError: it ended meanwhile: whether the server did what it was asked is not known.
        """
        asked = asyncio.create_task(self._ask(request))
        self._waiting += 1
        self._shared = self._shared or self._waiting > 1
        try:
            # The SDK leaves a request waiting for ever when the transport fails under it.
            await asyncio.wait([asked, self._owner], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiting -= 1
            if not asked.done():
                asked.cancel()
        if not asked.cancelled() and asked.done():
            return asked.result()
        raise await self._lost()

    async def _ask(self, request: ClientRequest) -> JsonObject:
        from mcp import McpError
        from mcp.types import Result

        session = await self.opened()
        try:
            answer = await session.send_request(request, Result)
        except Exception as error:
            if was_not_sent(error):
                raise NotSentError from error
            if is_closed(error):
                raise await self._lost() from error
            if isinstance(error, McpError):
                raise ToolCallError(hide(error.error.message, self._server.secrets)) from error
            raise ToolCallError(one_line(str(error), self._server.secrets)) from error
        return dict(answer.model_extra or {})

    async def _lost(self) -> Exception:
        """Why the session ended in the middle of a request."""
        await self.end()
        # What ended it is about one request; of several, nobody knows which.
        if self._why is not None and was_not_sent(self._why) and not self._shared:
            return NotSentError()
        return why_lost(self._server, self._why, self._words.text(), self._words.status())

    async def _own(self, folder: str) -> None:
        """Open the session, hold it until the end, and close it: in one task, as its scopes ask for."""
        try:
            async with open_transport(self._server, folder, self._words, self._hear) as session:
                async with asyncio.timeout(self._server.start_s):
                    await session.initialize()
                self._opened.set_result(session)
                await self._ended.wait()
        except BaseException as error:  # noqa: BLE001 - whatever ends a session is told by who needs it
            self._why = error
            if not self._opened.done():
                self._opened.set_exception(self._failure(error))
                self._opened.exception()  # nobody may wait for it: that is no fault

    def _failure(self, error: BaseException) -> ServerError:
        return why_not_open(
            self._server, error, self._words.text(), garbage=self._garbage, status=self._words.status()
        )

    async def _hear(self, message: Any) -> None:
        """Note what can't be read; where that is a whole answer, nothing else will come."""
        if isinstance(message, Exception):
            self._garbage = True
            if self._server.url and not self._opened.done():
                self._owner.cancel()
