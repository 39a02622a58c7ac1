"""Numbered trials, and a Chroma server to put them on."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from made_trials import made_trial

import practicum
from practicum.memory_store.index import TrialIndex
from practicum.records import LongTermView, Outcome, Trial

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(practicum.__file__ or "").parents[1])}
"""For scripts in other processes: the same package, from whatever folder."""


def numbered(number: int, tool: str = "convert", outcome: Outcome = Outcome.SOLVED) -> Trial:
    """A trial whose id and query tell its number."""
    query = f"How many pounds are {number} kilograms?"
    return made_trial(id=f"{number:05}", tool=tool, number=number, query=query, outcome=outcome)


def look(index: TrialIndex, near: int | None = None, seed: int = 0) -> LongTermView:
    """A view of the tool ``convert``, near to the query of a number if there is one."""
    vector = None if near is None else index.embedder.embed([numbered(near).query])[0]
    return index.view("convert", vector, random.Random(seed), nearest=3, sampled=4)


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    """Run a server over ``folder``; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = str(Path(sys.executable).with_name("chroma"))
    command = [program, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.kill()


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")
