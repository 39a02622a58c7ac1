"""Moments that somebody would ask a tool about: near those that tools told of, else in recent years.

A company's records are of the last years, and often of a few weeks. Days drawn from decades find none of
them, and a period of twenty years is not what people ask for.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from practicum.nodes.quarantine import clean
from practicum.records import JsonObject, Mode, Step

KINDS = frozenset({"date", "date-time", "year", "year-month"})
"""Formats whose values are drawn here; of a time, a weekday or a month any is right."""
TOLD_SHARE = 0.75
"""Share drawn near the days that results told."""
RECENT_SHARE = 0.7
"""Share drawn from recent years where no result told a day; the others are as far away as the format's."""
BESIDE_SHARE = 0.8
"""Share drawn near the other end of a period."""
SPANS = (1, 2, 3, 5, 7, 10, 14, 21, 30, 30, 60, 90, 180)
"""Days between the two ends of a period."""
MOST_DAYS = 4_000
STYLES = {
    "DD/MM/YYYY": "%d/%m/%Y",
    "MM/DD/YYYY": "%m/%d/%Y",
    "DD.MM.YYYY": "%d.%m.%Y",
    "YYYY/MM/DD": "%Y/%m/%d",
}
"""Ways to write a day, as documentation names them, for ``strptime``."""
_DAY = re.compile(r"(?<![\d-])((?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?![\d-])")
_YEARS_BACK, _YEARS_AHEAD = 4, 1


def told_days(steps: Iterable[Step]) -> tuple[date, date] | None:
    """Return the days between which most lie that results told; a twentieth at each end is left out."""
    days: list[date] = []
    for step in steps:
        real = step.observation.ok and step.observation.mode is not Mode.SIMULATED
        if step.call is not None and real and clean(step):
            days += _days_in(step.observation.text)
        if len(days) >= MOST_DAYS:
            break
    if not days:
        return None
    days.sort()
    cut = len(days) // 20
    return days[cut], days[-1 - cut]


def iso_day(value: Any, schema: JsonObject) -> Any:
    """Return a day as ISO 8601 has it, where it is written as the schema's documentation says."""
    style = next((each for each in STYLES if each in str(schema.get("description", ""))), None)
    if style is None:
        return value
    try:
        return datetime.strptime(str(value), STYLES[style]).date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return value


def _days_in(text: str) -> list[date]:
    found = []
    for written in _DAY.findall(text):
        try:
            found.append(date.fromisoformat(written))
        except ValueError:  # the 31st of a shorter month
            continue
    return found


def widest(one: tuple[date, date] | None, other: tuple[date, date] | None) -> tuple[date, date] | None:
    """Return what spans both."""
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])


def sample_moment(
    parameter: str,
    schema: JsonObject,
    kind: str,
    rng: random.Random,
    *,
    told: tuple[date, date] | None = None,
    today: date | None = None,
    beside: Sequence[Any] = (),
) -> Any | None:
    """Return a moment as the schema spells it; None where one from anywhere would do as well.

    Args:
        parameter: The parameter's name.
        schema: Its JSON Schema.
        kind: One of `KINDS`.
        rng: The source of chance.
        told: The first and the last of the days that results told.
        today: The day of the trial.
        beside: Values of the call's other arguments of this kind.
    """
    day = _day(kind, rng, told, today, [iso_day(value, schema) for value in beside])
    return None if day is None else _spelled(parameter, schema, kind, day, rng)


def _day(
    kind: str, rng: random.Random, told: tuple[date, date] | None, today: date | None, beside: Sequence[Any]
) -> date | None:
    near = [day for value in beside for day in _days_in(str(value)[:10])]
    if near and rng.random() < BESIDE_SHARE:
        return near[0] + timedelta(days=rng.choice((-1, 1)) * rng.choice(SPANS))
    if told is not None and rng.random() < TOLD_SHARE:
        first, last = told
        slack = max(3, (last - first).days // 10) if kind in {"date", "date-time"} else 400
        return first + timedelta(days=rng.randint(-slack, (last - first).days + slack))
    if today is not None and rng.random() < RECENT_SHARE:
        return today + timedelta(days=round(rng.triangular(-365 * _YEARS_BACK, 365 * _YEARS_AHEAD, 0)))
    return None


def _spelled(parameter: str, schema: JsonObject, kind: str, day: date, rng: random.Random) -> Any | None:
    from practicum import values

    if kind == "year":
        written = str(day.year)
    elif kind == "year-month":
        written = f"{day:%Y-%m}"
    elif kind == "date-time":
        written = f"{day.isoformat()}T{rng.randint(7, 20):02}:{rng.choice((0, 15, 30, 45)):02}:00"
    else:
        written = day.isoformat()
    return next(iter(values.candidates(parameter, schema, written)), None)
