"""A client that is slow to say what it wants does not keep its connection."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from practicum.service import listening

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """An application, served as `practicum serve` does, but with less patience."""
    monkeypatch.setattr(listening, "HEADERS_WITHIN_S", 0.5)
    app = FastAPI()

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    bound = listening.bind("127.0.0.1", 0)
    server = uvicorn.Server(listening.configured(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield bound.getsockname()
    server.should_exit = True
    thread.join()


def test_headers_that_come_a_byte_at_a_time_are_not_waited_for(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=60) as client:
        client.sendall(b"GET /health HTTP/1.1\r\nHost: here\r\nX-Slow: ")
        client.settimeout(0.05)
        cut_off = False
        while not cut_off:
            try:
                cut_off = client.recv(100) == b""
            except TimeoutError:
                client.sendall(b"a")
            except ConnectionError:
                cut_off = True
    with socket.create_connection(address, timeout=60) as client:
        client.sendall(b"GET /health HTTP/1.1\r\nHost: here\r\n\r\n")
        assert b"200 OK" in client.recv(10_000), "the server goes on"


def test_one_that_was_refused_and_goes_on_with_its_body_is_cut_off(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=60) as client:
        client.sendall(b"POST /nowhere HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\n")
        assert b"404" in client.recv(10_000)
        client.sendall(b"a")
        assert client.recv(10_000) == b""


def test_a_client_that_says_nothing_is_cut_off_and_one_that_says_all_is_answered_twice(
    address: tuple[str, int],
) -> None:
    with socket.create_connection(address, timeout=60) as silent:
        assert silent.recv(100) == b""
    with socket.create_connection(address, timeout=60) as client:
        for _ in range(2):
            client.sendall(b"GET /health HTTP/1.1\r\nHost: here\r\n\r\n")
            assert b"200 OK" in client.recv(10_000)
