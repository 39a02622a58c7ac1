"""Airports: IATA codes, names of airports, and the cities they serve."""

from __future__ import annotations

import functools
import random
import re
from typing import Any

from practicum.values.countries import name_lexicon, resolve_countries
from practicum.values.gazetteer import (
    airports,
    airports_of_town,
    city_names,
    find_large_cities,
    find_towns,
    large_cities,
    towns,
)
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Lexicon, Span, find_codes, phrase_key, prefer, settle, word_set
from practicum.values.tables import table

_PER_TOWN = 3
"""Airports offered for a town: the main ones, a decoder need not see its airfields."""
_LIES_IN = re.compile(r"(?:,| in| \()\s?(?:the )?")
"""Between a place and the country where it is."""
_FEW = 3
"""Airports of a country up to which the one that is called international is the one that is meant."""
_KIND = re.compile(r"\s+(?:international\s+)?(?:airport|airfield|aerodrome|air base)\b.*$", re.IGNORECASE)
_GENERIC = word_set("international airport municipal regional county city airfield north south east west")


@functools.cache
def main_airports() -> dict[str, str]:
    """Return the reviewed cities by the IATA codes of their airports."""
    found: dict[str, str] = {}
    for city, (_, codes, _) in large_cities().items():
        for code in codes:
            found.setdefault(code, city)
    return found


@functools.cache
def _name_lexicon() -> Lexicon:
    """Return names of airports, with and without "International Airport", and nicknames."""
    entries: dict[str, list[str]] = {n: [c] for n, c in table("airports")["names"].items()}
    for code in sorted(airports(), key=lambda c: c not in main_airports()):
        name = airports()[code]["name"]
        entries.setdefault(name.lower(), []).append(code)
        short = _KIND.sub("", name)
        if code in main_airports() and len(short) > 4 and phrase_key(short) not in _cities():
            entries.setdefault(short.lower(), []).append(code)
    for town in towns():
        entries.setdefault(f"{town} airport", []).extend(_codes_of_town(town))
    for city, (_, codes, _) in large_cities().items():
        entries[f"{phrase_key(city)} airport"] = list(codes[:_PER_TOWN])
    return Lexicon(
        {n: c for n, c in entries.items() if set(phrase_key(n).split()) - _GENERIC},
        capitalised=("love field",),
    )


@functools.cache
def _cities() -> frozenset[str]:
    return frozenset(phrase_key(city) for city in large_cities())


@functools.cache
def _codes() -> dict[str, list[str]]:
    """Return IATA codes by IATA and ICAO code."""
    icao = {a["icao"]: [code] for code, a in airports().items() if a["icao"]}
    return icao | {code: [code] for code in airports()}


def resolve_airports(text: str) -> list[Span]:
    """Return the airports of ``text`` by IATA code: codes, names, cities, countries with one airport."""
    lowercase = frozenset(code.lower() for code in table("airports")["lowercase"])
    exact = [*_name_lexicon().find(text), *find_codes(text, _codes(), lowercase=lowercase)]
    small = [Span(s.start, s.end, s.text, _codes_of_town(s.values[0])) for s in find_towns(text)]
    cities = [
        Span(s.start, s.end, s.text, large_cities()[s.values[0]][1][:_PER_TOWN])
        for s in find_large_cities(text)
    ]
    lands = _by_country(text)
    found = prefer(settle([*exact, *cities]), lands, small)
    found = [s for s in found if s not in lands or not _only_where(text, s, found)]
    found = [s for s in found if not _country_name(text, s) and not _is_told(text, s, exact)]
    return _in_named_countries(text, found)


def _in_named_countries(text: str, found: list[Span]) -> list[Span]:
    """Leave, of places of one name, those in a country that ``text`` names: "Queenstown, New Zealand"."""
    named = {code for one in resolve_countries(text) for code in one.values}

    def there(one: Span) -> tuple[Any, ...]:
        return tuple(code for code in one.values if airports()[code]["country"] in named) or one.values

    return [Span(s.start, s.end, s.text, there(s)) for s in found] if named else found


