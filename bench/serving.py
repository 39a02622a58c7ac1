"""What `practicum serve` adds to the model it asks: requests a second, and time a request, with 50 clients.

The model reads a script and replies at once, so that nothing but the server is measured. Bare: the scripted
model called by 50 tasks. Agent: the compiled agent called by 50 tasks, in the bench's process. Served: the
command in a process of its own, asked by 50 clients over loopback, each with a connection that it keeps.
What HTTP adds is served less agent. The clients share the machine's cores with the server; on a busy machine
look at the processor's time of who answers, too, which knows no waiting.

    python -m bench.serving
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import psutil

CLIENTS = 50
TOOLS = '''
import practicum

@practicum.read_only
def echo(text: str) -> str:
    """Return the text."""
    return text
'''
WARM_UP = 100
QUERY = "Say hello."


def run(quick: bool = False) -> dict[str, Any]:
    """Return requests a second and milliseconds a request: bare, of the agent, and served."""
    requests = 200 if quick else 1000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tools.py").write_text(TOOLS)
        line = json.dumps({"content": "Hello."})
        (folder / "script.jsonl").write_text(f"{line}\n" * (requests + WARM_UP))
        bare = asyncio.run(_bare(folder, requests))
        agent = asyncio.run(_agent(folder, requests))
        with _server(folder) as (url, server):
            served = asyncio.run(_served(url, requests, lambda: sum(server.cpu_times()[:2])))
    return {
        "clients": CLIENTS,
        "requests": requests,
        "bare": bare,
        "agent": agent,
        "served": served,
        "added_to_bare_p95_ms": round(served["p95_ms"] - bare["p95_ms"], 2),
        "added_to_agent_p95_ms": round(served["p95_ms"] - agent["p95_ms"], 2),
    }


async def _bare(folder: Path, requests: int) -> dict[str, float]:
    from langchain_core.messages import HumanMessage

    from practicum.models.scripted import ScriptedChatModel

    model = ScriptedChatModel.from_file(folder / "script.jsonl")
    return await _measure(lambda: model.ainvoke([HumanMessage(content=QUERY)]), requests)


async def _agent(folder: Path, requests: int) -> dict[str, float]:
    import practicum
    from practicum.models.scripted import ScriptedChatModel
    from practicum.tools.sources import load_tools

    model = ScriptedChatModel.from_file(folder / "script.jsonl")
    with practicum.open(folder / "home", embedder="hashing") as practice:
        agent = practice.agent(model, load_tools([str(folder / "tools.py")]))
        asked = {"messages": [{"role": "user", "content": QUERY}]}
        return await _measure(lambda: agent.ainvoke(asked), requests)


async def _served(url: str, requests: int, clock: Callable[[], float]) -> dict[str, float]:
    body = json.dumps({"model": "practicum", "messages": [{"role": "user", "content": QUERY}]}).encode()
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    connections = [await _Connection.open(url, body) for _ in range(CLIENTS)]
    for connection in connections:
        free.put_nowait(connection)

    async def ask() -> None:
        connection = await free.get()
        await connection.ask()
        free.put_nowait(connection)

    try:
        return await _measure(ask, requests, clock)
    finally:
        for connection in connections:
            connection.writer.close()


@dataclass(frozen=True)
class _Connection:
    """A connection that is kept, and asks the same each time.

    A client library takes as long for a request as the server does, on the same cores, and does not keep the
    order of those that wait.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    request: bytes

    @classmethod
    async def open(cls, url: str, body: bytes) -> Self:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        head = f"POST {parts.path}/chat/completions HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return cls(reader, writer, head.encode() + body)

    async def ask(self) -> None:
        self.writer.write(self.request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith("http/1.1 200"), head
        await self.reader.readexactly(int(head.partition("content-length:")[2].split()[0]))


async def _measure(
    ask: Callable[[], Awaitable[Any]], requests: int, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Ask from `CLIENTS` tasks until all requests are made; the first ones warm up and are not counted.

    ``clock`` tells the processor's seconds of the process that answers.
    """
    await _ask_all(ask, WARM_UP)
    started, processor = time.perf_counter(), clock()
    seconds = sorted(await _ask_all(ask, requests))
    took, processor = time.perf_counter() - started, clock() - processor
    return {
        "requests_a_second": round(requests / took, 1),
        "median_ms": round(statistics.median(seconds) * 1000, 2),
        "p95_ms": round(seconds[int(len(seconds) * 0.95)] * 1000, 2),
        "processor_ms": round(processor / requests * 1000, 2),
    }


async def _ask_all(ask: Callable[[], Awaitable[Any]], requests: int) -> list[float]:
    left, seconds = iter(range(requests)), []

    async def one_client() -> None:
        for _ in left:
            started = time.perf_counter()
            await ask()
            seconds.append(time.perf_counter() - started)

    await asyncio.gather(*(one_client() for _ in range(CLIENTS)))
    return seconds


@contextmanager
def _server(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    command = [sys.executable, "-m", "practicum.cli.main", "serve", "--tools", str(folder / "tools.py")]
    command += ["--model", f"scripted:{folder / 'script.jsonl'}", "--port", "0"]
    command += [
        "--embedder",
        "hashing",
        "--home",
        str(folder / "served"),
        "--max-concurrent",
        str(CLIENTS * 2),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert line.startswith("listening on "), line + process.stderr.read()
            yield line.removeprefix("listening on ").partition(",")[0], psutil.Process(process.pid)
        finally:
            process.terminate()


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
