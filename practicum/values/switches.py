"""Switches: whether a text turns something on or off that a truth value is called after."""

from __future__ import annotations

import re
from itertools import pairwise

from practicum.values.slots import Slot
from practicum.values.spans import word_set, words
from practicum.values.word_choice import common, stem

_OPENINGS = word_set(
    "include including exclude with without is use show only enable disable has should want allow add return"
    " as no skip ignore hide"
)
"""First words of names that say what becomes of the rest."""
_TURNED = word_set("exclude no without disable skip ignore hide")
"""Those of them by which true means that there is none."""
_DENYING = r"(?:\b(?:no|not|without|never|skip|neither)\b|n['\u2019]t\b)"
_NOT = re.compile(rf"{_DENYING}(?:\W+\w+){{0,2}}\W*$", re.IGNORECASE)
_NOT_HERE = re.compile(rf"{_DENYING}(?:[^\w,.;:!?]+\w+){{0,2}}[^\w,.;:!?]*$", re.IGNORECASE)
"""The same within a clause: "no hurry, standard delivery" denies no delivery."""
_NO = re.compile(r"\s*[:=]\s*(?:no|off|false)\b", re.IGNORECASE)
_SIDES = re.compile(
    r"\btrue\b[ \t]{0,3}(?:=|:|for|if|when|means)?(?P<true>[^.;\n]{3,120}?)[,;.]?\s{1,20}(?:and\s)?\bfalse\b"
    r"[ \t]{0,3}(?:=|:|for|if|when|means)?(?P<false>[^.;\n]{3,120})",
    re.IGNORECASE,
)
"""What documentation says of both values: "True for places under a roof, False for open-air ones"."""
_ONES = re.compile(r"\b(?:ones|those|others|rest)\b", re.IGNORECASE)
_FEWEST, _FEWEST_OPENED = 4, 3
"""Letters of a name that is telling; behind a word such as "include"."""


def switched(slot: Slot, text: str, *, around: str = "") -> bool | None:
    """Return whether ``text`` wants what a switch is called after, None where it does not speak of it.

    "Only a dry run" turns ``dry_run`` on, "but don't notify anyone" turns ``notify`` off.

    Args:
        slot: The switch.
        text: A query.
        around: What is said of the tool and of its other arguments: a switch's documentation says it, too.
    """
    name = list(slot.name_words)
    turned = len(name) > 1 and name[0] in _TURNED
    opened = len(name) > 1 and name[0] in _OPENINGS
    called = name[1:] if opened else name
    if len(called) > 1 and called[-1] == "only":
        called = called[:-1]
    if sum(map(len, called)) < (_FEWEST_OPENED if opened else _FEWEST):
        return _described(slot, text, around)
    wanted = [stem(word) for word in called]
    spoken = words(text)
    stems = [stem(word.key) for word in spoken]
    for at in range(len(stems) - len(wanted) + 1):
        if stems[at : at + len(wanted)] == wanted:
            last = spoken[at + len(wanted) - 1]
            off = _NOT.search(text, 0, spoken[at].start) or _NO.match(text, last.end)
            return bool(off) is turned
    return _described(slot, text, around)


def _described(slot: Slot, text: str, around: str) -> bool | None:
    """Whether a text holds two telling words in a row of a switch's documentation, as in "social card"."""
    sides = _SIDES.search(slot.description)
    if sides is not None:
        return _side(sides["true"], sides["false"], text, around)
    told = [word.key for word in words(slot.description)]
    if any(word in _TURNED or word in {"not", "never"} for word in told):
        return None
    own = {_pair(*each) for each in pairwise(told) if not any(map(common, each))}
    said, elsewhere = _pairs(text), _pairs(around)
    return True if own & said - elsewhere else None


def _side(true: str, false: str, text: str, around: str) -> bool | None:
    """Which of two explanations a text holds a telling word of, and of the other none."""
    own = {stem(word.key) for word in words(around)}
    said_at = {stem(word.key): word.start for word in words(text) if stem(word.key) not in own}
    spoken = said_at.keys()
    said, unsaid = _telling(true, beside=false), _telling(false, beside=true)
    on, off = (said - unsaid) & spoken, (unsaid - said) & spoken
    denied = any(_NOT_HERE.search(text, 0, said_at[word]) for word in (*on, *off))
    return None if bool(on) is bool(off) or denied or not (said and unsaid) else bool(on)


def _telling(text: str, beside: str) -> set[str]:
    """The telling words of an explanation; not what the other one means by "ones", which is its first."""
    said = [word.key for word in words(text) if not common(word.key) and len(word.key) >= _FEWEST]
    told = [word for word in said if word not in {"otherwise", "else", "default"}]
    return {stem(word) for word in (told[1:] if _ONES.search(beside) else told)}


def _pairs(text: str) -> set[tuple[str, str]]:
    return {_pair(one.key, other.key) for one, other in pairwise(words(text))}


def _pair(one: str, other: str) -> tuple[str, str]:
    return stem(one), stem(other)
