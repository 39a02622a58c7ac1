"""LangSmith's client of this process: it redacts what it sends, whoever turned tracing on."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from practicum.errors import SetupError
from practicum.hostile.redaction import redact_trace
from practicum.tracing import sending
from practicum.tracing.payload import redact_all

if TYPE_CHECKING:
    from langsmith import Client

_SWITCHES = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING")


def is_on() -> bool:
    """Whether the environment asks for traces."""
    return any(os.environ.get(name, "").lower() in {"true", "1"} for name in _SWITCHES)


def redact_traces() -> None:
    """Let the process' LangSmith client redact what it sends; nothing is imported while tracing is off.

    A client that redacts already, by rules of its own, applies both.
    """
    if is_on():
        redacting_client()


def redacting_client() -> Client:
    """Return the client that LangChain's tracers of this process use, made to redact.

    Its threads end with the process: `sending.flush` waits a bounded time for them, where they would wait
    until a server that is away answers.

    Raises:
        SetupError: traces are to go to OpenTelemetry alone, and its packages are missing: the client would
            send them to LangSmith instead.
    """
    if _for_otel_alone() and not _can_export():
        raise SetupError(
            "traces are to go to OpenTelemetry alone, and its packages are not installed",
            "pip install 'langsmith[otel]', or set LANGSMITH_TRACING=false",
        )
    os.environ.setdefault("LANGSMITH_USE_DAEMON", "true")
    from langsmith.run_trees import get_cached_client

    client = get_cached_client(anonymizer=redact_trace, tracing_error_callback=sending.failed)
    redact_all(client)
    known: Any = client._anonymizer
    if known is None:
        client._anonymizer = redact_trace
    elif known is not redact_trace and not getattr(known, "redacts", False):
        client._anonymizer = _both(known)
    sending.flush_at_exit(client)
    return client


def _for_otel_alone() -> bool:
    from langsmith.utils import get_env_var, is_env_var_truish

    asked = is_env_var_truish("OTEL_ENABLED") and is_env_var_truish("OTEL_ONLY")
    return (get_env_var("TRACING_MODE") or ("otel" if asked else "")).lower() == "otel"


def _can_export() -> bool:
    try:
        return find_spec("opentelemetry.exporter.otlp.proto.http") is not None
    except ModuleNotFoundError:  # of a package that it would be in
        return False


def _both(own: Any) -> Any:
    def anonymizer(data: Any) -> Any:
        return redact_trace(own(data))

    anonymizer.redacts = True  # type: ignore[attr-defined]  # so that it is not wrapped again
    return anonymizer
