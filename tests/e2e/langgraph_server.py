"""LangGraph's own development server as a process: what `langgraph.json` names, driven over HTTP."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cli_parts import environment

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_S = 240
"""Generous: a busy machine imports slowly."""


def langgraph_command() -> str:
    """Return the command ``langgraph``, which needs other versions than we pin: an environment of its own.

    `make langgraph` makes it. Where it is not installed the test is skipped.
    """
    beside, of_its_own = Path(sys.executable).parent, Path(sys.prefix) / "langgraph" / "bin"
    found = shutil.which("langgraph", path=os.pathsep.join(map(str, (beside, of_its_own)))) or shutil.which(
        "langgraph"
    )
    if found is None:
        pytest.skip("langgraph-cli[inmem] is not installed: `make langgraph` does it")
    return found


@contextmanager
def langgraph_dev(folder: Path, **settings: str) -> Iterator[str]:
    """Serve the graphs of `langgraph.json`; gives the server's address.

    Args:
        folder: Where the server keeps its files, and writes what it says (``server.txt``).
        settings: More environment.
    """
    command, port = langgraph_command(), _free_port()
    config = folder / "langgraph.json"
    # The graphs by where they are, so that the server's files come to lie in the folder.
    config.write_text((ROOT / "langgraph.json").read_text().replace('"./practicum', f'"{ROOT}/practicum'))
    given = {"LANGGRAPH_CLI_NO_ANALYTICS": "1", "LOG_LEVEL": "WARNING", "PYTHONPATH": str(ROOT), **settings}
    with (folder / "server.txt").open("wb") as said:
        server = subprocess.Popen(
            [command, "dev", "--no-browser", "--no-reload", "--port", str(port), "--n-jobs-per-worker", "4"],
            cwd=folder,
            env=environment(**given),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(server, f"http://127.0.0.1:{port}", folder / "server.txt")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(server: subprocess.Popen[bytes], url: str, said: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(f"{url}/ok", timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(f"langgraph dev does not serve:\n{said.read_text(errors='replace')[-3000:]}")