def _by_country(text: str) -> list[Span]:
    """Return the countries and islands of ``text`` that have one airport to speak of: Malta, Curacao."""
    named = [(s, _airport_of(s.values[0])) for s in name_lexicon().find(text)]
    named += [(s, s.values[0]) for s in _lands().find(text)]
    return [Span(s.start, s.end, s.text, (code,)) for s, code in named if code]


def _only_where(text: str, land: Span, found: list[Span]) -> bool:
    """Whether a country says no more than where the place before it is: "Pokhara, Nepal"."""
    return any(_LIES_IN.fullmatch(text[one.end : land.start]) for one in found if one.end <= land.start)


@functools.cache
def _lands() -> Lexicon:
    """Return reviewed countries and islands with the airport that is meant by them."""
    return Lexicon({name: [code] for name, code in table("airports")["lands"].items()})


@functools.cache
def _airport_of(country: str) -> str | None:
    """Return the one airport of a country (alpha-2), or its one international airport; else None."""
    if country in table("airports")["main"]:
        return str(table("airports")["main"][country])
    of_country = [code for code, airport in airports().items() if airport["country"] == country]
    if len(of_country) > _FEW:
        return None
    international = [code for code in of_country if "International" in airports()[code]["name"]]
    return next((found[0] for found in (of_country, international) if len(found) == 1), None)


def _is_told(text: str, city: Span, airports_named: list[Span]) -> bool:
    """Whether what follows says which of a city's airports is meant: "New York (JFK)", "Tokyo Narita"."""
    return any(
        text[city.end : named.start] in {" (", ", ", " ", "-"}
        and named.values[0] in city.values
        and named != city
        for named in airports_named
    )


def _codes_of_town(town: str) -> tuple[str, ...]:
    return tuple(airport["iata"] for airport in airports_of_town(town))[:_PER_TOWN]


def _country_name(text: str, one: Span) -> bool:
    """Whether a code is a country said in capitals: "the USA"."""
    return one.text in {"USA", "UAE", "THE"} and one.text != text.strip()


def _verbalise(value: Any) -> tuple[str, ...]:
    """Return code, city and names of an airport, as far as they lead back to it.

    The bare city comes first for its first airport only: "Tokyo" hardly means Narita.
    """
    code = _canonical(value)
    airport = airports().get(code)
    if airport is None:
        return ()
    city = main_airports().get(code, airport["city"])
    nicknames = [n.title() for n, c in table("airports")["names"].items() if c == code]
    names = (code, f"{city} ({code})", airport["name"], _KIND.sub("", airport["name"]), *nicknames)
    first = large_cities().get(city, ("", (code,), ""))[1][0] == code
    ordered = (city, *names) if first else (*nicknames, *names, city)
    return tuple(name for name in dict.fromkeys(ordered) if _leads_to(name, code))


def _leads_to(name: str, code: str) -> bool:
    """Whether a name means the airport, alone and within a sentence."""
    return all(any(code in s.values for s in resolve_airports(text)) for text in (name, f"to {name} now"))


def _canonical(value: Any) -> Any:
    text = str(value).strip()
    if text.upper() in airports():
        return text.upper()
    by_icao = [code for code, a in airports().items() if a["icao"] == text.upper()] if len(text) == 4 else []
    known = by_icao or [v for s in resolve_airports(text[:80]) if s.text == text for v in s.values]
    return known[0] if known else value


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    airport = airports().get(_canonical(value))
    if airport is None:
        return (value,)
    return (airport["iata"], airport["icao"] or None, airport["name"], airport["city"])


def _known_names() -> tuple[str, ...]:
    return (*_name_lexicon(), *city_names(), *main_airports())


def _draw(rng: random.Random) -> str:
    return rng.choice(list(main_airports()))


FORMATS = (
    ValueFormat(
        "airport", _verbalise, resolve_airports, _draw, _canonical, _forms,
        ("IATA", "ICAO", "airport name|name of the airport"), _known_names,
    ),
)  # fmt: skip
