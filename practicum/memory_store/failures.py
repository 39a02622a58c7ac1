"""What SQLite and the file system say, as errors that name what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import JournalError

if TYPE_CHECKING:
    import sqlite3

_PRIMARY_CODE = 0xFF
"""SQLite's extended result codes carry the primary one in their low byte."""

_DAMAGED = (
    "is damaged",
    "keep the file; `sqlite3 {path} .recover` salvages it, or give another --home and import an export",
)
_READ_ONLY = ("can't be written", "check the folder's permissions, or give another --home")
_FULL = (
    "can't grow: the disk is full",
    "free some space and run the same command again; what was recorded is kept",
)

_BY_SQLITE_CODE: dict[int, tuple[str, str]] = {
    3: _READ_ONLY,  # SQLITE_PERM
    5: ("is busy", "end the other program that holds it, and run the same command again"),  # SQLITE_BUSY
    8: _READ_ONLY,  # SQLITE_READONLY
    10: ("can't be read or written", "check the disk; what was recorded is kept"),  # SQLITE_IOERR
    11: _DAMAGED,  # SQLITE_CORRUPT
    13: _FULL,  # SQLITE_FULL
    14: ("can't be opened", "check that the folder exists and may be written, or give another --home"),
    26: _DAMAGED,  # SQLITE_NOTADB
}
_BY_ERRNO: dict[int, tuple[str, str]] = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EROFS: _READ_ONLY,
}
_UNKNOWN = ("can't be used", "check the folder and the disk, or give another --home")


def of_sqlite_code(path: Path, code: int | None) -> JournalError | None:
    """Return what to do where SQLite could not write a disk; None where its code says something else."""
    known = _BY_SQLITE_CODE.get((code or 0) & _PRIMARY_CODE)
    return JournalError(f"{path} {known[0]}", known[1]) if known in {_FULL, _READ_ONLY} else None


def of_errno(path: Path, number: int | None) -> JournalError | None:
    """Return what to do about a file system's error of this number; None where it says nothing."""
    known = _BY_ERRNO.get(number or 0)
    return JournalError(f"{path} {known[0]}", known[1]) if known else None


def _of_sqlite(path: Path, error: sqlite3.Error) -> JournalError:
    code = getattr(error, "sqlite_errorcode", None)
    what, fix = _BY_SQLITE_CODE.get((code or 0) & _PRIMARY_CODE, _UNKNOWN)
    return JournalError(f"{path} {what} ({error})", fix.replace("{path}", str(path)))


def _of_system(path: Path, error: OSError) -> JournalError:
    what, fix = _BY_ERRNO.get(error.errno or 0, _UNKNOWN)
    return JournalError(f"{path} {what} ({error.strerror or error})", fix)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn failures of SQLite and of the file system at ``path`` into `JournalError`.

    That nobody reads a pipe any more is none: whoever writes there ends.
    """
    import sqlite3

    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite(path, error) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _of_system(path, error) from error
