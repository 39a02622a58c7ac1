"""Time zones: IANA names, cities, regions and countries, abbreviations, "Tokyo time"."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Iterator
from typing import Any

from practicum.values.countries import country_names, resolve_countries
from practicum.values.gazetteer import (
    airports_of_town,
    city_names,
    find_capitals,
    find_large_cities,
    find_towns,
    large_cities,
    nicknames,
)
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Lexicon, Span, find_codes, prefer, settle, span
from practicum.values.tables import table

_IANA = re.compile(r"(?<![\w/])[A-Z][A-Za-z]+(?:/[A-Za-z0-9_+-]+){1,2}(?![\w/])")
_OFFSET = re.compile(r"\b(?:UTC|GMT)\s?([+\u2212-])\s?(\d{1,2})(?::?00)?(?![\d:])")
_ASKED = re.compile(r"(?:UTC|GMT) (?:offset|difference)|time zone", re.IGNORECASE)
"""Not a zone but what is wanted of one."""
_ABBREVIATION = re.compile(r"[a-z]{2,5}")


@functools.cache
def _zones() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(available_timezones() - {"localtime", "Factory"})


@functools.cache
def _modern() -> dict[str, str]:
    """Return today's names of zones that CLDR and old data call otherwise."""
    return {
        "Asia/Calcutta": "Asia/Kolkata", "Europe/Kiev": "Europe/Kyiv", "Asia/Saigon": "Asia/Ho_Chi_Minh",
        "Asia/Katmandu": "Asia/Kathmandu", "Asia/Rangoon": "Asia/Yangon", "Atlantic/Faeroe": "Atlantic/Faroe",
        "America/Buenos_Aires": "America/Argentina/Buenos_Aires", "America/Godthab": "America/Nuuk",
        "America/Indianapolis": "America/Indiana/Indianapolis", "Pacific/Truk": "Pacific/Chuuk",
        "Pacific/Ponape": "Pacific/Pohnpei", "America/Louisville": "America/Kentucky/Louisville",
        "America/Coral_Harbour": "America/Atikokan", "Pacific/Enderbury": "Pacific/Kanton",
        "America/Catamarca": "America/Argentina/Catamarca", "America/Cordoba": "America/Argentina/Cordoba",
        "America/Jujuy": "America/Argentina/Jujuy", "America/Mendoza": "America/Argentina/Mendoza",
        "Africa/Asmera": "Africa/Asmara", "Etc/UTC": "UTC", "Etc/GMT": "UTC", "GMT": "UTC",
    }  # fmt: skip


@functools.lru_cache(maxsize=2048)
def zone_of(name: str) -> str | None:
    """Return the IANA name that a zone's name or alias stands for today, None when unknown."""
    from babel.core import get_global

    exact = name if name in _zones() else _by_case().get(name.replace(" ", "_").casefold())
    if exact is None:
        return None
    old = str(get_global("zone_aliases").get(exact, exact))
    return _modern().get(old, old)


@functools.cache
def _by_case() -> dict[str, str]:
    return {zone.casefold(): zone for zone in _zones()}


@functools.cache
def _lexicon() -> Lexicon:
    """Return names of zones, regions and the cities that IANA names zones for."""
    reviewed = table("zones")
    entries = {name: [zone_of(zone)] for name, zone in (reviewed["names"] | reviewed["regions"]).items()}
    for zone in sorted(_zones()):
        area, _, city = zone.rpartition("/")
        if (
            area
            and not area.startswith(("Etc", "SystemV", "US", "Canada", "Mexico", "Brazil", "Chile"))
            and len(city) > 3
        ):
            entries.setdefault(city.replace("_", " ").lower(), [zone_of(zone)])
    for word in (
        "easter",
        "general",
        "center",
        "knox",
        "reunion",
        "midway",
        "wake",
        "south pole",
        "vincennes",
        "troll",
    ):
        entries.pop(word, None)
    rare = [name for name in entries if name not in reviewed["names"] and name not in reviewed["regions"]]
    return Lexicon(entries, capitalised=(*reviewed["capitalised"], *rare))


def resolve_zones(text: str) -> list[Span]:
    """Return the time zones of ``text`` by IANA name, in order of mention.

    Zones and cities that are named come first; countries count where fewer than
    two are found, those with one zone or one that nearly everybody lives in.
    """
    found = prefer(
        _written(text), settle([*_lexicon_spans(text), *_large(text)]), _capitals(text), _towns(text)
    )
    found = [s for s in found if not _ASKED.match(text, s.start)]
    return found if len({s.values[0] for s in found}) > 1 else prefer(found, _countries(text))


