"""What a model can be sent: text without halves of surrogate pairs, which no request can hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import BaseMessage

from practicum.hostile.clean import whole

_SENT = ("content", "tool_calls", "invalid_tool_calls", "additional_kwargs", "name")
"""The fields of messages that hold what somebody wrote."""


def whole_messages(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Return the messages with halves of surrogate pairs replaced; those without are the same objects."""
    return [_whole_message(message) for message in messages]


def _whole_message(message: BaseMessage) -> BaseMessage:
    changed: dict[str, Any] = {}
    for name in _SENT:
        written = getattr(message, name, None)
        sent = whole_value(written) if written else written
        if sent != written:
            changed[name] = sent
    return message.model_copy(update=changed) if changed else message


def whole_value(value: Any) -> Any:
    """Return JSON in whose texts, keys included, halves of surrogate pairs are replaced."""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, dict):
        return {whole_value(key): whole_value(part) for key, part in value.items()}
    return [whole_value(part) for part in value] if isinstance(value, list) else value
