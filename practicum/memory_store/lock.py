"""One writer at a time, across processes: a lock file that ends with its process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import JournalError
from practicum.memory_store.failures import explained

if TYPE_CHECKING:
    from filelock import BaseFileLock


def _pid_file(path: Path) -> Path:
    return path.with_name(path.name + ".writer")


def _holder(path: Path) -> str:
    # Beside the lock and not inside: some versions of filelock truncate the file that they fail to lock.
    try:
        return _pid_file(path).read_text().strip() or "unknown"
    except OSError:
        return "unknown"


def acquire_writer_lock(path: Path, *, shared_in_process: bool = False) -> BaseFileLock:
    """Take the right to write ``path``; release it with ``.release()``.

    The kernel drops the lock when its process ends, however it ends.

    Args:
        path: The file or folder to write; the lock is ``path`` + ``.lock``.
        shared_in_process: Let several holders of this process share the lock.

    Raises:
        JournalError: Another holder writes, or the folder can't be written.
    """
    from filelock import FileLock, Timeout

    lock: BaseFileLock
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Without thread_local=False the thread that closes a journal would have to be the one that opened it.
        lock = FileLock(
            path.with_name(path.name + ".lock"), timeout=0, thread_local=False, is_singleton=shared_in_process
        )
        try:
            lock.acquire()
        except Timeout:
            if _holder(path) == str(os.getpid()):
                raise JournalError(
                    f"{path} is open in this process already, for writing",
                    "close what opened it, such as `with practicum.open(...)` does, or use another --home",
                ) from None
            raise JournalError(
                f"another process (pid {_holder(path)}) is writing to {path}",
                "wait for it, or use another --home",
            ) from None
        _pid_file(path).write_text(f"{os.getpid()}\n")
    return lock
