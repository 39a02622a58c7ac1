"""Tools about time zones, the sun, the moon and durations."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from practicum.tools.almanac.fields import CLOCK_TIME, ISO_MINUTE, day, one_of, text
from practicum.tools.almanac.weekdays import weekday_of
from practicum.tools.effects import read_only

_SUN_EVENTS = ("dawn", "sunrise", "noon", "sunset", "dusk")
_PHASES = ("new moon", "waxing crescent", "first quarter", "waxing gibbous",
           "full moon", "waning gibbous", "last quarter", "waning crescent")  # fmt: skip
# Months and years are left out: they have no fixed length.
_DURATION = re.compile(r"(-)?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)
_OTHER_NAMES = {
    "kyiv": "kiev", "new york city": "new york", "nyc": "new york", "washington": "washington dc",
    "pyongyang": "pyongyang", "ulaanbaatar": "ulan bator", "washington dc": "washington dc",
}  # fmt: skip
_NAMESAKES = frozenset({"kingston", "st johns"})
"""Cities where nobody knows which is meant; Birmingham and Manchester are those in England."""
_LUNAR_MONTH = 28.0
"""astral counts a lunation in 28 steps."""


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """The names of the zones, without those that mean another thing on every machine."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones() - {"localtime", "Factory"})


def _zone(name: str) -> ZoneInfo:
    from difflib import get_close_matches

    try:
        if name not in _zones():  # files beside the zones, such as right/UTC, count leap seconds
            raise ZoneInfoNotFoundError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        last = name.rpartition("/")[2].replace(" ", "_").lower()
        # Etc/GMT+2 is two hours behind UTC: nobody who writes UTC+2 means it.
        zones = {
            zone.rpartition("/")[2].lower(): zone
            for zone in sorted(_zones())
            if "/" in zone and not zone.startswith("Etc/")
        }
        close = [zones[key] for key in get_close_matches(last, zones, n=3)]
        hint = f"; close: {', '.join(close)}" if close else "; it must be an IANA name such as Europe/Paris"
        raise ValueError(f"No time zone found with key {name}{hint}") from error


def _offset(moment: dt.datetime) -> str:
    written = f"{moment:%z}"
    return f"{written[:3]}:{written[3:5]}"


@read_only
def convert_time_zone(
    time: Annotated[
        str, text("Time of day, 24 hours", "15:00", longest=5, pattern=CLOCK_TIME, json_format="time")
    ],
    from_zone: Annotated[str, text("Time zone of the time", "America/New_York", json_format="time-zone")],
    to_zone: Annotated[str, text("Time zone wanted", "Asia/Tokyo", json_format="time-zone")],
    date: Annotated[str, day("Date of the time", "2024-03-05", json_format="date")],
) -> dict[str, str]:
    """Convert a time of day on a date from one time zone to another.

    Returns: date, time, weekday and offset from UTC in the zone wanted.
    Raises: ValueError for an unknown zone; the message names those that are close.
    """
    moment = dt.datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=_zone(from_zone))
    back = moment.astimezone(dt.UTC).astimezone(moment.tzinfo)
    if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise ValueError(f"{time} does not exist in {from_zone} on {date}: clocks go forward then")
    there = moment.astimezone(_zone(to_zone))
    return {
        "date": there.date().isoformat(),
        "time": f"{there:%H:%M}",
        "weekday": weekday_of(there),
        "utc_offset": _offset(there),
    }


@read_only
def utc_offset(
    time_zone: Annotated[str, text("IANA name of the time zone", "Europe/Berlin", json_format="time-zone")],
    date: Annotated[str, day("Day to look at, as YYYY-MM-DD", "2024-07-01")],
) -> dict[str, Any]:
    """Tell how far a time zone is from UTC on a date, and whether daylight saving time applies.

    Returns: the offset at noon, the zone's abbreviation, and whether clocks are moved forward.
    Raises: ValueError for an unknown zone; the message names those that are close.
    """
    noon = dt.datetime.fromisoformat(f"{date}T12:00").replace(tzinfo=_zone(time_zone))
    # In Ireland and Morocco the clocks of winter and Ramadan are the ones that differ from the standard.
    saving = (noon.dst() or dt.timedelta()) > dt.timedelta()
    if time_zone in {"Europe/Dublin", "Eire"}:
        saving = saving or (noon.year > 1971 and bool(noon.utcoffset()))
    return {"utc_offset": _offset(noon), "abbreviation": f"{noon:%Z}", "daylight_saving": saving}


