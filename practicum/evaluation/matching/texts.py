"""How alike two free texts are: by their words, and never where their numbers or signs differ."""

from __future__ import annotations

import re
from enum import IntEnum

from practicum.values.spans import phrase_key, word_set, words
from practicum.values.word_choice import stem

LONG = 5
"""Content words from which one of them may be another, or missing."""
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
    """They share words, neither nearly all nor none, and no number differs: a reader must tell."""
    NEAR = 2
    """Nearly the same words."""
    SAME = 3
    """The same but for case, accents, punctuation and spaces."""


def likeness(expected: str, given: str) -> Likeness:
    """Return how alike two texts are.

    Whatever shares all its words is `DIFFERENT` where a number, or a sign such as the one of C++, differs.
    A single word may be a code, and is only ever the same as another or different.
    """
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
    near = several and _same_words(set(wanted), set(said)) and not _turned(expected, given, wanted, said)
    return Likeness.NEAR if near and _denials(expected) == _denials(given) else Likeness.UNSURE


def telling_signs(text: str) -> list[str]:
    """Return the signs of a text that are no punctuation, in order."""
    return [sign for sign in text if sign in _TELLING]


def negatives(text: str) -> int:
    """Return how many numbers of a text have a minus sign: -5 kg is not 5 kg."""
    return sum(each.startswith("-") for each in _numbers(text))


def _same_words(wanted: set[str], said: set[str]) -> bool:
    if min(len(wanted), len(said)) < LONG:
        return wanted == said  # in a short text every word tells
    return 2 * len(wanted & said) >= SHARED * (len(wanted) + len(said))


def _turned(expected: str, given: str, wanted: list[str], said: list[str]) -> bool:
    """Whether the words that both texts have stand in another order, and that makes a difference."""
    shared = set(wanted) & set(said)
    if [word for word in wanted if word in shared] == [word for word in said if word in shared]:
        return False
    relating = {word.key for word in (*words(expected), *words(given))} & _RELATING
    return bool(relating) or min(len(wanted), len(said)) < ORDERED


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
