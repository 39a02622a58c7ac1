"""The session of an episode with a server: opened by its first call, opened again when the server died."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from practicum.records import JsonObject
from practicum.tools.mcp.background import BACKGROUND
from practicum.tools.mcp.config import Server
from practicum.tools.mcp.connection import Connection
from practicum.tools.mcp.failures import NotSentError, ServerError
from practicum.tools.sandbox import Sandbox

if TYPE_CHECKING:
    from mcp.types import ClientRequest

TRIES = 3
"""A call is sent again in a new session as long as it is known that it was not sent."""


class Session:
    """One episode's session with one server; for stdio that is a process of its own.

    What earlier calls changed is kept until it is closed. When the server dies, the next call opens a
    session anew, whose state is what the server makes of it; the session's folder stays.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection: Connection | None = None
        self._opening = asyncio.Lock()
        self._folder = ""
        self._closed = False

    def __deepcopy__(self, memo: dict[int, Any]) -> Session:
        """A server's state can't be copied: what is tried out aside starts from a fresh one."""
        return Session(self._server)

    async def ready(self) -> None:
        """Open the session if it is not open.

        Raises:
            ServerError: the server does not start, or is out of reach.
        """
        await BACKGROUND.run(self._connected())

    async def call(self, tool: str, arguments: JsonObject) -> JsonObject:
        """Call a tool by the name that the server gave it, and return the result as the protocol has it.

        Raises:
            ToolCallError: the server refuses the call.
            ServerError: it does not start, or died meanwhile.
        """
        from mcp.types import CallToolRequest, CallToolRequestParams, ClientRequest

        parameters = CallToolRequestParams(name=tool, arguments=arguments)
        return await BACKGROUND.run(self.request(lambda: ClientRequest(CallToolRequest(params=parameters))))

    def close(self) -> None:
        """End the session; nobody waits for the server to be gone."""
        self._closed = True
        if self._connection is not None or self._folder:
            BACKGROUND.submit(self.end())

    async def request(self, make: Callable[[], ClientRequest]) -> JsonObject:
        """Send what ``make`` returns; to be run in the background loop. See `Connection.request`."""
        for _ in range(TRIES):
            connection = await self._connected()
            try:
                return await connection.request(make())
            except NotSentError:
                await connection.end()
        raise ServerError(self._server, "it ends each session before a call reaches it")

    async def end(self) -> None:
        """End the session, and wait until the server is gone; to be run in the background loop."""
        self._closed = True
        if self._connection is not None:
            await self._connection.end()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        BACKGROUND.lasting.discard(self)

    async def _connected(self) -> Connection:
        async with self._opening:
            if self._connection is not None and await self._connection.is_alive():
                return self._connection
            if self._connection is not None:
                await self._connection.end()
            if self._closed:
                raise ServerError(self._server, "the episode that its session belonged to is over")
            BACKGROUND.lasting.add(self)
            self._folder = self._folder or tempfile.mkdtemp(prefix="practicum-mcp-")
            self._connection = Connection(self._server, self._folder)
            await self._connection.opened()
            return self._connection


class SessionSandbox(Sandbox[Session]):
    """Gives each episode a session of its own; outside of episodes there is one for the whole process."""

    def __init__(self, server: Server, *, resets: bool) -> None:
        """Take the server, and whether a new session of it starts from the same state."""
        super().__init__(lambda _: Session(server))
        self.resets = resets
        self._shared = Session(server)

    @contextmanager
    def holding(self, state: Session) -> Iterator[Session]:
        """Let the tools work in this session, and close it."""
        try:
            with super().holding(state):
                yield state
        finally:
            state.close()

    @contextmanager
    def aside(self) -> Iterator[Session]:
        """Let the tools work in a second, fresh session, if that keeps the state apart; else in the same."""
        if not self.resets:
            yield self.current
            return
        with super().aside() as state:
            yield state

    async def ready(self) -> None:
        await self.current.ready()

    @property
    def entered(self) -> bool:
        return True

    @property
    def current(self) -> Session:
        return self._current.get(None) or self._shared
