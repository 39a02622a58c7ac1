"""What a call through an MCP tool costs beyond the same call in the bare session.

The server is the SDK's own, in a process beside this one, with a tool that returns what it is given. Bare:
`ClientSession.call_tool`, in the loop of the bench. Through the tool: as the graphs do it, the arguments
checked, sent by the session of an episode in the background loop, the result flattened and made an
observation. Both are called by turns, so that whatever else the machine does meets both; on a busy one look
at the processor's time, too, which knows no waiting.

    python -m bench.mcp_overhead
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

from practicum.records import ToolCall
from practicum.tools.catalog import in_fresh_sandboxes
from practicum.tools.executor import Executor
from practicum.tools.langchain_tools import make_catalog

SERVER = """
from mcp.server.fastmcp import FastMCP

server = FastMCP("echo", log_level="ERROR")

@server.tool()
def echo(text: str) -> str:
    "Return the text."
    return text

server.run()
"""
TARGET_MS = 10.0
WARM_UP = 20


def run(quick: bool = False) -> dict[str, Any]:
    """Return milliseconds a call, bare and through the tool, the difference, and what an episode costs."""
    calls = 100 if quick else 1000
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "server.py"
        script.write_text(SERVER)
        file = Path(folder) / "servers.json"
        entry = {"command": sys.executable, "args": [str(script)]}
        file.write_text(json.dumps({"mcpServers": {"echo": entry}}))
        return asyncio.run(_measure(file, script, calls))


async def _measure(file: Path, script: Path, calls: int) -> dict[str, Any]:
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    from practicum.tools.mcp import mcp_tools

    catalog = make_catalog(mcp_tools(str(file))).require_usable()
    executor = Executor(catalog.tools)
    call = ToolCall(name="echo", arguments={"text": "hello"})
    parameters = StdioServerParameters(command=sys.executable, args=[str(script)])
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        with in_fresh_sandboxes(catalog.tools, 0):
            started = time.perf_counter()
            observation = await executor.execute(call)
            first_s = time.perf_counter() - started
            assert observation.text == "hello", observation
            bare, through = await _by_turns(
                lambda: session.call_tool("echo", {"text": "hello"}), lambda: executor.execute(call), calls
            )
    overhead = [other.wall - one.wall for one, other in zip(bare, through, strict=True)]
    return {
        "calls": calls,
        "target_ms": TARGET_MS,
        "bare_ms": _summary([each.wall for each in bare]),
        "through_tool_ms": _summary([each.wall for each in through]),
        "overhead_ms": _summary(overhead),
        "bare_processor_ms": _summary([each.processor for each in bare]),
        "through_tool_processor_ms": _summary([each.processor for each in through]),
        "first_call_of_an_episode_ms": round(first_s * 1000, 1),
        "met": statistics.median(overhead) * 1000 < TARGET_MS,
    }


class _Seconds(NamedTuple):
    """What one call took: by the clock, and of this process' processor time."""

    wall: float
    processor: float


async def _by_turns(
    one: Callable[[], Awaitable[Any]], other: Callable[[], Awaitable[Any]], calls: int
) -> tuple[list[_Seconds], list[_Seconds]]:
    found: tuple[list[_Seconds], list[_Seconds]] = ([], [])
    for _ in range(calls + WARM_UP):
        for call, seconds in zip((one, other), found, strict=True):
            wall, processor = time.perf_counter(), time.process_time()
            await call()
            seconds.append(_Seconds(time.perf_counter() - wall, time.process_time() - processor))
    return found[0][WARM_UP:], found[1][WARM_UP:]


def _summary(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "median": round(statistics.median(ordered) * 1000, 2),
        "p95": round(ordered[int(len(ordered) * 0.95)] * 1000, 2),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
