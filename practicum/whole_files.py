"""Files and folders that are either complete or not there: written beside their place, then renamed."""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

OLD_S = 86_400.0
"""What was begun longer ago than that nobody is writing any more, whoever began it."""
_LONGEST = 100
"""Characters of the name that a place beside repeats: file systems take no more than 255 in all."""
_UNDER_WAY: set[str] = set()
"""Names of what this process is writing now."""


@contextmanager
def written_whole(target: Path, *, durable: bool = False) -> Iterator[Path]:
    """Give a path beside ``target`` to write to; what lies there at the end becomes ``target``.

    A file replaces the file that was there before; a folder takes only an empty folder's place. When the
    writing fails, nothing is left, and ``target`` is as it was.

    Args:
        target: What is written, in a folder that exists.
        durable: Whether a file's content must have reached the disk before it takes its place, so that a
            power cut leaves the old one or the new one.

    Raises:
        OSError: the place can't be written.
    """
    with beside(target) as path:
        yield path
        if durable:
            to_disk(path)
        path.replace(target)


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """Give a path beside ``target`` that nobody else writes to; what is still there at the end is removed.

    What killed processes left half-written for ``target`` is removed, too.
    """
    path = target.with_name(f"{_prefix(target)}{here()}-{os.getpid()}.{secrets.token_hex(4)}.tmp")
    _UNDER_WAY.add(path.name)
    try:
        _sweep(target)
        yield path
    finally:
        _remove(path)
        _UNDER_WAY.discard(path.name)


def to_disk(file: Path) -> None:
    """Wait until a file's content has reached the disk."""
    with file.open("rb") as stream:
        os.fsync(stream.fileno())


@cache
def here() -> str:
    """Return what tells this machine's, or this container's, processes from others of the same numbers."""
    try:
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:  # a system without namespaces
        space = 0
    return f"{zlib.crc32(f'{platform.node()} {space}'.encode()):08x}"


def _prefix(target: Path) -> str:
    name = target.name
    short = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}~{zlib.crc32(name.encode()):08x}"
    return f".{short}."


def _sweep(target: Path) -> None:
    """Remove what was half-written in ``target``'s place by processes that are over."""
    pattern = re.compile(rf"{re.escape(_prefix(target))}(?:([0-9a-f]{{8}})-)?(\d+)(?:\.[0-9a-f]{{8}})?\.tmp")
    with suppress(OSError):  # a folder may be written to and not read; nothing depends on the sweeping
        for left in list(target.parent.iterdir()):
            found = pattern.fullmatch(left.name)
            if found and not _is_written(left, found[1], int(found[2])):
                _remove(left)


def _is_written(left: Path, where: str | None, process: int) -> bool:
    """Whether somebody may be writing it now: of processes elsewhere only the clock tells."""
    if left.name in _UNDER_WAY:
        return True
    if time.time() - left.stat().st_mtime > OLD_S:
        return False
    return where != here() or (process != os.getpid() and _is_running(process))


def _is_running(process: int) -> bool:
    """Whether there is a process of this number on this machine."""
    try:
        os.kill(process, 0)  # no signal: it only asks
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # there is one, of another user
        return True
    return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):  # it is not there, or the reason for removing it holds for this, too
        path.unlink()
