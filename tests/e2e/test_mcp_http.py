"""A real MCP server that nobody here wrote, over streamable HTTP: started, stopped, started again."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mcp_parts import Caller, open_servers
from mcp_servers import npm_server

from practicum.records import ErrorKind
from practicum.tools.catalog import Catalog, in_fresh_sandboxes

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
KEY = "open-sesame-4711"


@contextmanager
def serving(port: int) -> Iterator[None]:
    """The everything server over HTTP."""
    environment = {**os.environ, "PORT": str(port)}
    server = subprocess.Popen(
        [npm_server("everything"), "streamableHttp"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield
    finally:
        server.kill()
        server.wait(10)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the server does not listen")


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def over_http(folder: Path, port: int) -> Catalog:
    headers = {"Authorization": f"Bearer {KEY}"}
    return open_servers(folder, web={"url": f"http://127.0.0.1:{port}/mcp", "headers": headers})


async def test_a_server_over_http_that_was_started_again_gets_the_next_call(
    tmp_path: Path, port: int
) -> None:
    with serving(port):
        catalog = over_http(tmp_path, port)
        call = Caller(catalog.tools)
    with in_fresh_sandboxes(catalog.tools, 0):
        with serving(port):
            assert await call.text("get-sum", a=2, b=3) == "The sum of 2 and 3 is 5."
        gone = await call("echo", message="anybody?")
        assert gone.error is ErrorKind.UNAVAILABLE
        assert f"http://127.0.0.1:{port}/mcp is out of reach" in gone.text
        with serving(port):
            assert await call.text("echo", message="again") == "Echo: again"
        with serving(port):  # the session of before is unknown to it
            assert await call.text("echo", message="and again") == "Echo: and again"


def test_a_server_over_http_that_is_not_there_is_told_and_its_header_is_not(
    tmp_path: Path, port: int
) -> None:
    (refusal,) = over_http(tmp_path, port).refused
    assert refusal.reason.startswith(f"http://127.0.0.1:{port}/mcp is out of reach")
    assert KEY not in repr(refusal)
