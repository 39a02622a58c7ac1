"""Text that is let out while it is still being written, without secrets."""

from __future__ import annotations

import re

from practicum.hostile import redact

_ENDS = re.compile(r"[\s，。、！？；：]")  # noqa: RUF001 - a word also ends at these
_BLOCK = "-----BEGIN "
_BLOCK_END = re.compile(r"-----END [^\n]*-----\s")


class Speech:
    """Lets words out as they end, each line redacted as a whole; a key of several lines is held to its end.

    What was let out can't be taken back: a secret that only later words of its line make one is seen
    in part.
    """

    def __init__(self) -> None:
        self._line = ""
        self._out = ""

    def add(self, text: str) -> str:
        """Take more of it, and return what can be let out."""
        self._line += text
        if _BLOCK in self._line and not _BLOCK_END.search(self._line):
            return ""
        lines, newline, self._line = self._line.rpartition("\n")
        said = self._finish(lines + newline) if newline else ""
        ends = [found.end() for found in _ENDS.finditer(self._line)]
        return said + (self._more(redact(self._line[: ends[-1]])) if ends else "")

    def rest(self) -> str:
        """Return what is left, at the end."""
        left, self._line = self._line, ""
        return self._finish(left)

    def _finish(self, lines: str) -> str:
        said = self._more(redact(lines))
        self._out = ""
        return said

    def _more(self, redacted: str) -> str:
        pairs = enumerate(zip(self._out, redacted, strict=False))
        same = min(len(self._out), len(redacted))
        known = next((place for place, (one, other) in pairs if one != other), same)
        said, self._out = redacted[known:], redacted
        return said
