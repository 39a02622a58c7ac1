"""A text as it would be written with care: names spelled, in capitals where they want them.

People write "swizerland", "sao paulo to luanda" and "nz". Resolvers take capitals and spelling at their
word, since most words that resemble a name are none. Where a text has fewer values than a tool needs, it is
read once more as mended here: what resembles a name and is no English word is then taken for that name.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from practicum.values.spans import Lexicon, Word, fold, words

MOST_WORDS = 200
"""Words of a text that may be none of a format's that are looked at, so that the work is bounded."""
_SHORTEST = 4
"""Letters of a word that may be misspelled: of three, too many are one letter apart."""
_TWO_SLIPS = 8
"""Letters from which two slips are forgiven."""
_RARE = 1_000
"""Uses in the vocabulary's corpus below which a word is a name and not itself (Bergen: 111; Cork: 3,069)."""
_COMMON = 200_000
"""Uses from which a word is never a name in small letters ("go": 5,175,747)."""
_BEFORE_NAME = re.compile(
    r"(?:\b(?:from|to|in|and|between|for|into|via|of|or)|[\u2192>/,+-])\s+$", re.IGNORECASE
)
_CODE = re.compile(r"[A-Z]{2,4}")


class NameBook:
    """The names and codes of one format, for finding them where they are written carelessly."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take names as they are written with care; short ones all in capitals are codes."""
        listed = list(names)
        self._codes = frozenset(name for name in listed if _CODE.fullmatch(name))
        self._phrases = Lexicon({name: [name] for name in listed if name not in self._codes})
        self._known = frozenset(word.key for phrase in self._phrases for word in words(phrase))
        self._by_start: dict[str, list[str]] = {}
        for word in sorted(self._known):
            self._by_start.setdefault(word[0], []).append(word)
        self._near = functools.lru_cache(4_096)(self._nearest)

    def mend(self, text: str) -> str:
        """Return ``text`` with names that leave no doubt spelled and capitalised."""
        return self._capitalised(self._spelled(text))

    def _spelled(self, text: str) -> str:
        unlike = (word for word in words(text) if word.key not in self._known)
        changes = ((word, self._meant(text, word)) for word in unlike)
        return _replaced(text, islice(changes, MOST_WORDS))

    def _meant(self, text: str, word: Word) -> str | None:
        """Return the word of a name, or the code, that an unknown word means; None when it is unlike any."""
        if word.text.upper() in self._codes:
            stands = _uses(word.key) < _RARE and _BEFORE_NAME.search(text, 0, word.start)
            return word.text.upper() if stands else None
        if len(word.key) < _SHORTEST or not word.key.isalpha() or _uses(word.key):
            return None
        near = self._near(word.key)
        return near.capitalize() if near else None

    def _nearest(self, word: str) -> str | None:
        return _nearest(word, self._by_start.get(word[0], []))

    def _capitalised(self, text: str) -> str:
        found = self._phrases.find(text)
        meant = (one for one in found if _is_name(text, one.start, one.text))
        return _replaced(text, ((one, _title(one.text)) for one in meant))


def _replaced(text: str, changes: Iterable[tuple[Any, str | None]]) -> str:
    """Return ``text`` with parts of it (which have ``start`` and ``end``) written otherwise."""
    pieces, position = [], 0
    for part, instead in changes:
        if instead is not None:
            pieces += [text[position : part.start], instead]
            position = part.end
    return "".join([*pieces, text[position:]])


def _is_name(text: str, start: int, written: str) -> bool:
    """Whether a name in small letters can be meant, and not the word that it is spelled like."""
    if written[0].isupper():
        return False
    if " " in written:
        return True
    if any(char.isupper() for char in written):
        return False
    uses = _uses(fold(written))
    return uses < _RARE or (uses < _COMMON and _BEFORE_NAME.search(text, 0, start) is not None)


def _title(name: str) -> str:
    return re.sub(r"[^\W_]+", lambda word: word.group()[0].upper() + word.group()[1:], name)


def _nearest(word: str, known: list[str]) -> str | None:
    """Return the known word that fewest slips lead to, the first of equals; None when none is near."""
    from rapidfuzz.distance import OSA

    slips = 2 if len(word) >= _TWO_SLIPS else 1
    best: tuple[int, str] | None = None
    for other in known:
        if len(other) < _SHORTEST or abs(len(other) - len(word)) > slips:
            continue
        distance = OSA.distance(word, other, score_cutoff=slips)
        if distance <= slips and (best is None or distance < best[0]):
            best = (distance, other)
    return best[1] if best else None


def _uses(word: str) -> int:
    """Return how often a word occurs in the corpus of the English vocabulary; 0 when it is not in it."""
    return _vocabulary().get(word, 0)


@functools.cache
def _vocabulary() -> dict[str, int]:
    """Return pyspellchecker's English words with their uses, loaded when first asked for (0.2 s)."""
    from spellchecker import SpellChecker

    return dict(SpellChecker(language="en", distance=1).word_frequency.dictionary)
