"""Tools about time zones, the sun, the moon and durations."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from practicum.tools.almanac.fields import CLOCK_TIME, ISO_MINUTE, day, one_of, text
from practicum.tools.effects import read_only

_SUN_EVENTS = ("dawn", "sunrise", "noon", "sunset", "dusk")
_PHASES = ("new moon", "waxing crescent", "first quarter", "waxing gibbous",
           "full moon", "waning gibbous", "last quarter", "waning crescent")  # fmt: skip
# Months and years are left out: they have no fixed length.
_DURATION = re.compile(r"(-)?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_LUNAR_MONTH = 28.0
"""astral counts a lunation in 28 steps."""


def _zone(name: str) -> ZoneInfo:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        last = name.rpartition("/")[2].replace(" ", "_").lower()
        zones = {
            zone.rpartition("/")[2].lower(): zone for zone in sorted(available_timezones()) if "/" in zone
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
    if moment.astimezone(dt.UTC).astimezone(moment.tzinfo).time() != moment.time():
        raise ValueError(f"{time} does not exist in {from_zone} on {date}: clocks go forward then")
    there = moment.astimezone(_zone(to_zone))
    return {
        "date": there.date().isoformat(),
        "time": f"{there:%H:%M}",
        "weekday": f"{there:%A}",
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
    saving = bool(noon.dst())
    return {"utc_offset": _offset(noon), "abbreviation": f"{noon:%Z}", "daylight_saving": saving}


@read_only
def sun_event(
    city: Annotated[str, text("Large city, in English", "London", "Nairobi")],
    date: Annotated[str, day("Date", "2024-06-21", json_format="date")],
    event: Annotated[str, text("The moment of the sun's day to look up", "sunrise", longest=20)],
) -> dict[str, str]:
    """Tell at what local time the sun rises, sets or passes another point of its day in a city.

    Returns: the local time, the time zone and the city as it was understood.
    Raises: ValueError for an unknown city or event (the message lists the events), or when the
        sun does not rise or set on that day.
    """
    from astral import geocoder, sun

    one_of(event, _SUN_EVENTS, "event")
    try:
        place = geocoder.lookup(city, geocoder.database())
    except KeyError as error:
        raise ValueError(f"{error.args[0]}; only capitals and large cities are known") from error
    if isinstance(place, dict):
        raise ValueError(f"{city!r} is a region; name one of its cities")
    zone = _zone(place.timezone)
    when = getattr(sun, event)(place.observer, date=dt.date.fromisoformat(date), tzinfo=zone)
    return {"time": f"{when:%H:%M}", "time_zone": place.timezone, "city": f"{place.name}, {place.region}"}


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
    match = _DURATION.fullmatch(duration)
    if match is None or duration[-1] in "PT":
        raise ValueError(
            f"{duration!r} is no ISO 8601 duration of weeks, days, hours, minutes and seconds;"
            " write it like PT1H30M or P2DT4H"
        )
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    length = dt.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    moment = dt.datetime.fromisoformat(start)
    result = moment - length if match[1] else moment + length
    return {
        "date_time": result.isoformat(timespec="seconds" if result.second else "minutes"),
        "weekday": f"{result:%A}",
    }
