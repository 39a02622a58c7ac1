"""Moments: a date and a time of day together."""

from __future__ import annotations

import random
import re
from datetime import date, datetime, timedelta
from typing import Any

from practicum.values.calendar_words import MONTH_NAMES, WEEKDAY_NAMES
from practicum.values.clock import today
from practicum.values.date_grammar import find_dates
from practicum.values.dates import FORMATS as _DATE_FORMATS
from practicum.values.dates import is_moment, iso_moment, verbalise_date
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, prefer, span
from practicum.values.times import resolve_times, verbalise_time

_ISO = re.compile(
    r"(?<![\w-])(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?(?![\w:])", re.IGNORECASE
)
_DATE_CHARACTERS = len("2024-03-05")
_UNTIL = re.compile(r"\s*(?:to|until|till|and|-|\u2013)\s*", re.IGNORECASE)
_JOINT = re.compile(
    r"(?:\s*(?:,|at|from|between|on|of|the|@|-|by|around|in the|T|and)?\s*){0,3}", re.IGNORECASE
)


def _resolve(text: str) -> list[Span]:
    """Return moments as YYYY-MM-DDTHH:MM:SS; a date alone is offered as its midnight, and as it is."""
    dates, times = find_dates(text), resolve_times(text)
    joined = [s for d in dates for t in times if (s := _join(text, d, t)) is not None]
    iso = [span(text, m.start(), m.end(), _normal(m.group())) for m in _ISO.finditer(text)]
    found = prefer(iso, *([one] for one in sorted(joined, key=lambda one: len(one.text))))
    found = sorted([*found, *_same_day(text, found, times)], key=lambda one: one.start)
    if not found:
        found = _far_apart(text, dates, times)
    return found


def _same_day(text: str, found: list[Span], times: list[Span]) -> list[Span]:
    """Return the other ends of periods that say their day once: "3 May from 9:00 to 10:00"."""
    lone = [time for time in times if not any(time.start < one.end and one.start < time.end for one in found)]
    ends = []
    for one in found:
        for time in lone:
            first, second = (one, time) if one.start < time.start else (time, one)
            if _UNTIL.fullmatch(text, first.end, second.start):
                days = dict.fromkeys(value[:10] for value in one.values)
                moments = tuple(at(day, clock) for day in days for clock in time.values)
                ends.append(Span(time.start, time.end, time.text, moments))
    return ends


def at(day: str, clock: str) -> str:
    """Return the moment of a date and a time of day, HH:MM or HH:MM:SS."""
    return f"{day}T{clock}" if clock.count(":") > 1 else f"{day}T{clock}:00"


def _join(text: str, day: Span, time: Span) -> Span | None:
    first, second = (day, time) if day.start < time.start else (time, day)
    if second.start < first.end or not _JOINT.fullmatch(text, first.end, second.start):
        return None
    moments = [at(d, t) for d in day.values for t in time.values]
    return span(text, first.start, second.end, *moments)


def _far_apart(text: str, dates: list[Span], times: list[Span]) -> list[Span]:
    """Return what lone dates and times may mean: midnight, this time on that day, or today."""
    if dates and times:
        first = [at(d, t) for d in dates[0].values for t in times[0].values]
        start, end = min(dates[0].start, times[0].start), max(dates[0].end, times[0].end)
        return [span(text, start, end, *first)]
    if dates:
        return [Span(d.start, d.end, d.text, (*(at(v, "00:00") for v in d.values), *d.values)) for d in dates]
    here = today().isoformat()
    return [Span(t.start, t.end, t.text, tuple(at(here, v) for v in t.values)) for t in times]


def _normal(value: str) -> str:
    moment = datetime.fromisoformat(value.strip().upper().replace(" ", "T"))
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _canonical(value: Any) -> Any:
    """Return a moment; of a date alone the date, which says nothing of a time of day."""
    text = str(value).strip()
    try:
        return date.fromisoformat(text).isoformat() if len(text) <= _DATE_CHARACTERS else iso_moment(text)
    except ValueError:
        spans = [s for s in (*find_dates(text[:60]), *_resolve(text[:60])) if len(s.text) >= len(text) - 1]
        return spans[0].values[0] if spans else value


def _verbalise(value: Any) -> tuple[str, ...]:
    moment = _normal(str(value))
    day, clock = moment[:10], moment[11:19]
    said_day, said_time = verbalise_date(day), verbalise_time(clock)
    said = [f"{d} at {t}" for d, t in zip(said_day, said_time * 3, strict=False)]
    said += [f"{said_time[0]} on {d}" for d in said_day[:4]]
    return (*said, moment, f"{day} {clock.removesuffix(':00')}")


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    moment = datetime.fromisoformat(_normal(str(value)))
    local = moment.replace(tzinfo=None)
    seconds = local.isoformat(timespec="seconds")
    return (
        _normal(str(value)),
        local.isoformat(timespec="minutes"),
        local.isoformat(sep=" ", timespec="minutes"),
        local.isoformat(sep=" ", timespec="seconds"),
        f"{seconds}Z",
        f"{seconds}+00:00",
    )


def _draw(rng: random.Random) -> str:
    day = datetime.fromisoformat(_DATE_FORMATS[0].sample(rng))
    return (day + timedelta(minutes=rng.choice((0, 15, 30, 45)), hours=rng.randrange(24))).isoformat()


FORMATS = (
    ValueFormat(
        "date-time", _verbalise, _resolve, _draw, _canonical, _forms,
        (r"T?HH:MM:SS|RFC 3339", r"THH:MM(?!:)", r"DD HH:MM(?!:)", "DD HH:MM:SS"),
        lambda: (*MONTH_NAMES, *WEEKDAY_NAMES), is_moment,
    ),
)  # fmt: skip
