"""Text that is let out while it is still being written, without secrets."""

from __future__ import annotations

import re

from practicum.hostile import redact

CONTEXT = 500
"""Characters that are searched before a word, at least: no secret's form has so many before its last one."""
_MORE = 1000
"""So many more, and a line is cut to that: it is not searched from its beginning at each word."""
_ENDS = re.compile(r"[\s，。、！？；：]")  # noqa: RUF001 - a word also ends at these
_BLOCK = "-----BEGIN "
_BLOCK_END = re.compile(r"-----END [^\n]*-----\s")


class Speech:
    """Lets words out as they end, each redacted with its line; a key of several lines is held to its end.

    What was let out can't be taken back: a secret that only later words of its line make one is seen
    in part. Of a long line only the end is kept, cut where no secret stands.
    """

    _line: str
    _looked: int
    """How far ends of words were looked for in it."""
    _out: str
    """What of it was let out, redacted."""
    _most: int
    """How long it may become before it is cut."""

    def __init__(self) -> None:
        self._start("")

    def add(self, text: str) -> str:
        """Take more of it, and return what can be let out."""
        self._line += text
        if _BLOCK in self._line and not _BLOCK_END.search(self._line):
            return ""
        said = ""
        lines, newline, rest = self._line.rpartition("\n")
        if newline:
            said = self._more(redact(lines + newline))
            self._start(rest)
        ends = [found.end() for found in _ENDS.finditer(self._line, self._looked)]
        self._looked = len(self._line)
        if ends:
            said += self._more(redact(self._line[: ends[-1]]))
            self._shorten(ends[-1])
        return said

    def rest(self) -> str:
        """Return what is left, at the end."""
        said = self._more(redact(self._line))
        self._start("")
        return said

    def _start(self, line: str) -> None:
        """Begin a line."""
        self._line, self._looked, self._out, self._most = line, 0, "", CONTEXT + _MORE

    def _shorten(self, ended: int) -> None:
        """Forget the beginning of a long line, unless a secret, or what makes one, may reach over the cut.

        Args:
            ended: Up to where it was let out.
        """
        if ended < self._most:
            return
        self._most = ended + _MORE  # where it can't be cut now it is tried again later
        ends = [found.end() for found in _ENDS.finditer(self._line, 0, ended - CONTEXT)]
        if not ends:
            return
        kept = redact(self._line[ends[-1] : ended])
        if redact(self._line[: ends[-1]]) + kept == self._out:
            left, looked = self._line[ends[-1] :], self._looked - ends[-1]
            self._start(left)
            self._looked, self._out = looked, kept

    def _more(self, redacted: str) -> str:
        """Return what is new of a line, or differs."""
        if redacted.startswith(self._out):
            known = len(self._out)
        else:
            pairs = enumerate(zip(self._out, redacted, strict=False))
            same = min(len(self._out), len(redacted))
            known = next((place for place, (one, other) in pairs if one != other), same)
        said, self._out = redacted[known:], redacted
        return said
