"""Ray as Practicum starts it: without a dashboard, statistics and chatter, and gone when the work is done."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from importlib.util import find_spec
from types import FrameType
from typing import Any

from practicum.errors import SetupError, first_line, install

ADDRESS = "RAY_ADDRESS"
STATISTICS = "RAY_USAGE_STATS_ENABLED"
TRIES = 3
"""Ray gives its helpers 15 s to start, which a busy machine may miss."""
QUIET: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
ANSWER_S = 10.0
OBJECT_STORE = 128 * 2**20
"""Bytes: what passes between processes is small."""


def require_ray() -> None:
    """Refuse to go on without the package, without the seconds that importing it takes.

    Raises:
        SetupError: it is not installed.
    """
    if find_spec("ray") is None:
        raise SetupError(
            "Ray is not installed, so --engine ray can't be used",
            f"{install('ray')}, or leave --engine at local",
        )


def import_ray() -> Any:
    """Return the package.

    Raises:
        SetupError: it is not installed.
    """
    require_ray()
    os.environ.setdefault(STATISTICS, "0")  # off, unless the user wants them
    import ray

    return ray


@contextmanager
def started(ray: Any) -> Iterator[None]:
    """Join the cluster that RAY_ADDRESS names, else start Ray on this machine; leave it, or end it, after.

    Raises:
        SetupError: there is no such cluster, or Ray does not start.
    """
    logging.getLogger("ray").setLevel(logging.ERROR)
    address = os.environ.get(ADDRESS)
    with _quietly(), _signals_kept() as kept:
        kept()
        with _no_interruption() as interrupted:
            _join(ray, address) if address else _start(ray, interrupted)
        kept()
        try:
            if interrupted():
                raise KeyboardInterrupt
            yield
        finally:
            ray.shutdown()


def _join(ray: Any, address: str) -> None:
    _require_answer(address)
    try:
        ray.init(address=address, **QUIET)
    except Exception as error:  # of several kinds, a bare Exception among them
        raise _unreachable(address, error) from error


def _require_answer(address: str) -> None:
    """Refuse an address where nothing listens: Ray would try for a minute, and tell of it in many lines."""
    if address.startswith("ray://"):
        raise SetupError(
            f"{address} is for Ray's client, and the command has to be part of the cluster",
            f"run it on one of the cluster's machines, with {ADDRESS}=HOST:6379 or {ADDRESS}=auto",
        )
    host, _, port = address.rpartition(":")
    if not (host and port.isdigit()):
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_S).close()
    except OSError as error:
        raise _unreachable(address, error) from error


def _start(ray: Any, interrupted: Callable[[], bool]) -> None:
    for left in reversed(range(TRIES)):
        try:
            ray.init(address="local", include_dashboard=False, object_store_memory=OBJECT_STORE, **QUIET)
        except Exception as error:  # a bare one where it does not start in time
            ray.shutdown()
            if interrupted():
                return
            if not left:
                raise _unreachable(None, error) from error
        else:
            return


def _unreachable(address: str | None, error: Exception) -> SetupError:
    why = first_line(error)
    if address:
        return SetupError(
            f"the Ray cluster at {address} can't be joined: {why}",
            f"check {ADDRESS}, and RAY_AUTH_MODE=token where it wants Ray's token; or unset {ADDRESS} to"
            " start Ray on this machine",
        )
    return SetupError(
        f"Ray does not start on this machine: {why}",
        "look into /tmp/ray/session_latest/logs, or leave --engine at local",
    )


@contextmanager
def _quietly() -> Iterator[None]:
    out, err = (stream and _WithoutRay(stream) for stream in (sys.stdout, sys.stderr))  # None: it is closed
    with redirect_stdout(out), redirect_stderr(err):
        yield


class _WithoutRay:
    """An output without what threads of Ray print there: that a worker died is told by its trial.

    Where a machine ends they print the last page of its log.
    """

    def __init__(self, out: Any) -> None:
        self._out = out

    def write(self, text: str) -> int:
        own = threading.current_thread().name.startswith("ray_")
        return len(text) if own else int(self._out.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)


@contextmanager
def _signals_kept() -> Iterator[Callable[[], None]]:
    """Give what makes SIGTERM end the work as Ctrl-C does; Ray's own handler ends the process at once."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None  # Ray sets no handler here
        return
    before = signal.getsignal(signal.SIGTERM)
    ours = _as_ctrl_c if before in {signal.SIG_DFL, None} else before
    try:
        yield partial(_handle, ours)
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


@contextmanager
def _no_interruption() -> Iterator[Callable[[], bool]]:
    """Keep the first Ctrl-C until Ray has started, which does not survive one; tell whether there was one."""
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return

    def note(number: int, frame: FrameType | None) -> None:
        del frame
        if came:
            raise KeyboardInterrupt
        came.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(came)
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


def _handle(ours: Any) -> None:
    signal.signal(signal.SIGTERM, ours)


def _as_ctrl_c(number: int, frame: FrameType | None) -> None:
    del number, frame
    signal.raise_signal(signal.SIGINT)
