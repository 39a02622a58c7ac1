"""Models on the disk: written whole, and what the disk refuses told."""

from __future__ import annotations

import errno
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from practicum.errors import SetupError
from practicum.whole_files import written_whole

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_TOLD_FULL = re.compile(
    r"os error 28|No space left|\d+ requested and \d+ written"
    r"|unexpected pos \d+ vs \d+|PytorchStreamWriter failed writing"
)
"""safetensors (in Rust), numpy and torch (in C++) leave the error's number out, or in their text."""


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
    """Give a path to write a model to, which becomes ``target``: `practicum.whole_files.written_whole`.

    Raises:
        SetupError: the disk is full, or the place can't be written.
    """
    with disk_explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(target) as aside:
            yield aside
            _readable(aside)


def _readable(folder: Path) -> None:
    """Let whoever may read the rest of a folder read its weights, which safetensors keeps to the user."""
    config = next((each for each in sorted(folder.glob("*.json"))), None)
    if config is not None:
        for weights in folder.glob("*.safetensors"):
            with suppress(OSError):  # some shares know no modes
                weights.chmod(stat.S_IMODE(config.stat().st_mode))


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
