"""The tool source ``mcp:FILE[#server]``: the tools of a file's servers, and what can't be used of them."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practicum.errors import SetupError, ToolCallError, install
from practicum.hostile import register_secrets
from practicum.records import JsonObject
from practicum.tools.catalog import Notice, Refusal, Tool
from practicum.tools.copying import require_copyable
from practicum.tools.langchain_tools import make_tool
from practicum.tools.mcp.background import BACKGROUND
from practicum.tools.mcp.config import Config, McpServer, read_config, refusal
from practicum.tools.mcp.described import cleaned, needs_task, odd_parameter, orders_in
from practicum.tools.mcp.failures import ServerError, one_line
from practicum.tools.mcp.flattening import flatten_result
from practicum.tools.mcp.hints import Trust, effect_of_hints
from practicum.tools.mcp.listing import MOST_TOOLS, list_tools
from practicum.tools.mcp.placing import other_directories, what_escapes
from practicum.tools.mcp.secrets import hide, secrets_of
from practicum.tools.mcp.session import SessionSandbox

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

NOBODY_TRUSTED = Trust()
SEPARATOR = "__"
"""Between a server's name and that of its tool, where two servers have tools of one name."""
TOOL_FIX = "do without it, or ask whoever wrote the server"
COPIED_FIX = "write the directory into its args, its env or its cwd"
Listed = list[JsonObject] | ServerError


def mcp_tools(source: str, trust: Trust = NOBODY_TRUSTED) -> list[Tool | Refusal | Notice]:
    """Start the servers of a file, ask each for its tools, and end them; each episode starts its own.

    A server that fails, and a tool that can't be used, is a refusal, and the others go on. Where servers
    have tools of one name, all of these are called ``server__tool``. A description that reads like an order
    to a model is told in a notice.

    Args:
        source: ``FILE`` or ``FILE#server``.
        trust: What the user says of servers.

    Raises:
        SetupError: the file can't be read, has no such server, or the extra `mcp` is not installed.
    """
    _require_extra()
    config = _read(source)
    register_secrets(secrets_of(config))
    _import_adapters()
    return [*config.refused, *_tools_of(BACKGROUND.wait(_list_all(config.servers)), trust)]


def _read(source: str) -> Config:
    path, mark, only = source.rpartition("#")
    if not mark or Path(source).is_file():
        path, only = source, ""
    if not path:
        raise SetupError("mcp names no file", "write mcp:FILE or mcp:FILE#server")
    return read_config(Path(path), only)


async def _list_all(servers: Sequence[McpServer]) -> list[tuple[McpServer, Listed]]:
    async def one(server: McpServer) -> Listed:
        try:
            return await list_tools(server)
        except ServerError as error:
            return error

    return list(zip(servers, await asyncio.gather(*map(one, servers)), strict=True))


def _tools_of(listed: Sequence[tuple[McpServer, Listed]], trust: Trust) -> list[Tool | Refusal | Notice]:
    names = Counter(
        name
        for _, tools in listed
        if isinstance(tools, list)
        for name in {str(tool.get("name")) for tool in tools}
    )
    found: list[Tool | Refusal | Notice] = []
    for server, tools in listed:
        if isinstance(tools, ServerError):
            found.append(refusal(server.name, tools.reason, tools.fix))
            continue
        copied = trust.copied(server.name)
        if copied is not None:
            wrong = _why_not_copied(server, copied)
            if wrong is not None:
                found.append(wrong)
                continue
            found += _told_of_others(server, copied)
        sandbox = SessionSandbox(server, resets=trust.starts_afresh(server.name), copied=copied)
        found += _server_tools(
            server, tools, sandbox, trust, shared={name for name, n in names.items() if n > 1}
        )
    return found


def _why_not_copied(server: McpServer, copied: Path) -> Refusal | None:
    try:
        require_copyable(copied)
    except SetupError as error:
        return refusal(server.name, error.message, error.fix)
    escaping = what_escapes(server, copied)
    return None if escaping is None else refusal(server.name, escaping, COPIED_FIX)


