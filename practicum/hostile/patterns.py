"""The user's own patterns, which must not be slow: hostile text may be made to be slow to match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from practicum.hostile.lines import Offsets

if TYPE_CHECKING:
    from regex import Pattern

LONGEST_S = 0.2
"""Seconds a pattern may take for a text."""


class TooSlowError(Exception):
    """A pattern did not end in time: what it would have found is not known."""


def compiled(pattern: str) -> Pattern[str]:
    """Return a pattern, ready to be searched for.

    Raises:
        ValueError: it is no regular expression, or it would match everywhere; the message says which.
    """
    import regex

    try:
        made = regex.compile(pattern)
    except (regex.error, RecursionError) as error:
        raise ValueError(str(error)) from error
    if made.match(""):
        raise ValueError("it matches the empty text")
    return made


def find_matches(text: str, patterns: Sequence[Pattern[str]]) -> Iterator[Offsets]:
    """Yield where one of the patterns matches.

    Raises:
        TooSlowError: one took too long.
    """
    for pattern in patterns:
        try:
            yield from (match.span() for match in pattern.finditer(text, timeout=LONGEST_S))
        except TimeoutError as error:
            raise TooSlowError(pattern.pattern) from error
