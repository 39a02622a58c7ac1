"""What a server writes on its standard error: not on the user's terminal, and its last words kept."""

from __future__ import annotations

import os
import re
import signal
import threading
from typing import Any

MOST_BYTES = 4000
LINES = 3
_LEVEL = re.compile(
    r"[\[\]\d\s:.,/TZ+-]*(?:[\w.]+ ?[-:|] ?)?\[?(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL)\b"
)
"""How a line of a log begins: perhaps a time, perhaps the logger, and the level."""
_WRAPPED = " " * 8
"""What the further lines of a log's record begin with, where it was wrapped."""
_WARNINGS = ("WARN", "WARNING")
_GRAVE = ("", "ERROR", "CRITICAL")
"""Levels of what may be why a server ended; the first is that of lines of no log."""


class LastWords:
    """The writing end of a pipe for a server, and the last lines that came through it.

    A thread reads it, so that a server that says much is never held up; it ends with the server.
    """

    def __init__(self) -> None:
        read, write = os.pipe()
        self.file = os.fdopen(write, "w")
        """For the server; closed here once it has started."""
        self.process: Any = None
        """The server's process, where it is known."""
        self._tail = b""
        self._thread = threading.Thread(target=self._read, args=(read,), name="mcp-stderr", daemon=True)
        self._thread.start()

    def _read(self, read: int) -> None:
        with os.fdopen(read, "rb", buffering=0) as pipe:
            while chunk := pipe.read(65536):
                self._tail = (self._tail + chunk)[-MOST_BYTES:]

    def text(self) -> str:
        """Return the last lines with words in them, one after the other; empty when nothing was said.

        What a log tells of its routine is left out, and so are the warnings before that unless nothing grave
        follows them. Where nothing is left, the last lines are told all the same.
        """
        self._thread.join(0.2)  # the server has ended; what it said may be on its way still
        records = _records(self._tail.decode("utf-8", "replace"))
        grave = [place for place, (level, _) in enumerate(records) if level in _GRAVE]
        routine = [place for place, (level, _) in enumerate(records) if level not in (*_GRAVE, *_WARNINGS)]
        since = min(grave[-1] if grave else -1, routine[-1] if routine else -1)
        told = [
            text
            for place, (level, text) in enumerate(records)
            if level in _GRAVE or (level in _WARNINGS and place > since)
        ]
        return " / ".join((told or [text for _, text in records])[-LINES:])

    def status(self) -> str:
        """Return how the server ended, in words; empty where that is not known, in order, or our doing."""
        code = getattr(self.process, "returncode", None)
        if not code or code == -signal.SIGTERM:
            return ""
        return f" (exit status {code})" if code > 0 else f" (signal {-code})"


def _records(text: str) -> list[tuple[str, str]]:
    """Return the lines with words in them, each with its level; wrapped lines of a log are put together."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        if not any(map(str.isalnum, line)):
            continue
        head = _LEVEL.match(line)
        if head is None and found and found[-1][0] and line.startswith(_WRAPPED):
            level, before = found.pop()
            found.append((level, " ".join([before, *line.split()])))
            continue
        found.append((head[1], " ".join(line.split())) if head else ("", line.strip()))
    return found
