"""The end of a process that traces: what is left is sent, for a bounded time, and none if nobody is there."""

from __future__ import annotations

import atexit
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langsmith import Client

LONGEST_FLUSH_S = 5.0
"""How long the end of a process waits for its traces to be sent."""
_SLICE_S = 0.1
_AWAY = frozenset({"LangSmithConnectionError", "LangSmithRequestTimeout"})


class _State:
    """What is to be waited for at the end."""

    client: Client | None = None
    failures = 0
    away = False
    """Whether the server could not be reached."""
    also: list[Callable[[float], bool]] = []  # noqa: RUF012 - one process, one client


def failed(error: Exception) -> None:
    """Take note that something could not be sent; a server that is away is not waited for at the end."""
    _State.failures += 1
    # Those of requests are OSErrors; the client's own are known by name, so that nothing is imported.
    if isinstance(error, OSError) or type(error).__name__ in _AWAY:
        _State.away = True


def failures() -> int:
    """Return how often something could not be sent."""
    return _State.failures


def flush_at_exit(client: Client) -> None:
    """Send what is left when the process ends."""
    if _State.client is None:
        atexit.register(flush)
    _State.client = client


def flush_also(wait: Callable[[float], bool]) -> None:
    """At the end wait for this, too: it is given seconds, and returns whether nothing is left."""
    _State.also.append(wait)


def flush(seconds: float = LONGEST_FLUSH_S) -> bool:
    """Wait until everything is sent, no longer than this, and not for a server that is away.

    Returns:
        Whether everything is.
    """
    client = _State.client
    if client is None:
        return True
    end = time.monotonic() + seconds
    while not (sent := _is_sent(client)) and time.monotonic() < end and not _State.away:
        client.flush(timeout=_SLICE_S)
    for wait in _State.also:
        sent = wait(max(0.0, end - time.monotonic()) if not _State.away else 0.0) and sent
    return sent and not _State.failures


def _is_sent(client: Client) -> bool:
    queue, compressed = client.tracing_queue, client.compressed_traces
    waiting = queue.unfinished_tasks if queue is not None else 0
    if compressed is not None:
        waiting += compressed.trace_count + len(client._futures)
    return not waiting
