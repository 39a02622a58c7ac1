"""Turns of the deployed agent on their way to disk, beside a journal that another process may be writing.

Each process appends to a file of its own in ``HOME/service``, a JSON object a line, on the disk before the
next one is begun. So any number of them serve one home; `turn_files` reads what they left, whole or torn.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from practicum.errors import JournalError
from practicum.hostile import Blanking, redact_record
from practicum.memory_store.failures import explained
from practicum.records import Turn

MOST_WAITING = 1000
"""Turns that wait to be written; where a disk is slower than the users, further ones are left out."""
OWNER_ONLY = 0o600

Tell = Callable[[str], None]


def turns_folder(home: Path) -> Path:
    """Where a home's processes leave the turns that they answered."""
    return home / "service"


class TurnLog:
    """Writes turns in a thread of its own: answering neither waits for it nor fails because of it."""

    def __init__(self, home: Path, tell: Tell | None = None) -> None:
        """Make the folder; the file comes with the first turn.

        Args:
            home: The home's folder.
            tell: Takes a line about a turn that could not be kept, once; None: it is logged as a warning.

        Raises:
            JournalError: the folder can't be made or written.
        """
        self.folder = turns_folder(home)
        self._tell: Tell = tell or logging.getLogger("practicum").warning
        self._told = False
        self._blanking = Blanking()
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="practicum-turns")
        self._slots = threading.Semaphore(MOST_WAITING)
        self._file: int | None = None
        self._torn = False
        with explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(self.folder, os.W_OK):
            raise JournalError(f"{self.folder} can't be written", "check the folder's permissions")

    def keep(self, make: Callable[[Blanking], Turn]) -> None:
        """Have a turn made and written, later and in another thread; never raises.

        Args:
            make: Returns the turn, redacted by what it is given.
        """
        if not self._slots.acquire(blocking=False):
            self._fail(f"{MOST_WAITING} turns wait to be written already")
            return
        try:
            self._writer.submit(self._keep, make)
        except RuntimeError:  # it was closed, or the interpreter is ending
            self._slots.release()

    def close(self) -> None:
        """Write what waits, and give the file back; may be called twice."""
        self._writer.shutdown(wait=True)
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _keep(self, make: Callable[[Blanking], Turn]) -> None:
        try:
            self._append(make(self._blanking))
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer was given
            # Of other errors only the kind: their text may quote what was said.
            self._fail(str(error) if isinstance(error, OSError) else type(error).__name__)
        finally:
            self._slots.release()

    def _append(self, turn: Turn) -> None:
        line = f"{json.dumps(redact_record(turn), separators=(',', ':'))}\n".encode()
        if self._file is None:
            self._file = os.open(self._new(), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        # What a full disk cut off stays a line of its own, which no reader takes for a turn.
        data = b"\n" + line if self._torn else line
        self._torn = True
        while data:
            data = data[os.write(self._file, data) :]
        os.fsync(self._file)
        self._torn = False

    def _new(self) -> Path:
        started = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        return self.folder / f"{started}-{os.getpid()}-{secrets.token_hex(4)}.jsonl"

    def _fail(self, why: str) -> None:
        """Say it once: a full disk would be told with every answer."""
        if not self._told:
            self._told = True
            self._tell(
                f"a conversation could not be kept in {self.folder} ({' '.join(why.split())[:200]});"
                " answering goes on, and further ones that can't be kept are not told"
            )
