"""aimock, an OpenAI-compatible server that nobody here wrote: it has a script, and keeps a journal."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_openai import ChatOpenAI
from mcp_servers import npm_command

from practicum.models import load_chat_model

VERSION = "1.43.0"
Fixture = dict[str, Any]


@dataclass(frozen=True)
class Aimock:
    """A running server."""

    url: str

    @property
    def spec(self) -> str:
        """The model on it, as ``--model`` names it."""
        return f"openai:mocked@{self.url}/v1"

    @property
    def journal(self) -> list[dict[str, Any]]:
        """Every request so far, with the status that it was answered with."""
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/__aimock/journal").json()
        return found

    @property
    def answered(self) -> int:
        """How many requests were answered so far."""
        return int(httpx.get(f"{self.url}/__aimock/journal?limit=1").headers["x-total-count"])

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The bodies of the requests."""
        return [entry["body"] for entry in self.journal]

    @property
    def statuses(self) -> list[int]:
        """The statuses of the replies."""
        return [entry["response"]["status"] for entry in self.journal]


@contextmanager
def aimock(folder: Path, fixtures: Sequence[Fixture], *options: str) -> Iterator[Aimock]:
    """Serve the fixtures on a free port; a request that none matches is refused.

    Args:
        folder: Where the fixtures are written.
        fixtures: What is replied; the first that matches counts.
        options: More of its command's options.
    """
    packages = [f"@copilotkit/aimock@{VERSION}"]
    command = npm_command(f"aimock-{VERSION}", packages, "llmock", otherwise=pytest.fail)
    file = folder / "fixtures.json"
    file.write_text(json.dumps({"fixtures": list(fixtures)}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = subprocess.Popen(
        [str(shutil.which("node")), command, "-p", str(port), "-f", str(file), "--strict", *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(server, port)
        yield Aimock(f"http://127.0.0.1:{port}")
    finally:
        server.kill()
        server.wait(10)


@asynccontextmanager
async def connected(
    folder: Path, fixtures: Sequence[Fixture], *options: str
) -> AsyncIterator[tuple[Aimock, ChatOpenAI]]:
    """Serve the fixtures to a model of this process; its connections end in the loop they were opened in."""
    with aimock(folder, fixtures, *options) as server:
        model = load_chat_model(server.spec)
        assert isinstance(model, ChatOpenAI)
        try:
            yield server, model
        finally:
            await model.root_async_client.close()


def on(message: str, response: dict[str, Any], **match: Any) -> Fixture:
    """A reply to a request whose last user message contains ``message``."""
    return {"match": {"userMessage": message, **match}, "response": response}


def call(name: str, **arguments: Any) -> dict[str, Any]:
    """A reply that calls a tool."""
    return {"toolCalls": [{"name": name, "arguments": arguments}]}


def text(content: str, read: int = 100, written: int = 10) -> dict[str, Any]:
    """A reply, with the tokens that the server counts."""
    usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
    return {"content": content, "usage": usage}


def an_object(read: int = 100, written: int = 10, **fields: Any) -> dict[str, Any]:
    """A reply with an object."""
    return text(json.dumps(fields), read, written)


def refusal(status: int, message: str, **more: Any) -> dict[str, Any]:
    """A reply with an error."""
    return {"error": {"message": message, "type": "error"}, "status": status, **more}


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("aimock does not listen")
