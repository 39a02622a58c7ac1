"""A file of JSON lines that grows as work is done and survives kills: only whole lines count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from practicum.evaluation.data import writable


class LineLog:
    """One file, a JSON value a line; what is read is what was there when it was opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._content = path.read_bytes() if path.exists() else b""
        # After half a line a whole one would be unreadable, too.
        self._torn = bool(self._content) and not self._content.endswith(b"\n")

    def values(self) -> Iterator[Any]:
        """Yield the values of the lines that can be read; not the one that a kill cut short."""
        for line in self._content.split(b"\n"):
            try:
                yield json.loads(line)
            except ValueError:
                continue

    def append(self, value: Any) -> None:
        """Add a line; what must not be kept was redacted in it already."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(writable(value)) + "\n"
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}" if self._torn else line)
        self._torn = False

    def forget(self) -> None:
        """Remove the file: what it was for has ended."""
        self.path.unlink(missing_ok=True)
