"""The days of the week in English, whatever the locale of the process."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def weekday_of(day: dt.date) -> Weekday:
    """Return the weekday of a date, or of a moment where it is."""
    return WEEKDAYS[day.weekday()]
