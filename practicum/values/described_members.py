"""What a description says of the members of an enumeration: "residual is the ordinary grey bin"."""

from __future__ import annotations

import re
from typing import Any

from practicum.values.registry import remembered
from practicum.values.slots import Slot
from practicum.values.spans import words
from practicum.values.word_choice import common, stem

MOST_WORDS = 12
"""Words after a member that are read as said of it."""


def members_by_description(slot: Slot, text: str, around: str = "") -> list[tuple[int, Any]]:
    """Return the members that ``text`` speaks of in the words of the description, each with the first place.

    Only words that are said of one member alone count, and only the members that most of them speak for.

    Args:
        slot: The enumeration.
        text: A query.
        around: What the tool is called: its words are said of whatever is asked of it.
    """
    own = {stem(word.key) for word in words(around)}
    told = _told(slot)
    found: dict[Any, list[int]] = {}
    for word in words(text) if told else ():
        member = told.get(stem(word.key))
        if member is not None and stem(word.key) not in own:
            found.setdefault(member, []).append(word.start)
    most = max(map(len, found.values()), default=0)
    return [(min(places), member) for member, places in found.items() if len(places) == most]


@remembered(512)
def _told(slot: Slot) -> dict[str, Any]:
    """The stems of the words that are said of one member and of no other, each with that member."""
    members = [member for member in slot.enum if isinstance(member, str) and member.strip()]
    named = [(match, member) for member in members if (match := _named(member, slot.description))]
    if len(named) < 2:  # of one alone nothing tells where what is said of it ends
        return {}
    named.sort(key=lambda pair: pair[0].start())
    ends = [match.start() for match, _ in named[1:]] + [len(slot.description)]
    said: dict[str, set[Any]] = {}
    for (match, member), end in zip(named, ends, strict=True):
        behind = slot.description[match.end() : end].partition(". ")[0]
        for word in [each.key for each in words(behind)][:MOST_WORDS]:
            if not common(word) and len(word) > 2:
                said.setdefault(stem(word), set()).add(member)
    return {word: next(iter(of)) for word, of in said.items() if len(of) == 1}


def _named(member: str, description: str) -> re.Match[str] | None:
    return re.search(rf"(?<![\w-]){re.escape(member)}(?![\w-])[`'\"]*", description, re.IGNORECASE)
