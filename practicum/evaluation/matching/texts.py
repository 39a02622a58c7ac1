"""How alike two free texts are: by their words, and never where their numbers or signs differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from enum import IntEnum

from practicum.values.spans import phrase_key, word_set, words
from practicum.values.word_choice import stem

LONG = 5
"""Content words from which some of them may be missing."""
SHARED = 0.75
"""Of the content words of two long texts, the part that both have (Dice's coefficient)."""
ORDERED = 4
"""Content words below which their order tells: a dog that bites a man."""
_TELLING = frozenset("+#%$€£<>=*~^|")
"""Signs that are no punctuation: C is not C++."""
_LITTLE = word_set(
    "a an the of for in on at to from by with and or as into about over under near is are be was were do does"
    " that which who what how it its this these those them their your my our i me you we"
)
_RELATING = word_set("from to by than before after over under into")
"""What these words are said of depends on the order."""
_DENYING = word_set("no not never none without except excluding nor neither non")
_SPOKEN = {
    word: str(number)
    for number, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=2
    )
}
"""Without one, which is a pronoun, too."""
_NUMBER = re.compile(r"(?:(?<![\w)])[-\u2212])?\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


class Likeness(IntEnum):
    """How alike two values are; each level holds the ones above it."""

    DIFFERENT = 0
    UNSURE = 1
    """They share words, and no number differs: a reader must tell."""
    NEAR = 2
    """The same words, of which a long text may lack some."""
    SAME = 3
    """The same but for case, accents, punctuation and spaces."""


def likeness(expected: str, given: str) -> Likeness:
    """Return how alike two texts are.

    Whatever shares all its words is `DIFFERENT` where a number, or a sign such as the one of C++, differs.
    A single word may be a code, and is only ever the same as another or different. A word in the place of
    another leaves it `UNSURE`, however many words are shared: Anna is not John.
    """
    return _likeness(expected, given, _same_words)


def resembles(expected: str, given: str) -> bool:
    """Whether two texts are nearly in the same words: of many, some may be others.

    Such texts may well say different things; see `likeness` for those that mean the same.
    """
    return _likeness(expected, given, _mostly_same_words) >= Likeness.NEAR


def _likeness(expected: str, given: str, same_words: Callable[[set[str], set[str]], bool]) -> Likeness:
    expected, given = _THOUSANDS.sub("", expected), _THOUSANDS.sub("", given)
    if telling_signs(expected) != telling_signs(given) or _numbers(expected) != _numbers(given):
        return Likeness.DIFFERENT
    if _plain(expected) == _plain(given):
        return Likeness.SAME
    if len(expected.split()) < 2 and len(given.split()) < 2:
        return Likeness.DIFFERENT
    wanted, said = _content(expected), _content(given)
    if not set(wanted) & set(said):
        return Likeness.DIFFERENT
    # A single word beside several: "cancer" may do for "types of cancer", or not.
    several = min(len(expected.split()), len(given.split())) > 1
    near = several and same_words(set(wanted), set(said)) and not _turned(expected, given, wanted, said)
    return Likeness.NEAR if near and _denials(expected) == _denials(given) else Likeness.UNSURE


def telling_signs(text: str) -> list[str]:
    """Return the signs of a text that are no punctuation, in order."""
    return [sign for sign in text if sign in _TELLING]


def negatives(text: str) -> int:
    """Return how many numbers of a text have a minus sign: -5 kg is not 5 kg."""
    return sum(each.startswith("-") for each in _numbers(text))


def _same_words(wanted: set[str], said: set[str]) -> bool:
    return (wanted <= said or said <= wanted) and _mostly_same_words(wanted, said)


def _mostly_same_words(wanted: set[str], said: set[str]) -> bool:
    if min(len(wanted), len(said)) < LONG:
        return wanted == said  # in a short text every word tells
    return 2 * len(wanted & said) >= SHARED * (len(wanted) + len(said))


def _turned(expected: str, given: str, wanted: list[str], said: list[str]) -> bool:
    """Whether what both texts have stands in another order or relation, and that makes a difference."""
    relating, other = _relating(expected), _relating(given)
    if relating - other and other - relating:
        return True  # to Paris is not from Paris
    shared = set(wanted) & set(said)
    if [word for word in wanted if word in shared] == [word for word in said if word in shared]:
        return False
    return bool(relating | other) or min(len(wanted), len(said)) < ORDERED


def _relating(text: str) -> Counter[str]:
    return Counter(word.key for word in words(text) if word.key in _RELATING)


def _content(text: str) -> list[str]:
    return [_SPOKEN.get(word.key) or stem(word.key) for word in words(text) if word.key not in _LITTLE]


def _denials(text: str) -> int:
    return sum(word.key in _DENYING or word.key.endswith("n't") for word in words(text))


def _numbers(text: str) -> list[str]:
    """Return the numbers of a text with their signs, sorted: a text may be told in another order."""
    written = [each.group().replace("\u2212", "-") for each in _NUMBER.finditer(text)]
    spoken = [_SPOKEN[word.key] for word in words(text) if word.key in _SPOKEN]
    return sorted([*written, *spoken])


def _plain(text: str) -> str:
    return phrase_key(text) or " ".join(text.casefold().split())
