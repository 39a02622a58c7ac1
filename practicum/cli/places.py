"""Where the user stood when the command began: a tool may go elsewhere, and paths stay what was meant."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path

_START: ContextVar[Path | None] = ContextVar("practicum_start", default=None)


def stand_here() -> None:
    """Note that the command begins in this working directory."""
    with suppress(OSError):  # the directory is gone: each path says so by itself
        _START.set(Path.cwd())


def start_folder() -> Path:
    """Return the folder that relative paths of the user's are relative to."""
    return _START.get() or Path()


def as_meant(path: Path) -> Path:
    """Return a path for use at once: as it was spelled, unless a tool has left the folder meanwhile."""
    start = _START.get()
    return path if start is None or _stands_in(start) else start / path


def _stands_in(folder: Path) -> bool:
    try:
        return folder == Path.cwd()
    except OSError:  # a tool has removed where it went
        return False


def maybe_meant(path: Path | None) -> Path | None:
    """Return the same of a path that need not be given."""
    return None if path is None else as_meant(path)
