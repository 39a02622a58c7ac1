"""Units of measure, and quantities: a number with its unit."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Iterator
from typing import Any

from practicum.values.exact import tidy
from practicum.values.numbers import resolve_numbers, verbalise_number
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Lexicon, Span, settle, span, word_set
from practicum.values.unit_table import (
    Unit,
    careless,
    exact_spellings,
    symbols_of,
    unit_named,
    unit_of,
    units,
)

_ENGLISH = word_set("in at a as are am is us me he gal grain turn stone turn pt st hectare mo ac")
"""Symbols that are English words: units only right after a number."""
_AMBIGUOUS = word_set(
    "us au pc ms ps mt gr ct kt kn pa ha min cal erg deg rad fps meg a n nm ns bit bits sec secs"
)
"""Symbols that are abbreviations of other things too: units after a number or a word such as "to"."""
_CONNECTED = re.compile(
    r"(?:^|[(\"'=>\u2192/]|\b(?:to|into|in|from|of|as|and|many|much|per|vs|or|than|units?|using|is|are))\s*$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:\d|[\u00bd\u00bc\u00be]|\d[kKM])[ \u00a0-]?$")
_NUMBER_WORD = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundred|thousand|million|half|dozen|per|few|several|many)[ -]$",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"\s*(?:$|[,.;:?!)=\u2192-]|(?:to|into|in|as|and|or|is|are|equals?|converted|wide|long|tall|by)\b)"
)
_WEAK_NAMES = word_set(
    "second quarter turn bar grain stone meg click are mole knot foot bit henry tesla curie thou kip"
)
"""Names that mean other things too: units only right after a number or a number word."""
_OTHERWISE = word_set("second quarter turn click are foot henry curie")
"""Those of them that a word such as "in" does not make units either."""
_DEGREES = re.compile(r"\bdegrees?\b|\u00b0", re.IGNORECASE)
_BARE_DEGREES = ("degC", "degF", "deg")
_ANGLES = re.compile(
    r"\b(?:radians?|angle|sine?|cos(?:ine)?|tan(?:gent)?|gradians?|arc|turns?|latitude|rotat\w+)\b",
    re.IGNORECASE,
)


@functools.cache
def _name_lexicon() -> Lexicon:
    return Lexicon({name: [u.symbol] for u in reversed(units().values()) for name in (*u.names, _joined(u))})


def _joined(unit: Unit) -> str:
    """Return plural words a symbol with a slash may be spoken as: "km per h"."""
    return unit.symbol.replace("/", " per ") if "/" in unit.symbol else unit.names[0]


@functools.cache
def _symbol_pattern() -> re.Pattern[str]:
    symbols = {s for u in units().values() for s in (u.symbol, *u.symbols)}
    known = "|".join(re.escape(s) for s in sorted(symbols, key=len, reverse=True))
    return re.compile(
        rf"(?<![^\W\d_])(?<!\w['\u2019])(?<![\w.]_)(?:{known})(?![^\W_]|[\u00b2\u00b3^*]|/[a-zA-Z])",
        re.IGNORECASE,
    )


def resolve_units(text: str) -> list[Span]:
    """Return the units named in ``text``, in words or by symbol, in order of mention."""
    return settle([*_names(text), *_symbols(text), *_feet_and_inches(text)])


def _names(text: str) -> Iterator[Span]:
    for found in _name_lexicon().find(text):
        if _meant(text, found):
            yield _as_temperature(text, found) if _DEGREES.fullmatch(found.text) else found


def _meant(text: str, one: Span) -> bool:
    """Whether a name such as "stone" or "second" stands where a unit would stand."""
    name = one.text.lower()
    if name not in _WEAK_NAMES or _follows_number(text, one.start):
        return True
    return name not in _OTHERWISE and _CONNECTED.search(text, 0, one.start) is not None


def _as_temperature(text: str, degrees: Span) -> Span:
    """Bare "degrees" are of temperature unless the text speaks of angles."""
    if _ANGLES.search(text):
        return degrees
    return Span(degrees.start, degrees.end, degrees.text, _BARE_DEGREES)


def _follows_number(text: str, position: int) -> bool:
    before = text[max(0, position - 16) : position]
    return bool(_NUMBERED.search(before) or _NUMBER_WORD.search(before))


def _symbols(text: str) -> Iterator[Span]:
    for match in _symbol_pattern().finditer(text):
        symbols = symbols_of(match.group())
        if symbols and _plausible(text, match):
            yield span(text, match.start(), match.end(), *symbols)


def _plausible(text: str, match: re.Match[str]) -> bool:
    """Whether a short symbol stands where a unit would stand."""
    written = match.group()
    if written == text.strip():
        return True
    before = text[max(0, match.start() - 16) : match.start()]
    numbered = _NUMBERED.search(before) is not None
    if written.casefold() == "ps" and not before.strip():
        return False  # a postscript
    if written.casefold() in _ENGLISH:
        return numbered and _CLOSES.match(text, match.end()) is not None
    if len(written) == 1 and written.isalpha() and written not in exact_spellings():
        return numbered
    if len(written) == 1 or written.casefold() in _AMBIGUOUS | _WEAK_NAMES:
        return numbered or _CONNECTED.search(before) is not None
    return True


def _feet_and_inches(text: str) -> Iterator[Span]:
    for match in re.finditer(r"(?<=\d)(['\u2032])(?=\s?\d|[\s,.?!)]|$)|(?<=\d)([\"\u2033])", text):
        yield span(text, match.start(), match.end(), "ft" if match[1] else "in")


def verbalise_unit(value: Any) -> tuple[str, ...]:
    """Return the names and symbols of a unit: "kilograms", "kg", "kilogram", "kilos"."""
    unit = unit_named(unit_of(str(value)))
    if unit is None:
        return ()
    if unit.symbol not in units():
        return (unit.symbol, *unit.names[1:2])
    said = (*unit.names[1:2], unit.symbol, *unit.names, *unit.symbols)
    return tuple(s for s in dict.fromkeys(said) if _alone(s) == unit.symbol)


@functools.lru_cache(maxsize=4096)
def _alone(spelling: str) -> str | None:
    """Return what a spelling means within a sentence, so that no one-letter riddle is spoken."""
    if spelling.casefold() in _ENGLISH | _WEAK_NAMES:
        return None
    whole = [s for s in resolve_units(f"about {spelling} please") if s.text == spelling]
    return whole[0].values[0] if whole else None


def _canonical(value: Any) -> Any:
    return unit_of(value) or value if isinstance(value, str) else value


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    """Return symbol, singular, plural, then every other spelling."""
    unit = unit_named(_canonical(value))
    if unit is None:
        return (value,)
    plural = unit.names[1] if len(unit.names) > 1 else unit.names[0]
    underscored = tuple(s.replace(" ", "_") for s in unit.names[:2] if " " in s)
    return (unit.symbol, unit.names[0], plural, *unit.spellings[1:], *underscored)


def _draw(rng: random.Random) -> str:
    common = [
        u.symbol for u in units().values() if u.kind in {"length", "mass", "temperature", "volume", "speed"}
    ]
    return rng.choice(common if rng.random() < 0.75 else list(units()))


def resolve_quantities(text: str) -> list[Span]:
    """Return numbers followed by their units as strings such as "70 kg"."""
    found = []
    named = {s.start: s for s in resolve_units(text)}
    for number in resolve_numbers(text):
        gap = re.compile(r"[ \u00a0-]?").match(text, number.end)
        unit = named.get(gap.end() if gap else number.end)
        if unit is not None:
            meant = unit.values[:1] if unit.values == _BARE_DEGREES else unit.values
            found.append(span(text, number.start, unit.end, *(f"{number.values[0]} {one}" for one in meant)))
    return found


_QUANTITY = re.compile(r"\s*([-+]?[\d.,]++(?:[eE][-+]?\d+)?)\s*(\S.*)")


def _parts(value: Any) -> tuple[float, str]:
    """Split "70 kg"; raises ``ValueError`` when it is no quantity."""
    match = _QUANTITY.fullmatch(str(value))
    unit = unit_of(match[2]) if match else None
    if match is None or unit is None:
        raise ValueError(value)
    return tidy(float(match[1].replace(",", ""))), unit


def differ_carelessly(one: str, other: str) -> bool:
    """Whether two texts are one number with spellings of a unit that differ as careless people's do."""
    found = _QUANTITY.fullmatch(one), _QUANTITY.fullmatch(other)
    if found[0] is None or found[1] is None or found[0][1] != found[1][1]:
        return False
    return careless(found[0][2], found[1][2])


