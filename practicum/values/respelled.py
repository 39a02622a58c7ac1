"""Codes that a text writes its own way: "wo 25 0108" is WO-25-0108 where WO-25-0104 is shown, "D 7" D7."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from practicum.values.registry import remembered
from practicum.values.shown import shown_at
from practicum.values.slots import Slot, fits

_PART = re.compile(r"[A-Za-z]+|\d+|[-_/.:#]")
_CODE = re.compile(r"[A-Za-z]{1,8}(?:[-_/.]?(?:\d{1,9}|[A-Za-z]{1,8})){1,4}")
"""A code that begins with letters."""
_SPACED, _JOINED = r"[-_/. ]{0,2}", r"[-_/.]?"
"""What may stand between two parts of a code that somebody writes from memory; where any letters will do, or
those of a word of one letter, no space: "a 5" is none."""
_LITTLE = (
    "a all am an and are as at be but by can day do for from get go had has he her him his how i if in is it",
    "its let me my new no nor not now of off on one or our out per put run say see set she so than the them",
    "then they to too two up us use was we who why you",
)
_WORDS = frozenset(word for line in _LITTLE for word in line.split())
LONG = 3
"""Digits that a number has to have for its width to tell something: those of D7 may be two."""


def respelled(slot: Slot, text: str, others: Sequence[Any] = ()) -> list[Any]:
    """Return the codes of a text that are put together as those that a slot shows, spelled as those are.

    Letters must be the same where all that is shown begins with the same, and numbers about as wide. Only
    codes that begin with letters and hold a number are looked for.

    Args:
        slot: Where a code is to go.
        text: A query.
        others: What else was found for the slot; what is no part of such a code follows them, and beside one
            no bare number: it counts or names something else.
    """
    found = _found(slot, text)
    written = " ".join(found.values()).casefold()
    left = [each for each in others if not (found and str(each).isdigit())]
    return [*found, *(each for each in left if each not in found and str(each).casefold() not in written)]


def _found(slot: Slot, text: str) -> dict[str, str]:
    """The codes in order of mention, each with how it is written."""
    found: dict[str, tuple[int, str]] = {}
    for pattern, shown in _patterns(slot):
        for match in pattern.finditer(text):
            code = _spelled(match.groups(), shown)
            if fits(slot.schema, code) and not _is_words(match):
                found.setdefault(code, (match.start(), match.group()))
    return {code: found[code][1] for code in sorted(found, key=lambda code: found[code])}


def _is_words(match: re.Match[str]) -> bool:
    """Whether what is found is a word and a number: "in 204 minutes", "40 m 5 days"."""
    head = match[1]
    return " " in match.group() and not head.isupper() and (len(head) == 1 or head.casefold() in _WORDS)


@remembered(512)
def _patterns(slot: Slot) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """For each way of putting a code together that a slot shows, what finds it, and the parts of one."""
    codes = [str(code) for code in shown_at(slot)]
    if not codes or not all(_CODE.fullmatch(code) and any(map(str.isdigit, code)) for code in codes):
        return ()
    ways: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for code in codes:
        parts = tuple(_PART.findall(code))
        ways.setdefault(tuple(_kind(part) for part in parts), []).append(parts)
    return tuple((_pattern(shown), shown[0]) for shown in ways.values())


def _kind(part: str) -> str:
    return "digits" if part.isdigit() else "letters" if part.isalpha() else part


def _pattern(shown: list[tuple[str, ...]]) -> re.Pattern[str]:
    wanted = [_group([code[place] for code in shown]) for place in range(len(shown[0]))]
    heads = {code[0].casefold() for code in shown}
    between = _SPACED if len(heads) == 1 and not heads & {"a", "i"} else _JOINED
    joined = between.join(part for part in wanted if part)
    return re.compile(rf"(?<![\w.@/#-])(?<!\w['\u2019]){joined}(?!\w|[-_/@]\w|\.\d)", re.IGNORECASE)


def _group(parts: Iterable[str]) -> str:
    """What takes a part of a code; nothing for a mark, which people write as they like."""
    alike = list(parts)
    first = alike[0]
    if _kind(first) == "letters":
        if len({part.casefold() for part in alike}) == 1:
            return f"({re.escape(first)})"
        return f"([A-Za-z]{{{min(map(len, alike))},{max(map(len, alike))}}})"
    if _kind(first) == "digits":
        widths = {len(part) for part in alike}
        if any(part.startswith("0") for part in alike):
            return rf"(\d{{{min(widths)},{max(widths)}}})"
        fewest = min(widths) - 1 if min(widths) >= LONG else 1
        return rf"(\d{{{fewest},{max(widths) + 1}}})"
    return ""


def _spelled(said: tuple[str, ...], shown: tuple[str, ...]) -> str:
    """The parts of a code as they were said, put together and in capitals or not as one that is shown."""
    parts = iter(said)
    made = ""
    for part in shown:
        if _kind(part) in {"letters", "digits"}:
            own = next(parts)
            made += own.upper() if part.isupper() else own.lower() if part.islower() else own
        else:
            made += part
    return made
