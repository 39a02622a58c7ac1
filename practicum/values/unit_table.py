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
    known = exact_spellings().get(plain) or folded_spellings().get(plain.casefold())
    return known or folded_spellings().get(phrase_key(plain)) or _by_pint(plain)


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
