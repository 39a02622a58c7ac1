"""The reviewed table of units: one symbol a unit, with the names and symbols people use."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

from practicum.values.spans import phrase_key
from practicum.values.tables import table


@dataclass(frozen=True)
class Unit:
    """One unit."""

    symbol: str
    """The canonical spelling: a short symbol that pint parses, such as "kg" or "degC"."""
    kind: str
    """What it measures: units of one kind convert into each other."""
    names: tuple[str, ...]
    """Singular, plural, then other names, in words."""
    symbols: tuple[str, ...]
    """Other short spellings, case as written."""

    @property
    def spellings(self) -> tuple[str, ...]:
        """All spellings that mean this unit when they stand alone."""
        return (self.symbol, *self.symbols, *self.names)


@functools.cache
def units() -> dict[str, Unit]:
    """Return the units by symbol."""
    found: dict[str, Unit] = {}
    for kind, members in table("units").items():
        for symbol, (names, symbols) in members.items():
            spoken = tuple(name.replace("_", " ") for name in names.split())
            written = tuple(mark.replace("_", " ") for mark in symbols.split())
            found.setdefault(symbol, Unit(symbol, kind, spoken, written))
    return found


@functools.cache
def exact_spellings() -> dict[str, str]:
    """Return symbols and names, case as written, to canonical symbols; the first wins."""
    found: dict[str, str] = {}
    for unit in units().values():
        for spelling in unit.spellings:
            found.setdefault(spelling, unit.symbol)
            found.setdefault(spelling.replace(" ", "_"), unit.symbol)
    return found


@functools.cache
def folded_spellings() -> dict[str, str]:
    """Return spellings without case to canonical symbols, where only one unit claims them."""
    claims: dict[str, set[str]] = {}
    for spelling, symbol in exact_spellings().items():
        claims.setdefault(spelling.casefold(), set()).add(symbol)
        claims.setdefault(phrase_key(spelling), set()).add(symbol)
    preferred = {
        "mb": "MB",
        "mbps": "Mbit/s",
        "kb": "kB",
        "gb": "GB",
        "mw": "MW",
        "nm": "nm",
        "c": "degC",
        "f": "degF",
        "cal": "cal",
    }
    single = {key: next(iter(symbols)) for key, symbols in claims.items() if len(symbols) == 1 and key}
    return single | preferred


_PREFIXES = {"m": "milli", "M": "mega"}
"""Those that only case tells apart."""
_OF_DATA = {"k": "kilo", "M": "mega", "G": "giga", "T": "tera", "P": "peta"}
_BINARY = {"Ki": "kibi", "Mi": "mebi", "Gi": "gibi", "Ti": "tebi", "Pi": "pebi"}


@functools.cache
def told_by_case() -> dict[str, Unit]:
    """Return the units of spellings that only their case tells from one of the table: "mPa", "Mg", "Kb".

    Read without case they would be off by a factor of up to a thousand million.
    """
    made: dict[str, Unit] = {"Mt": Unit("Mt", "mass", ("megatonne", "megatonnes"), ())}
    for spelling, symbol in exact_spellings().items():
        other = _with_other_prefix(spelling, units()[symbol])
        if other is not None:
            made.setdefault(other.symbol, other)
    made |= _bits_and_bytes()
    named: dict[str, Unit] = {}
    found = {
        spelling: named.setdefault(unit.names[0], _listed(unit))
        for spelling, unit in made.items()
        if spelling not in exact_spellings()
    }
    return found | {name: unit for unit in found.values() for name in (unit.symbol, *unit.names)}


def _with_other_prefix(spelling: str, unit: Unit) -> Unit | None:
    """Return the megapascal of a millipascal, and the other way round; None of what has neither prefix."""
    prefix, rest = spelling[:1], spelling[1:]
    base = units().get(exact_spellings().get(rest, ""))
    if prefix not in _PREFIXES or base is None or unit.kind.startswith("data"):
        return None
    if unit.names[0] != _PREFIXES[prefix] + base.names[0] or (len(rest) > 2 and rest != base.symbol):
        return None  # "min" is no milli-inch
    other = prefix.swapcase()
    return Unit(other + rest, unit.kind, tuple(_PREFIXES[other] + name for name in base.names[:2]), ())


def _bits_and_bytes() -> dict[str, Unit]:
    """Return the units of data and of its rates by spellings with a prefix; b is a bit, B a byte."""
    found = {"b": units()["bit"]}
    for prefix, name in (_OF_DATA | _BINARY).items():
        for short, symbol, word in (("b", "bit", "bit"), ("B", "B", "byte")):
            one = Unit(f"{prefix}{symbol}", "data", (f"{name}{word}", f"{name}{word}s"), ())
            per_second = tuple(f"{each} per second" for each in one.names)
            rate = Unit(f"{one.symbol}/s", "data rate", per_second, ())
            for written in {prefix, prefix.replace("k", "K")}:
                found[f"{written}{short}"] = one
                found |= dict.fromkeys((f"{written}{short}ps", f"{written}{short}/s"), rate)
    return found


def _listed(unit: Unit) -> Unit:
    """Return the table's own unit of a name, the unit itself where the table has none."""
    return units().get(exact_spellings().get(unit.names[0], ""), unit)


