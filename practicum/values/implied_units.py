"""Units that are in the name of a number: "2 hours" are 120 for ``last_minutes``."""

from __future__ import annotations

import re
from typing import Any

from practicum.values.exact import tidy
from practicum.values.slots import Slot
from practicum.values.spans import Span
from practicum.values.unit_table import convert, unit_named, unit_of
from practicum.values.units import resolve_units

_GAP = re.compile(r"[ \u00a0-]?")
_LONGEST_ABBREVIATION = 4
_OTHER_WORDS = frozenset({"min", "in", "at", "days", "turn", "bit", "bits", "nm"})
"""Ends of names that mean other things too: ``price_min``, nautical miles."""
_DATA = {"kb": "kilobyte", "mb": "megabyte", "gb": "gigabyte", "tb": "terabyte"}
"""What names end with in small letters, which alone may be read otherwise: mb is a millibar, too."""
_FAST = frozenset({"speed", "velocity", "wind", "gust"})
_FIRST_WORDS = frozenset({"seconds", "minutes", "hours", "days", "weeks"})
"""Units that names begin with, ``days_overdue``, or are. Behind another word they may be counted otherwise:
two weeks are ten ``working_days``."""
_COUNTED = frozenset(
    {
        "time",
        "mass",
        "length",
        "volume",
        "data",
        "temperature",
        "speed",
        "area",
        "energy",
        "power",
        "pressure",
    }
)
"""Kinds of units that people say now in one unit, now in another."""
_SPANS = (
    "age break cook cooking delay drive duration interval length lag period prep rest runtime time timeout",
    "travel ttl wait",
)
_SIZES = (
    "altitude depth diameter distance elevation height length radius range screen size thickness width",
)
_HEAT, _ROOM, _WEIGHT = (
    ("ambient temp temperature water",),
    ("capacity fuel milk tank volume water",),
    ("dose load mass payload portion weight",),
)
_SHORT = {
    "l": ("liter", _ROOM),
    "c": ("celsius", _HEAT),
    "f": ("fahrenheit", _HEAT),
    "k": ("kelvin", _HEAT),
    "m": ("meter", _SIZES),
    "in": ("inch", _SIZES),
    "g": ("gram", _WEIGHT),
    "t": ("tonne", _WEIGHT),
    "s": ("second", _SPANS),
    "h": ("hour", _SPANS),
    "min": ("minute", _SPANS),
}
"""Letters at the end of a name, with the words before them that say which unit they are: ``volume_l``."""


def in_own_unit(slot: Slot, numbers: list[Span], text: str) -> list[Span]:
    """Return numbers in the unit that a slot's name begins or ends with, where ``text`` says another."""
    own = unit_in_name(slot)
    if own is None:
        return numbers
    named = {one.start: one for one in resolve_units(text)}
    return [_converted(number, own, named, text) for number in numbers]


def is_in_own_unit(slot: Slot, number: Span, text: str) -> bool:
    """Whether ``text`` says a number in the very unit that a slot's name begins or ends with."""
    own, gap = unit_in_name(slot), _GAP.match(text, number.end)
    start = gap.end() if gap else number.end
    return own is not None and any(one.start == start and own in one.values for one in resolve_units(text))


def unit_in_name(slot: Slot) -> str | None:
    """Return the unit that a slot's name begins or ends with, None where it has none."""
    words = slot.name_words
    first, last = (words[0], words[-1]) if words else ("", "")
    if last == "nights":
        return unit_of("days")  # a week has seven of either
    if first in _FIRST_WORDS:
        return unit_of(first)
    if last in _SHORT and len(words) > 1:
        spelled, telling = _SHORT[last]
        unit = unit_of(spelled)
        told = {word for line in telling for word in line.split()} & {*words[:-1]}
        if unit is not None and (told or _is_described(unit, slot.description)):
            return unit
    written = slot.parameter.rpartition("_")[2]
    if written[-1:].isdigit() and written[:1].isalpha() and "_" in slot.parameter:  # m2 are two words
        last = written.casefold()
    if last in _DATA and len(words) > 1:
        return unit_of(_DATA[last])
    if last == "ms" and _FAST & {*words}:
        return unit_of("m/s")
    telling_end = len(last) > _LONGEST_ABBREVIATION or (len(words) > 1 and last not in _OTHER_WORDS)
    unit = unit_of(last) if telling_end and len(last) > 1 else None
    return unit if _kind(unit) in _COUNTED else None


def _kind(unit: str | None) -> str | None:
    named = unit_named(unit)
    return None if named is None else named.kind


def _is_described(unit: str, description: str) -> bool:
    words = description.casefold()
    named = unit_named(unit)
    said = () if named is None else (*named.names, *(each for each in named.symbols if len(each) > 1))
    return any(re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", words) for name in said)


def kind_in_name(slot: Slot) -> str | None:
    """Return what a slot's unit measures, such as mass; None where its name has no unit."""
    return _kind(unit_in_name(slot))


def kind_said(number: Span, text: str) -> str | None:
    """Return what the unit behind a number measures; None where none stands there, or one of several."""
    gap = _GAP.match(text, number.end)
    start = gap.end() if gap else number.end
    kinds = {_kind(each) for one in resolve_units(text) if one.start == start for each in one.values}
    return kinds.pop() if len(kinds) == 1 else None


def _converted(number: Span, own: str, named: dict[int, Span], text: str) -> Span:
    gap = _GAP.match(text, number.end)
    said = named.get(gap.end() if gap else number.end)
    kind = _kind(own)
    other = next((unit for unit in said.values if _kind(unit) == kind), own) if said else own
    if said is None or other == own:
        return number
    values: tuple[Any, ...] = tuple(tidy(round(convert(value, other, own), 6)) for value in number.values)
    return Span(number.start, said.end, text[number.start : said.end], values)
