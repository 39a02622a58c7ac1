"""The reference's repair of tool names: an unknown one becomes the known one that is spelled most alike."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

LEAST = 0.001
"""Similarity from which names are alike at all: with any letter in common."""
LONGEST = 500
"""A longer name is no misspelling, and comparing takes the square of its length."""


class KnownNames:
    """The names of tools, and which of them a misspelled one is taken for."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = tuple(dict.fromkeys(known))
        self._set = frozenset(self._known)
        self.means = lru_cache(maxsize=10_000)(self._means)
        """Whether ``means(name, tool)``: ``name`` is ``tool``, or unknown and closest to ``tool``.

        Says what ``difflib.get_close_matches`` says, without comparing with all names: one that is closer
        than ``tool`` settles it.
        """

    def _means(self, name: str, tool: str) -> bool:
        if name in self._set or len(name) > LONGEST:
            return name == tool
        matcher = SequenceMatcher(b=name)
        matcher.set_seq1(tool)
        mine = matcher.ratio()
        return mine >= LEAST and not any(self._closer(matcher, other, (mine, tool)) for other in self._known)

    @staticmethod
    def _closer(matcher: SequenceMatcher[str], other: str, rival: tuple[float, str]) -> bool:
        """Whether ``other`` is closer than a rival of known ratio; of equals, the later in the alphabet."""
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() < rival[0] or matcher.quick_ratio() < rival[0]:
            return False
        return (matcher.ratio(), other) > rival
