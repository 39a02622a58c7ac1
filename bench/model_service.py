"""A model behind OpenAI's chat API that answers after a fixed time, in a process of its own.

It knows just enough to take part in an exploration: it imagines another request each time, calls the tool
that it is offered with a text, answers when it has a result, and is always content. What it computes by
itself is small beside its latency.

    python -m bench.model_service --latency-ms 300
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

STARTS = ("am", "be", "cor", "dan", "el", "fal", "gar", "har", "is", "jas", "ket", "lan", "mar", "nic", "or")
ENDS = ("ber", "con", "dow", "fern", "gate", "hill", "ivy", "ley", "moor", "nook", "pine", "rock", "stone")
WORDS = tuple(start + end for start in STARTS for end in ENDS)
"""Names of nothing, so that no request repeats another."""
TOKENS = {"prompt_tokens": 400, "completion_tokens": 20, "total_tokens": 420}


@dataclass(frozen=True)
class Served:
    """A running service."""

    url: str

    @property
    def model(self) -> str:
        """The model on it, as ``--model`` names it."""
        return f"openai:served@{self.url}/v1"

    def calls(self) -> int:
        """Return how many calls it has answered."""
        import httpx

        return int(httpx.get(f"{self.url}/calls").json()["calls"])


@contextmanager
def serving(latency_ms: float) -> Iterator[Served]:
    """Run the service until the context ends."""
    command = [sys.executable, "-m", "bench.model_service", "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Served(process.stdout.readline().strip())
        finally:
            process.terminate()


class Service:
    """The service as an ASGI application."""

    def __init__(self, latency_s: float) -> None:
        self._latency_s = latency_s
        self._calls = 0
        self._draw = random.Random(0)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        arrived = time.perf_counter()
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        if scope["path"] == "/calls":
            answer: dict[str, Any] = {"calls": self._calls}
        else:
            self._calls += 1
            answer = _completion(self._message(json.loads(body)))
            await asyncio.sleep(self._latency_s - (time.perf_counter() - arrived))
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _message(self, asked: dict[str, Any]) -> dict[str, Any]:
        wanted = asked.get("response_format", {}).get("json_schema", {}).get("name")
        if wanted:
            return {"role": "assistant", "content": json.dumps(self._object(wanted))}
        if asked["messages"][-1]["role"] == "tool":
            return {"role": "assistant", "content": f"It is {self._words(3)}."}
        function = asked["tools"][0]["function"]
        arguments = {name: self._words(2) for name in function["parameters"]["properties"]}
        called = {"name": function["name"], "arguments": json.dumps(arguments)}
        call = {"id": f"call-{self._calls}", "type": "function", "function": called}
        return {"role": "assistant", "content": None, "tool_calls": [call]}

    def _object(self, wanted: str) -> dict[str, Any]:
        if wanted == "ImaginedQuery":
            return {"query": f"What does the register say of the {self._words(5)}?"}
        if wanted == "Reflection":
            return {"reason": "the register was read and the answer repeats it", "solved": True}
        lesson = {"parameter": "text", "text": f"Ask for the {self._words(3)} by name.", "trials": [1]}
        return {"lessons": [lesson]}

    def _words(self, count: int) -> str:
        return " ".join(self._draw.sample(WORDS, count))


def _completion(message: dict[str, Any]) -> dict[str, Any]:
    reason = "tool_calls" if "tool_calls" in message else "stop"
    return {
        "id": "chat",
        "object": "chat.completion",
        "created": 1,
        "model": "served",
        "choices": [{"index": 0, "finish_reason": reason, "message": message}],
        "usage": TOKENS,
    }


def main() -> None:
    """Serve until the process is ended; the first line on stdout is the address."""
    import uvicorn

    parser = argparse.ArgumentParser()
    parser.add_argument("--latency-ms", type=float, default=300.0)
    latency_s = parser.parse_args().latency_ms / 1000
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        settings = uvicorn.Config(Service(latency_s), log_level="warning", lifespan="off", ws="none")
        uvicorn.Server(settings).run(sockets=[listening])


if __name__ == "__main__":
    main()
