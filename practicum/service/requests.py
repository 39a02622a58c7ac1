"""From the body of a request to what is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import BaseModel, Field, ValidationError

from practicum.hostile.clean import whole
from practicum.service.refusals import RequestError, wrong

SERVED = "practicum"
"""The only model that there is to ask for."""
_ROLES: dict[str, type[BaseMessage]] = {
    "system": SystemMessage,
    "developer": SystemMessage,
    "user": HumanMessage,
    "assistant": AIMessage,
}


@dataclass(frozen=True)
class ChatRequest:
    """A request, read."""

    messages: tuple[BaseMessage, ...]
    """The conversation; the user has the last word."""
    stream: bool = False
    with_usage: bool = False
    """Whether a stream ends with what was used."""


class _StreamOptions(BaseModel):
    include_usage: bool | None = None


class _Message(BaseModel):
    role: str
    content: Any = None


class _Body(BaseModel):
    """What is read of a request; sampling (temperature, max_tokens, seed ...) is accepted and ignored."""

    model: str
    messages: list[_Message] = Field(min_length=1)
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    n: int | None = None
    stop: Any = None
    tools: Any = None
    functions: Any = None
    logprobs: bool | None = None
    response_format: dict[str, Any] | None = None
    modalities: list[str] | None = None


def read_request(body: bytes) -> ChatRequest:
    """Return what is asked.

    Raises:
        RequestError: the body can't be read, or asks for what there is not.
    """
    read = _parsed(body)
    _require_possible(read)
    messages = [_message(message, place) for place, message in enumerate(read.messages)]
    if not isinstance(messages[-1], HumanMessage):
        raise wrong("the last message must be the user's")
    options = read.stream_options
    return ChatRequest(
        tuple(_with_one_system(messages)), bool(read.stream), bool(options and options.include_usage)
    )


def _parsed(body: bytes) -> _Body:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise wrong("the body is not JSON", "invalid_json") from None
    if not isinstance(value, dict):
        raise wrong("the body is not a JSON object", "invalid_json")
    try:
        return _Body.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise wrong(f"{where}: {first['msg']}") from None


def _require_possible(read: _Body) -> None:
    if read.model != SERVED:
        raise RequestError(
            404, f"there is no model of this name here: ask for {SERVED!r}", code="model_not_found"
        )
    if read.n not in {None, 1}:
        raise wrong("n must be 1: the agent answers once", "unsupported_parameter")
    if read.tools or read.functions:
        raise wrong(
            "tools can't be brought: the agent has its own, and calls them itself", "unsupported_parameter"
        )
    if read.response_format and read.response_format.get("type") != "text":
        raise wrong("response_format must be text", "unsupported_parameter")
    if read.stop or read.logprobs or set(read.modalities or ["text"]) != {"text"}:
        raise wrong("stop, logprobs and modalities other than text are not offered", "unsupported_parameter")


def _message(message: _Message, place: int) -> BaseMessage:
    made = _ROLES.get(message.role)
    if made is None:
        raise wrong(
            f"messages.{place}.role must be system, developer, user or assistant:"
            " tools are called here, not by the client"
        )
    return made(content=_text(message.content, place))


def _text(content: Any, place: int) -> str:
    """Return the text of a message; half a surrogate pair, which no server takes, becomes a question mark."""
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if not isinstance(parts, list) or not parts:
        raise wrong(f"messages.{place}.content must be text")
    texts = [part.get("text") if isinstance(part, dict) else None for part in parts]
    if not all(isinstance(text, str) for text in texts):
        raise wrong(f"messages.{place}.content must be text: images, sounds and files are not read")
    return whole("\n".join(map(str, texts)))


def _with_one_system(messages: list[BaseMessage]) -> list[BaseMessage]:
    """Return the conversation with the instructions that begin it in one message, as the agent reads them."""
    rest = list(messages)
    first: list[str] = []
    while rest and isinstance(rest[0], SystemMessage):
        first.append(str(rest.pop(0).text))
    return [SystemMessage(content="\n\n".join(first)), *rest] if first else rest
