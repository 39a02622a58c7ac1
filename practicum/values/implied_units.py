"""Units that are in the name of a number: "2 hours" are 120 for ``last_minutes``."""

from __future__ import annotations

import re
from typing import Any

from practicum.values.exact import tidy
from practicum.values.slots import Slot
from practicum.values.spans import Span
from practicum.values.unit_table import convert, unit_of, units
from practicum.values.units import resolve_units

_GAP = re.compile(r"[ \u00a0-]?")
_LONGEST_ABBREVIATION = 4
_OTHER_WORDS = frozenset({"min", "in", "at", "days", "turn", "bit", "bits"})
"""Ends of names that mean other things too: ``price_min``."""
_FIRST_WORDS = frozenset({"seconds", "minutes", "hours", "days", "weeks"})
"""Units that names begin with, ``days_overdue``, or are. Behind another word they may be counted otherwise:
two weeks are ten ``working_days``."""
_COUNTED = frozenset({"time", "mass", "length", "volume", "data", "temperature", "speed"})
"""Kinds of units that people say now in one unit, now in another."""


def in_own_unit(slot: Slot, numbers: list[Span], text: str) -> list[Span]:
    """Return numbers in the unit that a slot's name begins or ends with, where ``text`` says another."""
    own = _unit_in_name(slot)
    if own is None:
        return numbers
    named = {one.start: one for one in resolve_units(text)}
    return [_converted(number, own, named, text) for number in numbers]


def is_in_own_unit(slot: Slot, number: Span, text: str) -> bool:
    """Whether ``text`` says a number in the very unit that a slot's name begins or ends with."""
    own, gap = _unit_in_name(slot), _GAP.match(text, number.end)
    start = gap.end() if gap else number.end
    return own is not None and any(one.start == start and own in one.values for one in resolve_units(text))


def _unit_in_name(slot: Slot) -> str | None:
    first, last = (slot.name_words[0], slot.name_words[-1]) if slot.name_words else ("", "")
    if first in _FIRST_WORDS:
        return unit_of(first)
    telling = len(last) > _LONGEST_ABBREVIATION or (len(slot.name_words) > 1 and last not in _OTHER_WORDS)
    unit = unit_of(last) if telling and len(last) > 1 else None
    return unit if unit is not None and units()[unit].kind in _COUNTED else None


def _converted(number: Span, own: str, named: dict[int, Span], text: str) -> Span:
    gap = _GAP.match(text, number.end)
    said = named.get(gap.end() if gap else number.end)
    kind = units()[own].kind
    other = next((unit for unit in said.values if units()[unit].kind == kind), own) if said else own
    if said is None or other == own:
        return number
    values: tuple[Any, ...] = tuple(tidy(round(convert(value, other, own), 6)) for value in number.values)
    return Span(number.start, said.end, text[number.start : said.end], values)
