"""Where it listens, until a signal ends it: what runs may finish, nothing new begins."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from practicum.errors import SetupError

if TYPE_CHECKING:
    from fastapi import FastAPI

MOST_CONNECTIONS = 1000
"""Those beyond are answered with 503; how many answers are made at once, `ServerLimits` says."""
IDLE_S = 5
"""Seconds for which a connection without a request is kept."""
HEADERS_WITHIN_S = 10.0
"""Seconds within which all headers of a request must be there, from the first byte or the connection on."""
HEADER_BYTES = 65_536
_STOPPING = (signal.SIGINT, signal.SIGTERM)


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that has the address, before anything slow begins.

    Raises:
        SetupError: the address is taken, forbidden or not of this machine.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family)
    except OSError as error:
        raise SetupError(f"there is no host {host!r} here: {error}", "use --host 127.0.0.1") from error
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(address)
        made.listen(2048)
    except OSError as error:
        made.close()
        raise _cant_bind(error, host, port) from error
    return made


def address_of(listening: socket.socket) -> str:
    """Return the URL of what listens there."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: FastAPI, listening: socket.socket, *, grace_s: int) -> int | None:
    """Serve until SIGINT or SIGTERM, and return which it was.

    No new connection is taken from then on; what runs may go on for ``grace_s`` seconds, or until a second
    Ctrl-C.
    """
    server = _Server(configured(app, grace_s=grace_s))
    server.run(sockets=[listening])
    return server.ended_by


def configured(app: FastAPI, *, grace_s: int = 0) -> uvicorn.Config:
    """Return how it is served: what is bounded, and that nothing is logged."""
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",  # our own lines say what is to be said, and no traceback
        access_log=False,
        lifespan="off",
        ws="none",
        http=HeadersInTime,  # on h11: the other parser has no bound on headers
        h11_max_incomplete_event_size=HEADER_BYTES,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=IDLE_S,
        server_header=False,
        timeout_graceful_shutdown=grace_s,
    )


class HeadersInTime(H11Protocol):
    """Cuts a client off whose headers do not arrive: else it keeps a connection for ever, byte by byte."""

    _due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY:
            self.transport.close()  # refused before its body was there: what still comes would keep it open
        if self.conn.their_state is h11.IDLE:  # not all of them, of this request or of the next
            self._expect()
        else:
            self._forget()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _expect(self) -> None:
        if self._due is None:
            self._due = self.loop.call_later(HEADERS_WITHIN_S, self.transport.close)

    def _forget(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None


class _Server(uvicorn.Server):
    """Ends without raising the signal again, so that the command says how it ended."""

    ended_by: int | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self._end) for each in _STOPPING}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _end(self, number: int, frame: Any) -> None:
        self.ended_by = self.ended_by or number
        if closed := getattr(signal, "SIGHUP", None):  # service managers send it, too: it is no second Ctrl-C
            signal.signal(closed, signal.SIG_IGN)
        self.handle_exit(number, frame)


def _cant_bind(error: OSError, host: str, port: int) -> SetupError:
    where = f"port {port} of {host}"
    if error.errno == errno.EADDRINUSE:
        return SetupError(
            f"{where} is in use", "end what listens there, or name another with --port (0: a free one)"
        )
    if error.errno == errno.EACCES:
        return SetupError(f"{where} is not for this user", "name one above 1023 with --port")
    return SetupError(f"{where} can't be used: {error.strerror or error}", "use --host 127.0.0.1")
