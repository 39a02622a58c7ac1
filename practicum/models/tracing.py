"""Traces to LangSmith are redacted before they leave the process, whoever turned them on."""

from __future__ import annotations

import os
from typing import Any

from practicum.hostile.redaction import redact_trace

_SWITCHES = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING")


def redact_traces() -> None:
    """Let the process' LangSmith client redact what it sends; nothing is imported while tracing is off.

    A client that redacts already, by rules of its own, applies both.
    """
    if not any(os.environ.get(name, "").lower() in {"true", "1"} for name in _SWITCHES):
        return
    from langsmith.run_trees import get_cached_client

    client = get_cached_client(anonymizer=redact_trace)
    known: Any = client._anonymizer
    if known is None:
        client._anonymizer = redact_trace
    elif known is not redact_trace and not getattr(known, "redacts", False):
        client._anonymizer = _both(known)


def _both(own: Any) -> Any:
    def anonymizer(data: Any) -> Any:
        return redact_trace(own(data))

    anonymizer.redacts = True  # type: ignore[attr-defined]  # so that it is not wrapped again
    return anonymizer
