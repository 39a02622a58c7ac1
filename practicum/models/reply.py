"""A model's message, read into values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage

from practicum.models.replies import with_whole_keys
from practicum.records import JsonObject, ToolCall, Usage


@dataclass(frozen=True)
class Reply:
    """A model's reply, read."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    unreadable: str | None = None
    """Why the reply's tool call or structure could not be read; None when it could."""
    structured: JsonObject | None = None
    usage: Usage = field(default_factory=Usage)
    message: AIMessage = field(default_factory=lambda: AIMessage(content=""))


def read_reply(given: AIMessage) -> Reply:
    """Read a message into text, calls, and what could not be read."""
    message = _with_whole_keys(given)
    text = message.text if isinstance(message.text, str) else str(message.content)
    calls = tuple(ToolCall(name=call["name"], arguments=call["args"]) for call in message.tool_calls)
    broken = message.invalid_tool_calls[0] if message.invalid_tool_calls and not calls else None
    unreadable = f"the arguments are not a JSON object: {str(broken.get('args'))[:200]}" if broken else None
    return Reply(text=text, calls=calls, unreadable=unreadable, usage=_usage(message), message=message)


def _with_whole_keys(message: AIMessage) -> AIMessage:
    """Return the message in a form that every checkpoint takes."""
    calls, content = with_whole_keys(message.tool_calls), with_whole_keys(message.content)
    if (calls, content) == (message.tool_calls, message.content):
        return message
    return message.model_copy(update={"tool_calls": calls, "content": content})


UNASKED = "none"
"""The model's name in a reply that nobody was asked for (`practicum.models.silent`): it costs nothing."""


def usage_of(result: Any) -> Usage:
    """Return what the provider counted, of a reply or of an object with the reply it was read from."""
    message = result.get("raw") if isinstance(result, dict) else result
    return _usage(message) if isinstance(message, AIMessage) else Usage(model_calls=1)


def _usage(message: AIMessage) -> Usage:
    if message.response_metadata.get("model_name") == UNASKED:
        return Usage()
    counted = message.usage_metadata
    if not counted:
        return Usage(model_calls=1)
    return Usage(
        model_calls=1, prompt_tokens=counted["input_tokens"], completion_tokens=counted["output_tokens"]
    )
