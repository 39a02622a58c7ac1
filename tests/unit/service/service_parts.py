"""The application around an agent that reads a script, asked without a network."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk

import practicum
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.records import ToolCall
from practicum.service.answering import Answerer
from practicum.service.app import About, Service, make_app
from practicum.service.limits import ServerLimits
from practicum.tools.langchain_tools import make_catalog


@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two whole numbers.

    Args:
        a: The first number.
        b: The second number.
    """
    return f"sum={a + b};"


class StreamingScript(ScriptedChatModel):
    """Says what the script says word by word."""

    supports_grounding: bool = False

    async def _astream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        del args
        kwargs.pop("run_manager", None)
        message = self._generate(messages, **kwargs).generations[0].message
        for word in str(message.content).split(" ") if message.content else []:
            yield ChatGenerationChunk(message=AIMessageChunk(content=f"{word} "))
        calls = [
            {"name": call["name"], "args": json.dumps(call["args"]), "id": call["id"], "index": place}
            for place, call in enumerate(getattr(message, "tool_calls", []))
        ]
        last = AIMessageChunk(
            content="", tool_call_chunks=calls, usage_metadata=getattr(message, "usage_metadata", None)
        )
        yield ChatGenerationChunk(message=last)


def call_of_add(a: int, b: int, say: str = "", when: str | None = None) -> ScriptedReply:
    return ScriptedReply(
        content=say, tool_calls=(ToolCall(name="add", arguments={"a": a, "b": b}),), when=when
    )


@asynccontextmanager
async def client_of(
    model: ScriptedChatModel, home: Path, limits: ServerLimits | None = None, told: list[str] | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service whose agent is this model with the tool `add`."""
    catalog = make_catalog([add])
    with practicum.open(home, embedder="hashing") as practice:
        answerer = Answerer(practice.agent(model, catalog), catalog.tools)
        lines = told if told is not None else []
        about = About("scripted", "base", len(catalog))
        app = make_app(Service(answerer, about, limits or ServerLimits(), lines.append))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            yield client


def asking(query: str = "two plus three", **more: Any) -> dict[str, Any]:
    return {"model": "practicum", "messages": [{"role": "user", "content": query}], **more}