@read_only
def sun_event(
    city: Annotated[str, text("Large city, in English", "London", "Nairobi")],
    date: Annotated[str, day("Date", "2024-06-21", json_format="date")],
    event: Annotated[str, text("The moment of the sun's day to look up", "sunrise", longest=20)],
) -> dict[str, str]:
    """Tell at what local time the sun rises, sets or passes another point of its day in a city.

    Returns: the local time, the time zone and the city as it was understood.
    Raises: ValueError for a city that is not known or not the only one of its name, for an unknown
        event (the message lists the events), or when the sun does not rise or set on that day.
    """
    from astral import sun

    one_of(event, _SUN_EVENTS, "event")
    place = _place(city)
    zone = _zone(place.timezone)
    when = getattr(sun, event)(place.observer, date=dt.date.fromisoformat(date), tzinfo=zone)
    return {"time": f"{when:%H:%M}", "time_zone": place.timezone, "city": f"{place.name}, {place.region}"}


def _place(city: str) -> Any:
    """Find a city by name, or by "name, country"; accents, dots and capitals do not matter."""
    from difflib import get_close_matches

    from astral import geocoder

    places = list(geocoder.all_locations(geocoder.database()))
    name, _, region = (part.strip() for part in city.partition(","))
    wanted = _OTHER_NAMES.get(_folded(city), _folded(city) if not region else _folded(name))
    found = [place for place in places if _folded(place.name) == wanted]
    if region and wanted == _folded(name):
        found = [place for place in found if _folded(region) in _folded(f"{place.region}/{place.timezone}")]
    elif wanted in _NAMESAKES:
        choices = "; ".join(f"{place.name}, {place.region}" for place in found)
        raise ValueError(f"several cities are called {city!r}; say which: {choices}")
    if found:
        return found[0]
    if _folded(city) in geocoder.database():
        raise ValueError(f"{city!r} is a region; name one of its cities")
    names = {_folded(place.name): place.name for place in places}
    close = [names[key] for key in get_close_matches(_folded(name), names, n=3, cutoff=0.7)]
    hint = f"close: {', '.join(close)}" if close else "name a capital nearby, such as Berlin or Tokyo"
    raise ValueError(f"Unrecognised name - {city}; only capitals and large cities are known; {hint}")


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[\W_]+", " ", plain.replace(".", "").replace("'", "")).strip().casefold()


@read_only
def moon_phase(
    date: Annotated[str, day("Night to look at, as YYYY-MM-DD", "2024-03-25")],
) -> dict[str, Any]:
    """Tell the phase of the moon on a date.

    Returns: the phase's name and the days since new moon, in a month of 29.5 days.
    """
    from astral import moon

    age = moon.phase(dt.date.fromisoformat(date)) % _LUNAR_MONTH
    index = round(age / _LUNAR_MONTH * len(_PHASES)) % len(_PHASES)
    return {"phase": _PHASES[index], "age_days": round(age / _LUNAR_MONTH * 29.53, 1)}


@read_only
def add_duration(
    start: Annotated[
        str,
        text(
            "Moment to start from",
            "2024-03-05T22:15",
            longest=16,
            pattern=ISO_MINUTE,
            json_format="date-time",
        ),
    ],
    duration: Annotated[
        str,
        text("ISO 8601 duration to add", "PT1H30M", "P2DT4H", "-PT45M", longest=20, json_format="duration"),
    ],
) -> dict[str, str]:
    """Add a duration, such as an hour and a half, to a moment in time.

    Returns: the moment and its weekday.
    Raises: ValueError for a moment or a duration that can't be read.
    """
    if re.fullmatch(r"-?P(\d+[YMWD])*\d+[YM].*", duration):
        raise ValueError(f"{duration!r} counts years or months, which have no fixed length; count in days")
    match = _DURATION.fullmatch(duration)
    if match is None or duration[-1] in "PT":
        raise ValueError(
            f"{duration!r} is no ISO 8601 duration of weeks, days, hours, minutes and seconds;"
            " write it like PT1H30M or P2DT4H"
        )
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    moment = dt.datetime.fromisoformat(start)
    try:
        length = dt.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        result = moment - length if match[1] else moment + length
    except OverflowError as error:
        raise ValueError(f"{duration!r} from {start} on leaves the years 1 to 9999") from error
    return {
        "date_time": result.isoformat(timespec="seconds" if result.second else "minutes"),
        "weekday": weekday_of(result),
    }
