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
_DEGREES = re.compile(r"^deg(?:rees?)?[ _-](c|f|k|celsius|centigrade|fahrenheit|kelvin)$", re.IGNORECASE)
_SCALES = {"c": "celsius", "f": "fahrenheit", "k": "kelvin"}
_AMERICAN = re.compile(
    r"^US[ _-](?:liquid[ _-])?(?=(?:gallon|quart|cup|tablespoon|teaspoon|fluid[ _]ounce|gill|bushel)s?$)",
    re.IGNORECASE,
)
"""What pint has no second name for: its measures of volume are those of the United States."""
_MICRO = re.compile(r"^(?:u|mc|\N{GREEK SMALL LETTER MU})(?=[a-zA-Z]{1,3}$)")
_OBSCURE = frozenset(
    [
        "barn",
        "baud",
        "point",
        "speed_of_light",
        "decade",
        "pi",
        "elementary_charge",
        "boltzmann_constant",
        "molar_gas_constant",
        "number_meter",
        "number_english",
        "gilbert",
    ]
)
_UNPREFIXED = frozenset(
    ["hour", "day", "minute", "week", "unified_atomic_mass_unit", "percent", "micron", "angstrom"]
)
"""Units whose symbols pint takes after any prefix: "mu" for a thousandth of an atomic mass unit."""
_LARGE_ONLY = {"year": ("kilo", "mega", "giga"), "metric_ton": ("kilo", "mega", "giga")}
_NOT_WITH_ONE_LETTER = frozenset(["quecto", "ronto", "yocto", "zepto", "quetta", "ronna", "yotta", "zetta"])
_MEANT = {
    '"': "inch",
    "'": "foot",
    "AU": "astronomical_unit",
    "C": "celsius",
    "F": "fahrenheit",
    "KB": "kilobyte",
    "Nm": "newton*meter",
    "PS": "metric_horsepower",
    "bbl": "oil_barrel",
    "fl oz": "fluid_ounce",
    "ft lb": "foot_pound",
    "ft lbf": "foot_pound",
    "ft*lb": "foot_pound",
    "ft-lb": "foot_pound",
    "ft-lbs": "foot_pound",
    "lb/in^2": "psi",
    "lb/in2": "psi",
    "lb/in²": "psi",
    "mil": "thou",
    "mils": "thou",
    "mm Hg": "mmHg",
    "mpg": "mile/gallon",
    "pound per square inch": "psi",
    "pounds per square inch": "psi",
    "kmh": "km/h",
    "sqft": "square foot",
    "sqm": "square meter",
    "st": "stone",
    "wk": "week",
}
"""Spellings that pint lacks, or reads as coulomb and farad."""


@lru_cache(maxsize=1)
def registry() -> Any:
    """Return the process' pint registry: units convert only within one registry."""
    import pint

    return pint.UnitRegistry()


def parse_unit(text: str) -> Any:
    """Return the pint unit that ``text`` names: names, powers to 4, ``*``, ``/``, "per", and hyphens.

    Raises:
        ValueError: it names no unit that people mean; the message names units that are close.
    """
    unit = registry().Unit("")
    plain = _plain(text)
    for position, part in enumerate(re.split(r"/|\sper\s", plain)):
        if position == 0 and part.strip() == "1" and plain != part:
            continue  # 1/s
        for term in re.split(r"[*·]", part):
            factor = _named(term.strip(), text)
            unit = unit * factor if position == 0 else unit / factor
    return unit


def _plain(text: str) -> str:
    """The spelling that pint knows: no dots of abbreviations, no "(US)", no "degrees" before a scale."""
    dotless = re.sub(r"(?<=[A-Za-z])\.(?=[\s)]|$)|(?<=\bU)\.(?=[SK]\b)", "", text.strip())
    turned = re.sub(r"^(.*\S) \((US|UK|imperial)\)$", r"\2 \1", dotless)
    plain = _DEGREES.sub(lambda match: _SCALES[match[1][0].lower()], turned)
    plain = _AMERICAN.sub("", plain)
    return _MEANT.get(plain, plain).replace("**", "^")


def _named(term: str, whole: str) -> Any:
    """A term, or the product that "newton-meter" and "pascal second" stand for."""
    joined = re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", "_", term)
    try:
        return _term(joined, whole)
    except ValueError:
        words = re.split(r"[-\s]", term)
        if len(words) != 2 or min(map(len, words)) < 4:
            raise
        return _term(words[0], whole) * _term(words[1], whole)


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
    if unit in _UNPREFIXED or prefix not in _LARGE_ONLY.get(unit, (prefix,)):
        return False
    if len(spelling) == 2 and prefix in _NOT_WITH_ONE_LETTER and unit != "byte":
        return False
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