def unit_named(symbol: Any) -> Unit | None:
    """Return the unit of a canonical symbol, None when there is none."""
    found = units().get(symbol) or told_by_case().get(symbol)
    return found if found is not None and found.symbol == symbol else None


def symbols_of(written: str) -> tuple[str, ...]:
    """Return the canonical symbols of a short spelling within a text, likelier first; () of none.

    What differs from another unit by its case alone may have been written carelessly.
    """
    exact, usual = exact_spellings().get(written), folded_spellings().get(written.casefold())
    told = told_by_case().get(written)
    if exact or told is None:
        return tuple(symbol for symbol in (exact or usual,) if symbol)
    careless = written.startswith("M") and not told.kind.startswith("data")
    ordered = (usual, told.symbol) if careless else (told.symbol, usual)
    return tuple(dict.fromkeys(symbol for symbol in ordered if symbol))


def careless(one: str, other: str) -> bool:
    """Whether two spellings differ by case alone, and as careless people's do: "mb" and "MB", "ml" and "ML".

    Not so "mW" and "MW": who writes one of them in both cases knows what they tell. Nor "kn", a knot,
    and "kN", "mbps", which is of bits, and "MBps", or "mv" and "MV", which is how a megavolt is written.
    """
    one, other = one.strip(), other.strip()
    if one == other or one.casefold() != other.casefold() or len(one) < 2:
        return False
    low, high = (one, other) if one.islower() else (other, one)
    if not low.islower():
        return False
    meant, told = unit_of(low), unit_of(high)
    if told in {meant, folded_spellings().get(low)}:
        return True
    if high.isupper():
        return told != high
    likely = meant != low and not low.endswith("bps") and high in exact_spellings()
    return likely and _kind_of(meant) == _kind_of(told)


def _kind_of(symbol: str | None) -> str | None:
    unit = unit_named(symbol)
    return None if unit is None else unit.kind


_POWER_OF_NUMBER = re.compile(r"[\d)]\s*(?:\*\*|\^)|\d{2}")
"""pint works it out: the digits of 9**9**9**9 would not end in a lifetime."""


@functools.lru_cache(maxsize=4096)
def unit_of(spelling: str) -> str | None:
    """Return the canonical symbol of a unit's spelling, None when it is unknown.

    What the table does not know is left to pint, where it stands for a unit of
    the table under another name; "kilos" never gets there, which pint reads as
    kiloseconds.
    """
    plain = spelling.strip()
    known = exact_spellings().get(plain)
    if known is None and plain in told_by_case():
        return told_by_case()[plain].symbol
    folded = folded_spellings()
    return known or folded.get(plain.casefold()) or folded.get(phrase_key(plain)) or _by_pint(plain)


def _by_pint(spelling: str) -> str | None:
    """Return the unit of the table that pint reads ``spelling`` as, by converting."""
    if not 2 < len(spelling) < 40 or not any(mark in spelling for mark in ("/", "*", "^", " per ")):
        return None
    if _POWER_OF_NUMBER.search(spelling):
        return None
    try:
        read = registry().parse_units(spelling)
    except Exception:  # noqa: BLE001 - pint raises its own, tokenize's and arithmetic errors on words
        return None
    return _by_size().get(_size(read))


def _size(unit: object) -> tuple[str, str] | None:
    """Return a unit's dimensions and its size in base units: equal units, equal sizes."""
    try:
        base = registry().Quantity(1, unit).to_base_units()
    except Exception:  # noqa: BLE001 - offset units and the like have no size
        return None
    return (str(base.dimensionality), f"{base.magnitude:.9g}") if base.magnitude else None


@functools.cache
def _by_size() -> dict[tuple[str, str] | None, str]:
    sizes: dict[tuple[str, str] | None, str] = {}
    for symbol in units():
        try:
            sizes.setdefault(_size(registry().parse_units(symbol.replace("^", "**"))), symbol)
        except Exception:  # noqa: BLE001, S112 - a symbol that pint lacks has no size
            continue
    sizes.pop(None, None)
    return sizes


def convert(value: float, unit: str, other: str) -> float:
    """Return a number of one unit in another of its kind, both by symbol."""
    quantity = registry().Quantity(value, unit.replace("^", "**"))
    return float(quantity.to(other.replace("^", "**")).magnitude)


@functools.cache
def registry() -> Any:
    """Return the unit registry of pint, made once: it takes half a second."""
    import pint

    return pint.UnitRegistry()