def _written(text: str) -> Iterator[Span]:
    for match in _IANA.finditer(text):
        zone = zone_of(match.group())
        if zone:
            exact = match.group() if match.group() in _zones() else zone
            yield span(text, match.start(), match.end(), zone if exact != zone else exact)
    for match in _OFFSET.finditer(text):
        hours = int(match[2])
        sign = "-" if match[1] == "+" else "+"
        zone = f"Etc/GMT{sign}{hours}" if hours else "UTC"
        if zone in _zones():
            yield span(text, match.start(), match.end(), zone)


def _lexicon_spans(text: str) -> Iterator[Span]:
    """Abbreviations such as EST count in capitals, or before the word time."""
    abbreviations = {
        a.upper(): [zone_of(z)] for a, z in table("zones")["names"].items() if _ABBREVIATION.fullmatch(a)
    }
    lowercase = frozenset({"utc", "gmt", "pst", "cst", "pdt", "edt", "cet", "jst", "est", "ist", "aest"})
    yield from find_codes(text, abbreviations, lowercase=lowercase)
    for one in _lexicon().find(text):
        if not _ABBREVIATION.fullmatch(one.text.lower()) or one.text.upper() not in abbreviations:
            yield one


def _large(text: str) -> Iterator[Span]:
    for one in find_large_cities(text):
        yield Span(one.start, one.end, one.text, (zone_of(large_cities()[one.values[0]][0]),))


def _capitals(text: str) -> Iterator[Span]:
    for one in find_capitals(text):
        yield Span(one.start, one.end, one.text, (zone_of(one.values[0]),))


def _towns(text: str) -> Iterator[Span]:
    for one in find_towns(text):
        zones = [zone_of(airport["tz"]) for airport in airports_of_town(one.values[0])]
        yield Span(one.start, one.end, one.text, tuple(dict.fromkeys(filter(None, zones)))[:1])


def _countries(text: str) -> Iterator[Span]:
    for one in resolve_countries(text):
        zone = zone_of_country(one.values[0])
        if zone:
            yield Span(one.start, one.end, one.text, (zone,))


@functools.cache
def zone_of_country(country: str) -> str | None:
    """Return the one zone of a country, or the one nearly everybody lives in; else None."""
    from babel.core import get_global

    reviewed = table("zones")["countries"].get(country)
    zones = get_global("territory_zones").get(country, [])
    chosen = reviewed or (zones[0] if len(zones) == 1 else None)
    return zone_of(chosen) if chosen else None


def _verbalise(value: Any) -> tuple[str, ...]:
    """Return the cities and names that mean a zone: "New York", "Eastern time", "NYC"."""
    zone = zone_of(str(value))
    if zone is None:
        return ()
    city = zone.rpartition("/")[2].replace("_", " ")
    large = [n for n, (z, _, _) in large_cities().items() if zone_of(z) == zone]
    names = [city, *large] if "/" in zone and not zone.startswith("Etc/") else []
    names += [nick for name in large[:3] for nick in nicknames(name)]
    names += [_title(name) for name, z in table("zones")["names"].items() if zone_of(z) == zone]
    said = [name for name in dict.fromkeys(names) if _means(name, zone)]
    return tuple(
        dict.fromkeys(
            (*said[:1], *(f"{name} time" for name in said[:1] if "ime" not in name), *said[1:], zone)
        )
    )


def _title(name: str) -> str:
    if _ABBREVIATION.fullmatch(name) and name not in {"zulu"}:
        return name.upper()
    return " ".join(
        w.upper() if w in {"us", "uk"} else w if w == "time" else w.capitalize() for w in name.split()
    )


def _means(name: str, zone: str) -> bool:
    return any(zone in s.values for s in resolve_zones(f"the time in {name} now"))


def _canonical(value: Any) -> Any:
    zone = zone_of(str(value))
    if zone is not None:
        return zone
    spans = [s for s in resolve_zones(str(value)[:60]) if s.text == str(value).strip()]
    return spans[0].values[0] if spans else value


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    return (zone_of(str(value)) or value,)


def _draw(rng: random.Random) -> str:
    return str(zone_of(rng.choice(list(large_cities().values()))[0]))


def _known_names() -> tuple[str, ...]:
    return (*_lexicon(), *city_names(), *country_names())


FORMATS = (
    ValueFormat("time-zone", _verbalise, resolve_zones, _draw, _canonical, _forms, names=_known_names),
)