def _say_quantity(value: Any) -> tuple[str, ...]:
    number, unit = _parts(value)
    plural = verbalise_unit(unit)[0]
    symbol = (f"{number} {unit}",) if unit in verbalise_unit(unit) else ()
    return (*symbol, *(f"{said} {plural}" for said in verbalise_number(number)))


def _normal_quantity(value: Any) -> str:
    number, unit = _parts(value)
    return f"{number} {unit}"


def _is_quantity(value: Any) -> bool:
    match = _QUANTITY.fullmatch(str(value))
    return match is not None and unit_named(match[2]) is not None


def _quantity_forms(value: Any, _: Slot) -> tuple[Any, ...]:
    number, unit = _parts(value)
    named = unit_named(unit)
    return (f"{number} {unit}", f"{number}{unit}", f"{number} {named.names[1]}" if named else None)


def _draw_quantity(rng: random.Random) -> str:
    return f"{rng.randint(1, 500)} {_draw(rng)}"


FORMATS = (
    ValueFormat(
        "unit", verbalise_unit, resolve_units, _draw, _canonical, _forms,
        (r"symbol|abbreviat", r"singular|full name|name of the unit", "plural"), _name_lexicon,
        lambda value: unit_named(value) is not None,
    ),
    ValueFormat(
        "quantity", _say_quantity, resolve_quantities, _draw_quantity, _normal_quantity, _quantity_forms,
        exact=_is_quantity,
    ),
)  # fmt: skip
