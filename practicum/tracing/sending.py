"""The end of a process that traces: what is left is sent, for a bounded time, and none if nobody is there."""

from __future__ import annotations

import atexit
import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies

from practicum.hostile.redaction import redact

if TYPE_CHECKING:
    from langsmith import Client

LONGEST_FLUSH_S = 5.0
"""How long the end of a process waits for its traces to be sent."""
MOST_TOLD = 200
_SLICE_S = 0.1
_AWAY = frozenset({"LangSmithConnectionError", "LangSmithRequestTimeout"})
_log = logging.getLogger(__name__)


class _State:
    """What is to be waited for at the end."""

    client: Client | None = None
    failures = 0
    first = ""
    """What the first of them was."""
    away = False
    """Whether the server could not be reached."""
    ended = False
    """Whether the end was told: it comes again as the process exits."""
    also: list[Callable[[float], bool]] = []  # noqa: RUF012 - one process, one client


def failed(error: Exception) -> None:
    """Take note that something could not be sent; a server that is away is not waited for at the end."""
    _State.failures += 1
    _State.first = _State.first or " ".join(str(error).split())
    # Those of requests are OSErrors; the client's own are known by name, so that nothing is imported.
    if isinstance(error, OSError) or type(error).__name__ in _AWAY:
        _State.away = True


def failures() -> int:
    """Return how often something could not be sent."""
    return _State.failures


def flush_at_exit(client: Client) -> None:
    """Send what is left when the process ends, and say once if not everything could be.

    The client would say it each time, with a traceback.
    """
    if _State.client is None:
        logging.getLogger("langsmith").addHandler(logging.NullHandler())
        atexit.register(end)  # for programs that do not call it: some of it may be too late by then
    _State.client, _State.ended = client, False


def flush_also(wait: Callable[[float], bool]) -> None:
    """At the end wait for this, too: it is given seconds, and returns whether nothing is left."""
    _State.also.append(wait)


def flush(seconds: float = LONGEST_FLUSH_S) -> bool:
    """Wait until everything is sent, no longer than this, and not for a server that is away.

    Returns:
        Whether everything is.
    """
    end = time.monotonic() + seconds
    while not (sent := _all_sent()) and time.monotonic() < end and not _State.away:
        if _State.client is not None:  # it may be made meanwhile, by what is waited for also
            _State.client.flush(timeout=_SLICE_S)
        for wait in _State.also:
            wait(_SLICE_S)
    return sent and not _State.failures


def end() -> None:
    """Send what is left, and say so if not everything could be; once.

    The client's threads end with the main one, before what is registered for the exit is called.
    """
    if _State.ended:
        return
    _State.ended = True
    try:
        if not _all_sent():
            _look_for_the_server()
        sent = flush()
    except KeyboardInterrupt:  # whoever presses Ctrl-C does not want to wait
        sent = True
    _State.client = None
    _State.also.clear()
    if not sent:
        why = redact(_State.first)[:MOST_TOLD] or f"it took longer than {LONGEST_FLUSH_S:g} s"
        _log.warning("note: LangSmith did not take all traces: %s", why)


def _look_for_the_server() -> None:
    """Find out in the background that nobody is there to wait for: the client tries for seconds first."""
    url = urlsplit(getattr(_State.client, "api_url", None) or "")
    # What a proxy reaches, this process may not.
    if not _State.away and url.hostname and not getproxies():
        threading.Thread(target=_connect, args=(url,), daemon=True).start()


def _connect(url: SplitResult) -> None:
    try:
        port = url.port or (443 if url.scheme == "https" else 80)
        socket.create_connection((url.hostname, port), timeout=LONGEST_FLUSH_S).close()
    except TimeoutError:
        return  # a packet may be lost
    except (OSError, ValueError) as error:
        _State.away = True
        _State.first = _State.first or f"{url.hostname} can't be reached: {error}"


def _all_sent() -> bool:
    # In this order: what is waited for also may hand something to the client before it is through.
    also = all(wait(0.0) for wait in _State.also)
    return also and (_State.client is None or _is_sent(_State.client))


def _is_sent(client: Client) -> bool:
    queue, compressed = client.tracing_queue, client.compressed_traces
    waiting = queue.unfinished_tasks if queue is not None else 0
    if compressed is not None:
        waiting += compressed.trace_count + len(client._futures)
    return not waiting
