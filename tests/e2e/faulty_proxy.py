"""A server that stands before another one and, when it is told so, misbehaves in its place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

Faults = Mapping[int, str]
"""What becomes of the request of a number, from 1; others are passed on."""
JSON = "application/json"
CANNED: dict[str | None, tuple[int, bytes, dict[str, str]]] = {
    "rate limit": (429, b'{"error": {"message": "Slow down."}}', {"retry-after": "1"}),
    "failure": (500, b'{"error": {"message": "Out of order."}}', {}),
    "overloaded": (503, b'{"error": {"message": "Come back later."}}', {}),
    "refused key": (401, b'{"error": {"message": "No such key."}}', {}),
    "garbage": (200, b'{"id": "chat-1", "choices": [{"mess', {}),
    "a page": (200, b"<html>Bad gateway</html>", {"content-type": "text/html"}),
}
"""Faults that are whole answers. The others: ``half`` an answer, to ``hang up``, and ``silence``."""


@contextmanager
def misbehaving(url: str, faults: Faults | Callable[[int], str | None]) -> Iterator[str]:
    """Pass requests on to ``url``, but for the faults; gives the address to ask instead."""
    fault_of = faults if callable(faults) else faults.get
    over = threading.Event()
    lock = threading.Lock()
    count = 0

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            nonlocal count
            with lock:
                count += 1
                kind = fault_of(count)
            body = self.rfile.read(int(self.headers["content-length"]))
            if kind in CANNED:
                self._send(*CANNED[kind])
            elif kind in {"hang up", "silence"}:
                over.wait(60 if kind == "silence" else 0)
                self.close_connection = True
            else:
                passed = httpx.post(url + self.path, content=body, headers={"content-type": JSON})
                cut = len(passed.content) // 2 if kind == "half" else None
                self._send(passed.status_code, passed.content, {}, sent=cut)

        def _send(
            self, status: int, body: bytes, more: Mapping[str, str], *, sent: int | None = None
        ) -> None:
            self.send_response(status)
            for name, value in {"content-type": JSON, **more}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:sent])
            self.close_connection = sent is not None

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class' name
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            over.set()
            server.shutdown()
            thread.join()
