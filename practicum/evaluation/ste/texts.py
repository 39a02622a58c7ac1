"""Whether two texts say the same: but for case and punctuation, or in nearly the same words."""

from __future__ import annotations

from practicum.values.spans import phrase_key, word_set, words
from practicum.values.word_choice import stem

MAX_MEANING = 100
"""Characters up to which a text may be a date, a country or a unit; longer ones compare by their words."""
LONG = 5
"""Content words from which one of them may be another, or missing."""
SHARED = 0.75
"""Of the content words of two long texts, the part that both have (Dice's coefficient)."""
_TELLING = frozenset("+#%$€£<>=*~^|")
"""Signs that are no punctuation: C is not C++."""
_LITTLE = word_set(
    "a an the of for in on at to from by with and or as into about over under near is are be was were do does"
    " that which who what how it its this these those them their your my our i me you we"
)


def says_the_same(name: str, expected: str, given: str) -> bool:
    """Whether two values of the parameter ``name`` are the same but for their spelling."""
    if [sign for sign in expected if sign in _TELLING] != [sign for sign in given if sign in _TELLING]:
        return False
    if max(len(expected), len(given)) <= MAX_MEANING:
        from practicum.values import equivalent

        return equivalent(name, {}, expected, given)
    return bool(phrase_key(expected)) and phrase_key(expected) == phrase_key(given)


def similar_texts(expected: str, given: str) -> bool:
    """Whether two texts of several words have the same content words, in any order.

    In a short text every word tells; where both have at least `LONG` of them, `SHARED` is enough.
    A single word may be a code, and is never similar to another.
    """
    if len(expected.split()) < 2 or len(given.split()) < 2:
        return False
    wanted, said = _content(expected), _content(given)
    if min(len(wanted), len(said)) < LONG:
        return bool(wanted) and wanted == said
    return 2 * len(wanted & said) >= SHARED * (len(wanted) + len(said))


def _content(text: str) -> frozenset[str]:
    return frozenset(stem(word.key) for word in words(text) if word.key not in _LITTLE)
