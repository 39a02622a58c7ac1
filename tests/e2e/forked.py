"""The command in a process of its own, forked from one that has imported its libraries already.

A start of the interpreter and of what the command imports takes some seconds, and the tests start it some
hundred times. What runs in the child is all that the command does after them: `practicum.cli.main.main`, with
its own arguments, folder, environment and standard streams; a kill ends it like any process.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.connection import wait
from pathlib import Path

IMPORTED = (
    "practicum.cli.main",
    "practicum.cli.explore",
    "practicum.evaluation.data",
    "practicum.graph.agent",
    "practicum.graph.planning",
    "practicum.practice",
    "practicum.training.learn",
    "chromadb",
    "langchain_openai",
    "langgraph.checkpoint.sqlite.aio",
)
"""What most commands import. Nothing of it starts a thread, which a fork would lose."""
TIME_OUT_S = 600
"""Of a machine that is busy with other things."""
_ONE_READS = threading.Lock()
"""A status can be read once, and whoever starts a child reads those of all: a second reader finds 255."""


class Forked:
    """A running command, with the part of `subprocess.Popen` that tests use."""

    def __init__(
        self, arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str], said: str = ""
    ) -> None:
        """Start the command; ``said`` is its standard input."""
        self.args = ["practicum", *arguments]
        self._folder = tempfile.TemporaryDirectory()
        self._streams = [Path(self._folder.name, name) for name in ("stdin", "stdout", "stderr")]
        self._streams[0].write_text(said)
        names = [str(each) for each in self._streams]
        self._child = _server().Process(target=_be_command, args=(self.args, cwd, dict(environment), names))
        with _ONE_READS:
            self._child.start()

    @property
    def returncode(self) -> int | None:
        """The status, or the signal that ended it as a negative number; None while it runs."""
        with _ONE_READS:
            return self._child.exitcode

    def poll(self) -> int | None:
        """Return the status, if it has ended."""
        return self.returncode

    def kill(self) -> None:
        """End it by SIGKILL."""
        self._child.kill()

    def communicate(self, timeout: float = TIME_OUT_S) -> tuple[str, str]:
        """Wait for its end; return what it wrote to stdout and stderr."""
        wait([self._child.sentinel], timeout)
        if self.returncode is None:
            self.kill()
            wait([self._child.sentinel])
            raise subprocess.TimeoutExpired(self.args, timeout)
        stdout, stderr = (each.read_text() if each.exists() else "" for each in self._streams[1:])
        self._folder.cleanup()
        return stdout, stderr


@cache
def _server() -> multiprocessing.context.ForkServerContext:
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(list(IMPORTED))
    return server


def _be_command(words: list[str], cwd: Path, environment: dict[str, str], streams: list[str]) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, (file, mode) in enumerate(zip(streams, "rww", strict=True)):
        with open(file, mode) as opened:  # noqa: PTH123 - a descriptor is wanted
            os.dup2(opened.fileno(), number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 - as above
    sys.argv = words
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from practicum.cli.main import main

    try:
        main()  # its `SystemExit` becomes the status, as in any process
    finally:
        atexit._run_exitfuncs()  # which `multiprocessing` leaves out
