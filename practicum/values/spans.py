"""What is said in a text and where: spans, words, and lexicons of phrases."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

MAX_CHARS = 2_000
"""Texts are read up to here, so that the work per query is bounded."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_GAP = re.compile(r"[\s.,\-\u2010-\u2015/'\u2019&()]{0,3}")


@dataclass(frozen=True, slots=True)
class Span:
    """Something said in a text, and what it may mean."""

    start: int
    end: int
    text: str
    """``text[start:end]`` of the text that was read."""
    values: tuple[Any, ...]
    """Candidate JSON values, best first."""


class Word(NamedTuple):
    """One word of a text: where it stands, as written, and folded for comparing."""

    start: int
    end: int
    text: str
    key: str


def fold(text: str) -> str:
    """Return ``text`` without case, accents and possessive ``'s``, for comparing words."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return text.casefold().removesuffix("'s")


@functools.lru_cache(maxsize=64)
def words(text: str) -> tuple[Word, ...]:
    """Return the words of ``text``: runs of letters and digits, apostrophes inside."""
    found = _WORD.finditer(text)
    return tuple(Word(m.start(), m.end(), m.group(), fold(m.group())) for m in found)


def word_set(listed: str) -> frozenset[str]:
    """Return the words of a string that lists them, to keep small tables small."""
    return frozenset(listed.split())


def phrase_key(phrase: str) -> str:
    """Return the folded words of ``phrase`` joined by blanks: how lexicons look it up."""
    return " ".join(word.key for word in words(phrase))


def span(text: str, start: int, end: int, *values: Any) -> Span:
    """Return the span of ``text`` from ``start`` to ``end`` that may mean ``values``."""
    return Span(start, end, text[start:end], values)


def shouting(text: str) -> bool:
    """Whether ``text`` is written in capitals only, so that case says nothing."""
    return not any(char.islower() for char in text) and len(words(text)) > 2


def settle(spans: Iterable[Span]) -> list[Span]:
    """Keep the longest of overlapping spans, the earlier given on a tie; in order of mention.

    Spans of the same extent are united, their values in the order given.
    """
    kept: list[Span] = []
    for one in sorted(spans, key=lambda s: s.start - s.end):
        rival = next((k for k in kept if one.start < k.end and k.start < one.end), None)
        if rival is None:
            kept.append(one)
        elif (rival.start, rival.end) == (one.start, one.end):
            more = tuple(v for v in one.values if v not in rival.values)
            kept[kept.index(rival)] = Span(one.start, one.end, one.text, rival.values + more)
    return sorted(kept, key=lambda s: s.start)


def prefer(*groups: Iterable[Span]) -> list[Span]:
    """Settle the spans of each group in turn; a later group gets only the text that is left."""
    kept: list[Span] = []
    for group in groups:
        free = [s for s in settle(group) if not any(k.start < s.end and s.start < k.end for k in kept)]
        kept += free
    return sorted(kept, key=lambda s: s.start)


class Lexicon:
    """Phrases and what they mean; finds the longest ones in a text, whole words only."""

    def __init__(
        self, entries: Mapping[str, Sequence[Any]], *, capitalised: Iterable[str] | None = ()
    ) -> None:
        """Build the look-up.

        Args:
            entries: Phrase (any case, any accents) to its values, best first.
            capitalised: Phrases found only where they are written with a capital
                ("Turkey", "March"); None for all of them.
        """
        self._entries: dict[str, tuple[Any, ...]] = {}
        for phrase, values in entries.items():
            key = phrase_key(phrase)
            if key:
                self._entries[key] = tuple(dict.fromkeys((*self._entries.get(key, ()), *values)))
        self._longest = max((key.count(" ") + 1 for key in self._entries), default=0)
        self._first = frozenset(key.split(" ", 1)[0] for key in self._entries)
        self._capitalised = None if capitalised is None else frozenset(map(phrase_key, capitalised))

    def __iter__(self) -> Iterator[str]:
        """Yield the phrases, folded."""
        return iter(self._entries)

    def get(self, phrase: str) -> tuple[Any, ...]:
        """Return what the whole ``phrase`` means, () when it is not in the lexicon."""
        return self._entries.get(phrase_key(phrase), ())

    def find(self, text: str) -> list[Span]:
        """Return the phrases of ``text`` that are in the lexicon, none overlapping."""
        found, position, spoken = [], 0, words(text)
        while position < len(spoken):
            size = self._match(text, spoken, position) if spoken[position].key in self._first else 0
            if size:
                start, end = spoken[position].start, spoken[position + size - 1].end
                end -= 2 * spoken[position + size - 1].text.endswith(("'s", "\u2019s"))
                key = " ".join(word.key for word in spoken[position : position + size])
                found.append(Span(start, end, text[start:end], self._entries[key]))
            position += size or 1
        return found

    def _match(self, text: str, spoken: tuple[Word, ...], position: int) -> int:
        """Return how many words from ``position`` form the longest known phrase."""
        best, key = 0, spoken[position].key
        for size in range(1, self._longest + 1):
            if self._known(key, spoken[position]):
                best = size
            last = position + size
            if last == len(spoken) or not _GAP.fullmatch(text, spoken[last - 1].end, spoken[last].start):
                break
            key = f"{key} {spoken[last].key}"
        return best

    def _known(self, key: str, first: Word) -> bool:
        if key not in self._entries:
            return False
        guarded = self._capitalised is None or key in self._capitalised
        return not guarded or first.text[0].isupper()


def find_codes(
    text: str, codes: Mapping[str, Sequence[Any]], *, lowercase: frozenset[str] = frozenset()
) -> list[Span]:
    """Return the words of ``text`` that are ``codes``.

    Codes such as CAN, AND, PER or IT are English words too: a code counts where
    it is written in capitals within a text that is not all capitals, where it is
    the whole text, or in lower case when it is listed in ``lowercase``.
    """
    loud = shouting(text)
    found = []
    for word in words(text):
        plain = word.text.removesuffix("'s").removesuffix("\u2019s")
        known = codes.get(plain) if not loud else None
        if known is None and word.key in lowercase:
            known = codes.get(word.key.upper())
        if known:
            found.append(span(text, word.start, word.start + len(plain), *known))
    return found
