"""Cities with their time zones, airports and countries: a reviewed list of large ones, then libraries."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from practicum.values.spans import Lexicon, Span, phrase_key, prefer, shouting, words
from practicum.values.tables import table


@functools.cache
def large_cities() -> dict[str, tuple[str, tuple[str, ...], str]]:
    """Return zone, main airports (largest first) and country of the reviewed cities, by name."""
    return {n: (zone, tuple(codes.split()), c) for n, (zone, codes, c) in table("cities")["cities"].items()}


@functools.cache
def _large_lexicon() -> Lexicon:
    reviewed = table("cities")
    entries = {name: [name] for name in reviewed["cities"]}
    entries |= {alias: [name] for alias, name in reviewed["aliases"].items()}
    return Lexicon(entries, capitalised=reviewed["capitalised"])


def city_named(name: str) -> str | None:
    """Return the reviewed city that ``name`` means, None when it is none."""
    known = _large_lexicon().get(name)
    return str(known[0]) if known else None


def nicknames(city: str) -> tuple[str, ...]:
    """Return other names of a reviewed city that leave no doubt: "NYC", "New York City"."""
    known = (alias for alias, name in table("cities")["aliases"].items() if name == city)
    return tuple(" ".join(map(_capitals_of, alias.split())) for alias in known if len(alias) > 2)


def _capitals_of(word: str) -> str:
    small, short = (
        word in {"the", "of", "am"},
        word in {"nyc", "dc", "atl", "hcmc", "cdmx", "nola"} or "." in word,
    )
    return word if small else word.upper() if short else word.capitalize()


def find_large_cities(text: str) -> list[Span]:
    """Return the reviewed cities that ``text`` names."""
    return _large_lexicon().find(text)


@functools.cache
def airports() -> dict[str, dict[str, Any]]:
    """Return airportsdata's airports by IATA code."""
    import airportsdata

    loaded: Any = airportsdata.load("IATA")
    return dict(loaded)


@functools.cache
def _towns() -> dict[str, tuple[dict[str, Any], ...]]:
    """Return the airports of each town by folded name, international ones first."""
    by_town: dict[str, list[dict[str, Any]]] = {}
    for airport in airports().values():
        for name in {airport["city"], airport["city"].split("/")[0].split("(")[0]}:
            if len(phrase_key(name)) > 2:
                by_town.setdefault(phrase_key(name), []).append(airport)
    return {town: tuple(sorted(found, key=_standing)) for town, found in by_town.items()}


def _standing(airport: dict[str, Any]) -> tuple[bool, bool, bool]:
    """Sort large airports first; the data has no traffic, so the name must tell."""
    name = airport["name"]
    return (
        "International" not in name,
        not airport["icao"],
        airport["country"] == "US" and "Regional" in name,
    )


@functools.cache
def _town_lexicon() -> Lexicon:
    return Lexicon(
        {town: [town] for town in _towns() if town not in set(table("cities")["skipped"])}, capitalised=None
    )


def find_towns(text: str) -> list[Span]:
    """Return the towns with an airport that ``text`` names with a capital, by folded name.

    The first word of a text has a capital anyway: it counts only where a name follows it.
    """
    if shouting(text):
        return []
    return [s for s in _town_lexicon().find(text) if s.start or " " in s.text or _begins_route(text, s.end)]


def _begins_route(text: str, end: int) -> bool:
    following = [w.key for w in words(text) if w.start >= end][:1]
    return following in ([], ["to"], ["and"], ["time"], ["airport"])


def towns() -> tuple[str, ...]:
    """Return the folded names of all towns with an airport."""
    return tuple(_towns())


def airports_of_town(town: str) -> tuple[dict[str, Any], ...]:
    """Return the airports of a town by folded name, larger ones first."""
    return _towns().get(town, ())


@functools.cache
def zones_by_city() -> dict[str, str]:
    """Return time zones by folded city name, as astral's gazetteer has them."""
    from astral import geocoder

    located: Iterable[Any] = geocoder.all_locations(geocoder.database())
    return {phrase_key(place.name): place.timezone for place in located}


@functools.cache
def _capitals() -> Lexicon:
    skipped = set(table("cities")["skipped"])
    return Lexicon(
        {name: [zone] for name, zone in zones_by_city().items() if name not in skipped}, capitalised=None
    )


def find_capitals(text: str) -> list[Span]:
    """Return capitals and large cities of astral's gazetteer, with their time zones."""
    return [] if shouting(text) else _capitals().find(text)


def city_names() -> tuple[str, ...]:
    """Return the names of cities and towns, folded."""
    return (*_large_lexicon(), *_capitals(), *_town_lexicon())


def find_cities(text: str) -> list[Span]:
    """Return the cities that ``text`` names, by English name."""
    others = [Span(s.start, s.end, s.text, (s.text,)) for s in (*find_capitals(text), *find_towns(text))]
    return prefer(find_large_cities(text), others)
