"""Switches: whether a text turns something on or off that a truth value is called after."""

from __future__ import annotations

import re

from practicum.values.slots import Slot
from practicum.values.spans import word_set, words
from practicum.values.word_choice import stem

_OPENINGS = word_set(
    "include including exclude with without is use show only enable disable has should want allow add return"
    " as no skip ignore hide"
)
"""First words of names that say what becomes of the rest."""
_TURNED = word_set("exclude no without disable skip ignore hide")
"""Those of them by which true means that there is none."""
_NOT = re.compile(
    r"(?:\b(?:no|not|without|never|skip|neither)\b|n['\u2019]t\b)(?:\W+\w+){0,2}\W*$", re.IGNORECASE
)
_NO = re.compile(r"\s*[:=]\s*(?:no|off|false)\b", re.IGNORECASE)
_FEWEST = 4
"""Letters of a name that is telling."""


def switched(slot: Slot, text: str) -> bool | None:
    """Return whether ``text`` wants what a switch is called after, None where it does not speak of it.

    "Only a dry run" turns ``dry_run`` on, "but don't notify anyone" turns ``notify`` off.
    """
    name = list(slot.name_words)
    turned = len(name) > 1 and name[0] in _TURNED
    called = name[1:] if len(name) > 1 and name[0] in _OPENINGS else name
    if sum(map(len, called)) < _FEWEST:
        return None
    wanted = [stem(word) for word in called]
    spoken = words(text)
    stems = [stem(word.key) for word in spoken]
    for at in range(len(stems) - len(wanted) + 1):
        if stems[at : at + len(wanted)] == wanted:
            last = spoken[at + len(wanted) - 1]
            off = _NOT.search(text, 0, spoken[at].start) or _NO.match(text, last.end)
            return bool(off) is turned
    return None
