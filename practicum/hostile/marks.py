"""What stands in the place of what was redacted."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

MARK = "[redacted]"
"""In the place of a secret."""
MARKED = re.compile(r"\[redacted(?: [A-Za-z-]+)?\]")
"""A secret's mark, and those of personal data, which say what kind it was."""

Found = tuple[int, int, str]
"""Where something stands in a text (from, to), and the mark that takes its place."""


def mark_of(kind: str) -> str:
    """Return the mark of a kind of personal data, such as ``[redacted e-mail]``."""
    return f"[redacted {kind}]"


def holds_redacted(text: str) -> bool:
    """Whether something was redacted in ``text``."""
    return MARKED.search(text) is not None


def marked(text: str, found: Iterable[Found]) -> str:
    """Return ``text`` with a mark in each place; where places overlap they become one, with the first's mark.

    Marks that stand in the text already stay as they are, so that redacting again changes nothing.
    """
    kept = [match.span() for match in MARKED.finditer(text)]
    begins = [low for low, _ in kept]
    merged: list[Found] = []
    for start, end, mark in sorted(found):
        before = bisect_right(begins, start)
        if before and end <= kept[before - 1][1]:
            continue
        if merged and start < merged[-1][1]:
            first = merged[-1]
            merged[-1] = (first[0], max(first[1], end), first[2])
        else:
            merged.append((start, end, mark))
    parts: list[str] = []
    at = 0
    for start, end, mark in merged:
        parts += [text[at:start], mark]
        at = end
    return "".join([*parts, text[at:]])
