"""What a server writes on its standard error: not on the user's terminal, and its last words kept."""

from __future__ import annotations

import os
import threading

MOST_BYTES = 4000
LINES = 3


class LastWords:
    """The writing end of a pipe for a server, and the last lines that came through it.

    A thread reads it, so that a server that says much is never held up; it ends with the server.
    """

    def __init__(self) -> None:
        read, write = os.pipe()
        self.file = os.fdopen(write, "w")
        """For the server; closed here once it has started."""
        self._tail = b""
        self._thread = threading.Thread(target=self._read, args=(read,), name="mcp-stderr", daemon=True)
        self._thread.start()

    def _read(self, read: int) -> None:
        with os.fdopen(read, "rb", buffering=0) as pipe:
            while chunk := pipe.read(65536):
                self._tail = (self._tail + chunk)[-MOST_BYTES:]

    def text(self) -> str:
        """Return the last lines with words in them, one after the other; empty when nothing was said."""
        self._thread.join(0.2)  # the server has ended; what it said may be on its way still
        lines = [line.strip() for line in self._tail.decode("utf-8", "replace").splitlines()]
        return " / ".join([line for line in lines if any(map(str.isalnum, line))][-LINES:])
