"""How a server is spoken to: as a process of ours (stdio), or over streamable HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

from practicum.tools.mcp.config import McpServer
from practicum.tools.mcp.expansion import in_folder
from practicum.tools.mcp.quiet import quiet
from practicum.tools.mcp.stderr import LastWords

if TYPE_CHECKING:
    from mcp import ClientSession


class Hear(Protocol):
    """Is told what a server says unasked, and what it says that can't be read."""

    async def __call__(self, message: Any) -> None: ...


@asynccontextmanager
async def open_transport(
    server: McpServer, folder: str, words: LastWords, hear: Hear
) -> AsyncIterator[ClientSession]:
    """Open a session that has not said hello yet; a process is ended with it.

    Args:
        server: How it is reached.
        folder: What ``${PRACTICUM_SESSION_DIR}`` stands for.
        words: Takes what a process writes on its standard error.
        hear: See `Hear`.
    """
    quiet()
    opened = _http(server, hear) if server.url else _stdio(server, folder, words, hear)
    try:
        async with opened as session:
            words.file.close()  # the process has it, and its reader waits for nobody else
            yield session
    finally:
        words.file.close()


def _http(server: McpServer, hear: Hear) -> Any:
    from langchain_mcp_adapters.sessions import StreamableHttpConnection, create_session

    connection = StreamableHttpConnection(
        transport="streamable_http",
        url=server.url,
        headers=dict(server.headers),
        timeout=server.start_s,
        session_kwargs={"message_handler": hear},
    )
    return create_session(connection)


@asynccontextmanager
async def _stdio(
    server: McpServer, folder: str, words: LastWords, hear: Hear
) -> AsyncIterator[ClientSession]:
    # Not by the adapters: they leave what a server writes on its standard error to the user's terminal.
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    parameters = StdioServerParameters(
        command=in_folder(server.command, folder),
        args=[in_folder(argument, folder) for argument in server.args],
        env={name: in_folder(value, folder) for name, value in server.env.items()},
        cwd=in_folder(server.cwd, folder) if server.cwd else None,
        encoding_error_handler="replace",
    )
    client = stdio_client(parameters, errlog=words.file)
    async with client as (read, write), ClientSession(read, write, message_handler=hear) as session:
        words.process = _process(client)
        yield session


def _process(client: Any) -> Any:
    """Return the process that the SDK started, which it hands to nobody; None where it is not found."""
    frame = getattr(getattr(client, "gen", None), "ag_frame", None)
    return frame.f_locals.get("process") if frame is not None else None
