"""Units as people write them, read without ever evaluating an expression.

pint accepts any prefix before any name, so that "kilos" is kiloseconds and "minch"
milliinches. Here a prefix counts only where its spelling fits the unit's: a name
before a name (kilo + gram), a symbol before a symbol (k + g).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_COMMON = (
    "meter kilometer km centimeter cm millimeter mile yard foot inch nautical_mile kilogram kg gram "
    "milligram pound lb ounce stone tonne liter milliliter deciliter cup tablespoon teaspoon pint quart "
    "gallon imperial_gallon fluid_ounce second minute hour day week year celsius fahrenheit kelvin km/h mph "
    "knot m/s square_meter square_foot hectare acre joule calorie kilocalorie kilowatt_hour watt kilowatt "
    "horsepower pascal bar psi newton byte kilobyte kB megabyte gigabyte bit degree radian"
)
"""Units to suggest when one is not understood, in one string to keep the table small."""

_TERM = re.compile(r"(?:(square|cubic)[ _])?([^\d^*/²³]+?)(?:\^?([1-4])|([²³]))?")
_POWERS = {"square": 2, "cubic": 3, "²": 2, "³": 3}
_MICRO = re.compile(r"^(?:u|mc|\N{GREEK SMALL LETTER MU})(?=[a-zA-Z]{1,3}$)")
_OBSCURE = frozenset({"barn", "baud", "point", "speed_of_light", "decade"})
_MEANT = {
    "C": "celsius",
    "F": "fahrenheit",
    "KB": "kilobyte",
    "fl oz": "fluid_ounce",
    "kmh": "km/h",
    "sqft": "square foot",
    "sqm": "square meter",
}
"""Spellings that pint lacks, or reads as coulomb and farad."""


@lru_cache(maxsize=1)
def registry() -> Any:
    """Return the process' pint registry: units convert only within one registry."""
    import pint

    return pint.UnitRegistry()


def parse_unit(text: str) -> Any:
    """Return the pint unit that ``text`` names: names, powers to 4, ``*``, ``/`` and "per".

    Raises:
        ValueError: it names no unit that people mean; the message names units that are close.
    """
    unit = registry().Unit("")
    for position, part in enumerate(re.split(r"/|\sper\s", _MEANT.get(text, text).replace("**", "^"))):
        for term in re.split(r"[*·]", part):
            factor = _term(term.strip(), text)
            unit = unit * factor if position == 0 else unit / factor
    return unit


def _term(term: str, whole: str) -> Any:
    match = _TERM.fullmatch(term)
    if match is None:
        raise ValueError(_unknown(whole))
    size, name, digit, mark = match.groups()
    # "square_foot" is a unit of its own; "square meter" is one squared.
    known = _canonical(term) or _canonical(name)
    if known is None:
        raise ValueError(_unknown(whole))
    if _canonical(term) is not None:
        return registry().Unit(known)
    return registry().Unit(known) ** int(digit or _POWERS.get(size or mark or "", 1))


def _canonical(text: str) -> str | None:
    """The full name of the unit that ``text`` spells, or None when people mean no such unit."""
    underscored = text.strip().replace(" ", "_")
    # A long word is the same unit in capitals; short symbols are not (m, M).
    spellings = [underscored, underscored.lower()] if len(underscored) > 3 else [underscored]
    for spelling in spellings:
        for prefix, unit, _ in registry().parse_unit_name(spelling):
            if unit not in _OBSCURE and (not prefix or _fits(spelling, prefix, unit)):
                return f"{prefix}{unit}"
    return None


def _fits(spelling: str, prefix: str, unit: str) -> bool:
    symbol = registry().get_symbol(unit)
    if spelling.startswith(prefix):
        return len(spelling) - len(prefix) > 2 and not spelling.endswith(f"{prefix}{symbol}")
    short = registry().get_symbol(f"{prefix}{unit}")
    return short in {_MICRO.sub("\N{MICRO SIGN}", spelling), spelling.replace("L", "l")}


def _unknown(text: str) -> str:
    from difflib import get_close_matches

    common = _COMMON.split()
    close = get_close_matches(text.lower().replace(" ", "_"), common, n=4, cutoff=0.5) or common[:8]
    return f"{text!r} is not defined in the unit registry; use a unit such as {', '.join(close)}"
