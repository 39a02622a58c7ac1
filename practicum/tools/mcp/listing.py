"""Which tools a server has."""

from __future__ import annotations

import asyncio
from typing import Any

from practicum.errors import ToolCallError
from practicum.records import JsonObject
from practicum.tools.mcp.config import McpServer
from practicum.tools.mcp.failures import ServerError
from practicum.tools.mcp.session import Session

LIST_S = 30.0
"""Seconds within which a server must have listed its tools."""
MOST_TOOLS = 1000
"""What lies beyond is left: a list may have no end."""


async def list_tools(server: McpServer) -> list[JsonObject]:
    """Return the tools of a server as it describes them, at most one more than `MOST_TOOLS`.

    Each is looked at by itself later: one that is not of the protocol must not hide the others.

    Raises:
        ServerError: it did not start, or did not list them.
    """
    session = Session(server)
    try:
        async with asyncio.timeout(server.start_s + LIST_S):
            return await _all_pages(server, session)
    except TimeoutError:
        raise ServerError(server, f"it did not list its tools within {LIST_S:g} s") from None
    except ToolCallError as error:
        raise ServerError(server, f"it does not list its tools: {error}") from error
    finally:
        session.close()


async def _all_pages(server: McpServer, session: Session) -> list[JsonObject]:
    found: list[JsonObject] = []
    cursor: str | None = None
    while True:
        page = await session.request(_request(cursor))
        tools = page.get("tools")
        if not isinstance(tools, list):
            raise ServerError(server, "its list of tools is not what the protocol says")
        found += [tool if isinstance(tool, dict) else {"name": str(tool)[:40]} for tool in tools]
        following = page.get("nextCursor")
        if not isinstance(following, str) or following == cursor or len(found) > MOST_TOOLS:
            return found[: MOST_TOOLS + 1]
        cursor = following


def _request(cursor: str | None) -> Any:
    from mcp.types import ClientRequest, ListToolsRequest, PaginatedRequestParams

    return ClientRequest(ListToolsRequest(params=PaginatedRequestParams(cursor=cursor)))
