"""Tools about airports, countries and their parts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Literal

from practicum.tools.almanac.fields import choice, one_of, text
from practicum.tools.effects import read_only

AS_OF = dt.date(2026, 1, 1)
"""The day whose currencies count; babel would ask the clock."""

_NEWER_TENDER = {"BG": ("EUR",)}
"""Changes that babel's data does not have yet: Bulgaria joined the euro on 2026-01-01."""

_FACTS = ("name", "alpha-2", "numeric", "flag", "currency", "languages", "time zones")


def current_tender(alpha_2: str) -> list[str]:
    """Return the codes of the currencies that a territory pays with, its own before a neighbour's."""
    from babel.numbers import get_territory_currencies

    if alpha_2 in _NEWER_TENDER:
        return list(_NEWER_TENDER[alpha_2])
    codes: list[str] = get_territory_currencies(alpha_2, start_date=AS_OF)
    # babel goes by age: the rand of South Africa comes before the dollar of Namibia.
    return sorted(codes, key=lambda code: not code.startswith(alpha_2))


@lru_cache(maxsize=2)
def _airports(kind: Literal["IATA", "ICAO"]) -> dict[str, Any]:
    import airportsdata

    return dict(airportsdata.load(kind))


@read_only
def airport_distance(
    origin: Annotated[
        str, text("IATA code of the airport to leave from", "LHR", longest=3, json_format="airport")
    ],
    destination: Annotated[
        str, text("IATA code of the airport to fly to", "JFK", longest=3, json_format="airport")
    ],
    unit: Annotated[Literal["km", "mi", "nmi"], choice("Unit of the distance", "km", "mi")] = "km",
) -> dict[str, Any]:
    """Measure how far apart two airports are, along the great circle.

    Returns: both airports' names and the distance.
    Raises: ValueError for a code that no airport has.
    """
    import haversine

    start, end = _by_iata(origin), _by_iata(destination)
    points = [(airport["lat"], airport["lon"]) for airport in (start, end)]
    distance = haversine.haversine(*points, unit=haversine.Unit(unit))
    return {"from": start["name"], "to": end["name"], "distance": round(distance), "unit": unit}


def _by_iata(code: str) -> Any:
    airports = _airports("IATA")
    if code in airports:
        return airports[code]
    known = [iata for iata, airport in airports.items() if code in {iata.lower(), airport["icao"]}]
    hint = f"; its IATA code is {known[0]}" if known else ""
    raise ValueError(f"no airport has the IATA code {code!r}: a code is three capital letters{hint}")


@read_only
def airport_details(
    icao_code: Annotated[str, text("Four-letter ICAO code of the airport", "EDDF", "KSFO", longest=4)],
) -> dict[str, Any]:
    """Look up an airport by its ICAO code: name, city, country, elevation and position.

    Returns: the airport; elevation in feet, latitude and longitude in degrees.
    Raises: ValueError for a code that no airport has.
    """
    airports = _airports("ICAO")
    if icao_code not in airports:
        known = [icao for icao, airport in airports.items() if icao_code in {icao.lower(), airport["iata"]}]
        hint = f"; its ICAO code is {known[0]}" if known else ""
        raise ValueError(f"no airport has the ICAO code {icao_code!r}: a code is four capitals{hint}")
    fields = ("name", "city", "country", "iata", "elevation", "lat", "lon", "tz")
    return {field: airports[icao_code][field] for field in fields}


@read_only
def country_fact(
    country: Annotated[str, text("Country, as ISO alpha-3 code", "BRA", longest=3, json_format="country")],
    fact: Annotated[str, text("What to look up about the country", "currency", longest=20)],
) -> Any:
    """Look up one fact about a country.

    Returns: a string, or a list of strings.
    Raises: ValueError that lists the facts, or says that no country has the code or the country no such fact.
    """
    import pycountry
    from babel.core import get_global
    from babel.languages import get_official_languages

    countries: Any = pycountry.countries
    found = countries.get(alpha_3=country)
    if found is None:
        raise ValueError(f"Could not find a record for {country!r}: it must be an alpha-3 code, such as BRA")
    look_up: dict[str, Callable[[], Any]] = {
        "name": lambda: found.name,
        "alpha-2": lambda: found.alpha_2,
        "numeric": lambda: found.numeric,
        "flag": lambda: found.flag,
        "currency": lambda: current_tender(found.alpha_2),
        # Some countries, such as the United States, have only languages in fact, by no law.
        "languages": lambda: list(
            get_official_languages(found.alpha_2) or get_official_languages(found.alpha_2, de_facto=True)
        ),
        "time zones": lambda: sorted(get_global("territory_zones").get(found.alpha_2, [])),
    }
    known = look_up[one_of(fact, _FACTS, "fact")]()
    if not known:
        raise ValueError(f"{found.name} has no {fact} on record")
    return known


@read_only
def zip_code_place(
    zip_code: Annotated[
        str, text("ZIP code in the United States, five digits", "10001", "94103", longest=10)
    ],
) -> dict[str, Any]:
    """Tell which city, county and state a ZIP code of the United States belongs to.

    Returns: city, county, state, time zone, latitude and longitude; None for what is not known.
    Raises: ValueError for a code that is malformed or not in use.
    """
    import zipcodes

    find: Any = zipcodes.matching
    places = find(zip_code)
    if not re.fullmatch(r"\d{5}(-?\d{4})?", zip_code.strip()):  # zipcodes cuts off what is too much
        raise ValueError('Invalid format, zipcode must be of the format: "#####" or "#####-####"')
    if not places:
        raise ValueError(f"no place has the ZIP code {zip_code!r}")
    place = places[0]
    fields = ("city", "county", "state", "timezone")
    position: dict[str, float | None] = {"latitude": float(place["lat"]), "longitude": float(place["long"])}
    if not any(position.values()):  # a post office of the armed forces has no place
        position = dict.fromkeys(position)
    return {**{field: place[field] or None for field in fields}, **position}


@read_only
def subdivision_details(
    code: Annotated[
        str, text("ISO 3166-2 code of a state or province", "US-CA", longest=6, json_format="subdivision")
    ],
) -> dict[str, Any]:
    """Look up a state, province or other part of a country by its ISO 3166-2 code.

    Returns: its local name, its type and its country.
    Raises: LookupError for an unknown code; the message gives codes of the same country.
    """
    import pycountry

    subdivisions: Any = pycountry.subdivisions
    countries: Any = pycountry.countries
    found = subdivisions.get(code=code)
    if found is None:
        siblings = subdivisions.get(country_code=code.partition("-")[0].upper()) or ()
        codes = ", ".join(sorted(part.code for part in siblings)[:20])
        hint = f"; codes of that country are {codes}" if codes else "; a code looks like US-CA"
        raise LookupError(f"Could not find a record for {code!r}{hint}")
    country = countries.get(alpha_2=found.country_code).name
    return {"name": found.name, "type": found.type, "country": country}
