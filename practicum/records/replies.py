"""Replies of models, as they are kept until the step that asked for them has ended."""

from __future__ import annotations

from typing import Any

from practicum.records.base import Record
from practicum.records.calls import ToolCall
from practicum.records.trials import Usage


class KeptReply(Record):
    """What a model call came to."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    unreadable: str | None = None
    """What is wrong with a reply that is no call."""
    structured: Any = None
    """The object that was asked for."""
    usage: Usage = Usage()