def _told_of_others(server: McpServer, copied: Path) -> list[Notice]:
    stays = "is in its entry, too, and is not copied: what its tools change there stays"
    others = (one_line(place, server.secrets) for place in other_directories(server, copied))
    return [Notice(f"MCP server {server.name}: {place} {stays}") for place in others]


def _server_tools(
    server: McpServer, tools: list[JsonObject], sandbox: SessionSandbox, trust: Trust, *, shared: set[str]
) -> list[Tool | Refusal | Notice]:
    found: list[Tool | Refusal | Notice] = []
    known: set[str] = set()
    for described in tools[:MOST_TOOLS]:
        name = str(described.get("name"))
        called = _with_server(server, name) if name in shared else name
        if name in known:
            found.append(_refused(server, called, "the server lists it twice; the first one is used"))
            continue
        known.add(name)
        made = _tool(server, described, called, sandbox, trust)
        found.append(made)
        if isinstance(made, Tool):
            found += orders_in(made.spec)
    if len(tools) > MOST_TOOLS:
        reason = f"it lists more than {MOST_TOOLS} tools; the first {MOST_TOOLS} are used"
        found.append(refusal(server.name, reason, "ask it for fewer, if it can be told which"))
    return found


def _tool(
    server: McpServer, described: JsonObject, called: str, sandbox: SessionSandbox, trust: Trust
) -> Tool | Refusal:
    try:
        made = make_tool(_as_langchain({**cleaned(described, server.secrets), "name": called}))
    except ValueError as error:
        return _refused(
            server, called, f"its description is not what the protocol says: {_first_line(error)}"
        )
    if isinstance(made, Refusal):
        return _refused(server, called, made.reason)
    if made.spec.parameters.get("type") != "object":
        return _refused(server, called, "its arguments are not an object")
    if needs_task(described):
        return _refused(server, called, "it runs only as a task, for whose end nobody here waits")
    odd = odd_parameter(made.spec)
    if odd is not None:
        return _refused(server, called, f"models accept no argument called {odd}")
    effect, reason = effect_of_hints(server.name, described.get("annotations"), trust)
    invoke = _invoker(server, str(described["name"]), sandbox)
    also = tuple({str(described["name"]), _with_server(server, str(described["name"]))} - {called})
    return replace(
        made, effect=effect, effect_reason=reason, invoke=invoke, sandbox=sandbox, also=also, module=None
    )


def _refused(server: McpServer, tool: str, reason: str) -> Refusal:
    said = one_line(f"{reason} (MCP server {server.name})", server.secrets)
    return Refusal(one_line(tool, server.secrets), said, TOOL_FIX, optional=True)


def _as_langchain(described: JsonObject) -> BaseTool:
    """The adapters' view of a tool: its arguments and its description; how they call it is not used.

    They open a session for each call, and know no result with sounds in it.
    """
    from langchain_mcp_adapters.sessions import StdioConnection
    from langchain_mcp_adapters.tools import convert_mcp_tool_to_langchain_tool
    from mcp.types import Tool as McpTool

    nowhere = StdioConnection(transport="stdio", command="", args=[])
    return convert_mcp_tool_to_langchain_tool(None, McpTool.model_validate(described), connection=nowhere)


def _invoker(server: McpServer, tool: str, sandbox: SessionSandbox) -> Callable[[JsonObject], Any]:
    async def invoke(arguments: JsonObject) -> str:
        result = await sandbox.current.call(tool, arguments)
        text = hide(flatten_result(result), server.secrets)
        if result.get("isError"):
            raise ToolCallError(text or "the server says that it failed, and not why")
        return text

    return invoke


def _with_server(server: McpServer, tool: str) -> str:
    return f"{_plain(server.name)}{SEPARATOR}{tool}"


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)


def _first_line(error: ValueError) -> str:
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error)


def _import_adapters() -> None:
    """Import the SDK before the background thread does: two threads in its circles lock each other."""
    import langchain_mcp_adapters.tools  # noqa: F401
    import mcp.client.stdio  # noqa: F401


def _require_extra() -> None:
    from importlib.util import find_spec

    if find_spec("mcp") is None or find_spec("langchain_mcp_adapters") is None:
        raise SetupError("mcp needs the package langchain-mcp-adapters", install("mcp"))
