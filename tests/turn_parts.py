"""A turn of service, where what it tells is of no matter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from practicum.records import ErrorKind, Observation, Step, ToolCall, Turn


def called(a: Any, b: Any, *, name: str = "add", error: ErrorKind | None = None, text: str = "") -> Step:
    """A call of the tool ``add`` and what came back."""
    said = text or (f"Error: {error}" if error else f"sum={a + b};")
    call = ToolCall(name=name, arguments={"a": a, "b": b})
    return Step(call=call, observation=Observation(text=said, error=error))


def made_turn(**fields: Any) -> Turn:
    """A turn in which 2 and 3 were added, but for ``fields``."""
    usual: dict[str, Any] = {
        "id": "service-1",
        "at": datetime(2026, 1, 2, tzinfo=UTC),
        "model": "scripted",
        "query": "What is 2 plus 3?",
        "steps": (called(2, 3),),
        "answer": "It is 5.",
        "schema_hashes": {"add": "h"},
        "after": "1",
    }
    return Turn(**{**usual, **fields})
