"""Names of months and weekdays, named days, and the arithmetic behind them."""

from __future__ import annotations

import calendar
import functools
from datetime import date, timedelta

from practicum.values.tables import table

MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
    "september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4,
    "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
"""English month names and abbreviations to 1 ... 12."""

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
"""Written out here: the standard library's are those of the process' locale."""
MONTH_ABBREVIATIONS = tuple(name[:3] for name in MONTH_NAMES)
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Monday first, as ISO 8601 counts."""

WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5,
    "sun": 6,
}  # fmt: skip
"""English weekday names and abbreviations to 0 (Monday) ... 6."""


def is_calendar_word(text: str) -> bool:
    """Whether a text begins with a month or a weekday, as in "June 2026"."""
    first = text.split(" ", 1)[0].casefold().rstrip(".")
    return first in MONTHS or first in WEEKDAYS


@functools.cache
def named_days() -> dict[str, tuple[int, ...]]:
    """Return the days with a name of their own: ``(kind, ...)`` as `day_named` reads them."""
    days = table("days")
    fixed = {name: (0, month, day) for name, (month, day) in days["fixed"].items()}
    moving = {name: (1, offset) for name, offset in days["easter"].items()}
    weekly = {name: (2, *rule) for name, rule in days["nth_weekday"].items()}
    return fixed | moving | weekly


def day_named(rule: tuple[int, ...], year: int) -> date | None:
    """Return the day that a rule of `named_days` gives in ``year``; None when it has none."""
    try:
        if rule[0] == 0:
            return date(year, rule[1], rule[2])
        if rule[0] == 1:
            return easter(year) + timedelta(days=rule[1])
        return _nth_weekday(year, *rule[1:])
    except (ValueError, OverflowError):
        return None


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return a month's nth weekday; the last for -1, the day after the 4th Thursday for 0."""
    if nth == 0:
        return _nth_weekday(year, month, 3, 4) + timedelta(days=1)
    days = [d for week in calendar.monthcalendar(year, month) if (d := week[weekday])]
    return date(year, month, days[nth - 1 if nth > 0 else nth])


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, ch. 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 19 * m) // 433
    month = (h + m - 7 * n + 90) // 25
    return date(year, month, (h + m - 7 * n + 33 * month + 19) % 32)
