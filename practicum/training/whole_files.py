"""Files and folders that are either complete or not there: written aside, then renamed."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from practicum.errors import SetupError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_TOLD_FULL = re.compile(r"os error 28|No space left|\d+ requested and \d+ written")
"""safetensors, which is written in Rust, and numpy leave the error's number out, or in their text."""


@contextmanager
def disk_explained(target: Path) -> Iterator[None]:
    """Turn a file system's refusal to write ``target`` into a `SetupError`; others pass."""
    try:
        yield
    except SetupError:
        raise
    except Exception as error:
        told = _told(error, target)
        if told is None:
            raise
        raise told from error


@contextmanager
def written_aside(target: Path) -> Iterator[Path]:
    """Give a path beside ``target`` to write to; what lies there at the end becomes ``target``.

    A file replaces the file that was there before; a folder takes only an empty folder's place.
    When the writing fails, nothing is left, and ``target`` is as it was. What killed processes left
    half-written beside it is removed.

    Raises:
        SetupError: the disk is full, or the place can't be written.
    """
    aside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with disk_explained(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            _sweep(target)
            yield aside
            _readable(aside)
            aside.replace(target)
    finally:
        _remove(aside)


def _readable(folder: Path) -> None:
    """Let whoever may read the rest of a folder read its weights, which safetensors keeps to the user."""
    config = next((each for each in sorted(folder.glob("*.json"))), None)
    if config is not None:
        for weights in folder.glob("*.safetensors"):
            with suppress(OSError):  # some shares know no modes
                weights.chmod(stat.S_IMODE(config.stat().st_mode))


def _sweep(target: Path) -> None:
    """Remove what was half-written in ``target``'s place by processes that are over.

    What bears this process' own number is an earlier one's: in a container every run may have the same.
    """
    pattern = re.compile(rf"\.{re.escape(target.name)}\.(\d+)\.tmp")
    for left in target.parent.iterdir():
        found = pattern.fullmatch(left.name)
        if found and (int(found[1]) == os.getpid() or not _is_running(int(found[1]))):
            _remove(left)


def _is_running(process: int) -> bool:
    """Whether there is a process of this number on this machine."""
    try:
        os.kill(process, 0)  # no signal: it only asks
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # there is one, of another user
        return True
    return True


def _told(error: Exception, target: Path) -> SetupError | None:
    """Return what a file system's refusal means; None for other errors."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL or _TOLD_FULL.search(str(error)):
        return SetupError(
            f"{target} can't be written: the disk is full", "free some space, and run the same again"
        )
    if isinstance(error, PermissionError) or number == errno.EROFS or "os error 13" in str(error):
        return SetupError(
            f"{target} can't be written: {error}", "check the folder's permissions, or name another"
        )
    if number in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.EISDIR}:
        return SetupError(f"{target} is in the way", "name a place that is free, or remove what is there")
    return None


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):  # it is not there, or the reason for removing it holds for this, too
        path.unlink()
