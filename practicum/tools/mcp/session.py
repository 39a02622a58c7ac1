"""The session of an episode with a server: opened by its first call, opened again when the server died."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practicum.errors import SetupError
from practicum.records import JsonObject
from practicum.tools.copying import copy_folder
from practicum.tools.mcp.background import BACKGROUND
from practicum.tools.mcp.config import McpServer
from practicum.tools.mcp.connection import Connection
from practicum.tools.mcp.failures import NotSentError, ServerError
from practicum.tools.mcp.folders import FOLDERS
from practicum.tools.mcp.placing import Paths, in_copy
from practicum.tools.sandbox import Sandbox
from practicum.tools.threads import to_the_end

if TYPE_CHECKING:
    from mcp.types import ClientRequest

TRIES = 3
"""A call is sent again in a new session as long as it is known that it was not sent."""


class Session:
    """One episode's session with one server; for stdio that is a process of its own.

    What earlier calls changed is kept until it is closed. When the server dies, the next call opens a
    session anew, whose state is what the server makes of it; the session's folder stays.
    """

    def __init__(self, server: McpServer, copied: Path | None = None, *, like: Session | None = None) -> None:
        """Take how the server is reached.

        Args:
            server: The server.
            copied: A directory that its entry names; the session works on a copy of it.
            like: A session whose folder this one begins with a copy of.
        """
        self._server = server
        self._copied = copied
        self._like = like
        self._connection: Connection | None = None
        self._opening = asyncio.Lock()
        self._folder: Path | None = None
        self._closed = False

    def __deepcopy__(self, memo: dict[int, Any]) -> Session:
        """Return a session not opened yet that begins with a copy of the folder, and of nothing else.

        What a server keeps in its process can't be copied.
        """
        return Session(self._server, self._copied, like=self)

    async def ready(self) -> None:
        """Open the session if it is not open.

        Raises:
            ServerError: the server does not start, or is out of reach.
        """
        if self._connection is None or not self._connection.is_ready:
            await BACKGROUND.run(self._connected())

    async def call(self, tool: str, arguments: JsonObject) -> JsonObject:
        """Call a tool by the name that the server gave it, and return the result as the protocol has it.

        Paths into a copy are told as those of the original, and taken as those: what is learned in one
        session is of use in the next, and in service.

        Raises:
            ToolCallError: the server refuses the call.
            ServerError: it does not start, or died meanwhile.
        """
        from mcp.types import CallToolRequest, CallToolRequestParams, ClientRequest

        try:
            if (
                self._folder is None
            ):  # else the background is not asked once more: that takes a millisecond or two
                await BACKGROUND.run(self._connected())
            paths = Paths.of_session(self._folder, self._copied) if self._folder else Paths({})
            parameters = CallToolRequestParams(name=tool, arguments=paths.there(arguments))
            request = ClientRequest(CallToolRequest(params=parameters))
            return dict(paths.back(await BACKGROUND.run(self.request(request))))
        except asyncio.CancelledError:
            # Noted here: the background's task hears of it later than the next call may look.
            if self._connection is not None:
                self._connection.doubt()
            raise

    def begin_again(self) -> None:
        """Let the next call open a session that knows nothing of this one's calls, its folder new as well."""
        past, self._connection, self._folder = (self._connection, self._folder), None, None
        BACKGROUND.submit(_end(*past))

    def close(self) -> None:
        """End the session; nobody waits for the server to be gone."""
        self._closed = True
        if self._connection is not None or self._folder is not None:
            BACKGROUND.submit(self.end())

    async def request(self, request: ClientRequest) -> JsonObject:
        """Send a request; to be run in the background loop. See `Connection.request`."""
        for _ in range(TRIES):
            connection = await self._connected()
            try:
                return await connection.request(request)
            except NotSentError:
                await connection.end()
        raise ServerError(self._server, "it ends each session before a call reaches it")

    async def end(self) -> None:
        """End the session, and wait until the server is gone; to be run in the background loop."""
        self._closed = True
        await _end(self._connection, self._folder)

    async def _connected(self) -> Connection:
        async with self._opening:
            if self._connection is not None and await self._connection.is_alive():
                return self._connection
            if self._connection is not None:
                await self._connection.end()
            self._require_open()
            self._folder = self._folder or await self._make_folder()
            self._connection = Connection(self._placed(self._folder), str(self._folder))
            await self._connection.opened()
            return self._connection

    def _require_open(self) -> None:
        if self._closed:
            raise ServerError(self._server, "the episode that its session belonged to is over")

    async def _make_folder(self) -> Path:
        folder = FOLDERS.make()
        try:
            await to_the_end(self._fill, folder)  # cancelled, it would be filled while it is removed
            self._require_open()  # or nobody would end what is opened from here on
        except BaseException as error:
            FOLDERS.remove(folder)
            if isinstance(error, SetupError):
                raise ServerError(self._server, error.message) from error
            raise
        return folder

    def _fill(self, folder: Path) -> None:
        if self._like is not None and self._like._folder is not None:
            copy_folder(self._like._folder, folder)
        elif self._copied is not None:
            copy_folder(self._copied, folder / self._copied.name)

    def _placed(self, folder: Path) -> McpServer:
        if self._copied is None:
            return self._server
        return in_copy(self._server, self._copied, folder / self._copied.name)


async def _end(connection: Connection | None, folder: Path | None) -> None:
    if connection is not None:
        await connection.end()
    if folder is not None:
        FOLDERS.remove(folder)


class SessionSandbox(Sandbox[Session]):
    """Gives each episode a session of its own; a server that does not reset has one outside of them, too."""

    can_be_renewed = True

    def __init__(self, server: McpServer, *, resets: bool, copied: Path | None = None) -> None:
        """Take the server.

        Args:
            server: The server.
            resets: Whether a new session of it starts from the same state.
            copied: A directory of which each episode's session gets a copy of its own.
        """
        super().__init__(lambda _: Session(server, copied))
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
        """Let the tools work in a second session, if that keeps the state apart; else in the same."""
        if not self.resets:
            yield self.current
            return
        with super().aside() as state:
            yield state

    def renew(self, seed: int) -> None:
        del seed
        if self._current.get(None) is not None:
            self.current.begin_again()

    async def ready(self) -> None:
        await self.current.ready()

    @property
    def entered(self) -> bool:
        """Whether an episode has begun here; a server that does not reset is the same outside of one."""
        return not self.resets or self._current.get(None) is not None

    @property
    def current(self) -> Session:
        return self._current.get(None) or self._shared
