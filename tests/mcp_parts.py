"""MCP servers that tests start: one that misbehaves as it is told, and what is left of their processes."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from practicum.records import JsonObject, Observation, ToolCall
from practicum.tools.catalog import Catalog, Tool
from practicum.tools.executor import ExecutionLimits, Executor
from practicum.tools.langchain_tools import make_catalog
from practicum.tools.mcp import Trust, mcp_tools

BAD_SERVER = Path(__file__).with_name("bad_mcp_server.py")
TOKEN = "token-of-the-test"
TRUSTED = Trust(trusts=lambda server: True)  # noqa: ARG005 - the names of a protocol
SANDBOXED = Trust(trusts=lambda server: True, is_sandboxed=lambda server: True)  # noqa: ARG005


def bad(how: str = "", *mark: str, **more: Any) -> JsonObject:
    """The entry of a server that misbehaves in this way; ``mark`` finds its process."""
    env = {"SERVER_TOKEN": TOKEN}
    return {"command": sys.executable, "args": [str(BAD_SERVER), how, *mark], "env": env, **more}


def write_servers(folder: Path, **servers: JsonObject) -> Path:
    """Write a file of these servers."""
    file = folder / "servers.json"
    file.write_text(json.dumps({"mcpServers": servers}))
    return file


def open_servers(folder: Path, trust: Trust = SANDBOXED, **servers: JsonObject) -> Catalog:
    """The tools of these servers."""
    return make_catalog(mcp_tools(str(write_servers(folder, **servers)), trust))


class Caller:
    """Calls tools as the graphs do."""

    def __init__(self, tools: Sequence[Tool], *, timeout_s: float = 20.0) -> None:
        self._executor = Executor(tools, limits=ExecutionLimits(timeout_s=timeout_s))

    async def __call__(self, tool: str, **arguments: Any) -> Observation:
        return await self._executor.execute(ToolCall(name=tool, arguments=arguments))

    async def text(self, tool: str, **arguments: Any) -> str:
        """What a call returns that must succeed."""
        observation = await self(tool, **arguments)
        assert observation.ok, observation.text
        return observation.text


def processes(mark: str) -> list[psutil.Process]:
    """The processes that have ``mark`` in their command line."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if mark in " ".join(process.info["cmdline"] or []):
            found.append(process)
    return found


def wait_until_gone(mark: str) -> bool:
    """Whether no process has ``mark`` in its command line any more, in the end."""
    return wait_until(lambda: not processes(mark))


def wait_until(is_so: Callable[[], bool], *, seconds: float = 60.0) -> bool:
    """Whether something is so, in the end."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
