"""Tools about dates, weekdays, holidays and calendars."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Annotated, Any, Literal

from practicum.tools.almanac.fields import choice, day, number, one_of, text
from practicum.tools.almanac.weekdays import WEEKDAYS, Weekday, weekday_of
from practicum.tools.effects import read_only

_CALENDARS = ("hebrew", "islamic", "persian", "julian", "coptic", "indian_civil")


@read_only
def add_to_date(
    date: Annotated[str, day("Date to start from", "2024-03-05", json_format="date")],
    amount: Annotated[
        int, number("How many units to add; negative goes back", 10, -3, least=-9999, most=9999)
    ],
    unit: Annotated[Literal["days", "weeks", "months", "years"], choice("What is counted", "days", "weeks")],
) -> dict[str, str]:
    """Add days, weeks, months or years to a date, or go back with a negative amount.

    Returns: the resulting date and its weekday. A day that the target month lacks becomes its last.
    Raises: ValueError for a date that does not exist, OverflowError past the year 9999.
    """
    start = dt.date.fromisoformat(date)
    if unit in {"days", "weeks"}:
        result = start + dt.timedelta(days=amount * (7 if unit == "weeks" else 1))
    else:
        months = start.year * 12 + start.month - 1 + amount * (12 if unit == "years" else 1)
        year, month = divmod(months, 12)
        result = dt.date(year, month + 1, min(start.day, _month_length(year, month + 1)))
    return {"date": result.isoformat(), "weekday": weekday_of(result)}


def _month_length(year: int, month: int) -> int:
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise ValueError(f"year {year} is out of range")
    return calendar.monthrange(year, month)[1]


@read_only
def weekday_of_date(
    year: Annotated[int, number("Year", 1969, 2024, least=1, most=9999, json_format="year")],
    month: Annotated[int, number("Month, 1 to 12", 7, least=1, most=12)],
    day: Annotated[int, number("Day of the month", 20, least=1, most=31)],
) -> dict[str, Any]:
    """Tell which day of the week a date falls on.

    Returns: the weekday, the ISO week and the day of the year.
    Raises: ValueError for a date that does not exist.
    """
    date = dt.date(year, month, day)
    return {
        "weekday": weekday_of(date),
        "iso_week": date.isocalendar().week,
        "day_of_year": date.timetuple().tm_yday,
    }


@read_only
def days_between(
    start_date: Annotated[str, day("First date", "2024-03-05", json_format="date")],
    end_date: Annotated[str, day("Last date, as YYYY-MM-DD", "2024-12-24")],
) -> dict[str, int]:
    """Count the days from one date to another, and how many of them are from Monday to Friday.

    Returns: both counts, the end excluded; negative when the end comes first.
    """
    start, end = dt.date.fromisoformat(start_date), dt.date.fromisoformat(end_date)
    sign = -1 if end < start else 1
    first, days = min(start, end), abs((end - start).days)
    extra = sum((first.weekday() + offset) % 7 < 5 for offset in range(days % 7))
    return {"days": sign * days, "weekdays": sign * (days // 7 * 5 + extra)}


@read_only
def public_holidays(
    country: Annotated[
        str, text("Country, as ISO alpha-2 code", "DE", "US", longest=2, json_format="country")
    ],
    year: Annotated[int, number("Year", 2024, 2027, least=1950, most=2100, json_format="year")],
) -> dict[str, str]:
    """List the public holidays of a country in a year.

    Returns: the holidays' English names by date, in order; nationwide ones only.
    Raises: NotImplementedError for a country that is not covered; ValueError for a year that is not.
    """
    import holidays

    found = holidays.country_holidays(country, years=year, language="en_US")
    _check_covered(found, country, year)
    return {date.isoformat(): name for date, name in sorted(found.items())}


def _check_covered(found: Any, country: str, year: int) -> None:
    """Refuse years of which the library knows no holidays: it would say that there are none."""
    if not found.start_year <= year <= found.end_year:
        span = f"{found.start_year} to {found.end_year}"
        raise ValueError(f"the holidays of {country} in {year} are not known; known are those of {span}")


@read_only
def add_working_days(
    date: Annotated[str, day("Day to count from, as YYYY-MM-DD", "2024-03-28")],
    working_days: Annotated[int, number("Working days to go; negative goes back", 5, least=-250, most=250)],
    country: Annotated[str, text("Country whose holidays count, as ISO alpha-3 code", "FRA", longest=3)],
) -> dict[str, str]:
    """Find the date that is a number of working days away, skipping weekends and public holidays.

    Returns: the date and its weekday. Zero working days is the day itself or the next working day.
    Raises: NotImplementedError for a country that is not covered; ValueError for an alpha-2 code, or
        years whose holidays are not known.
    """
    import holidays

    if len(country) != 3 or country == "ECB":  # holidays also knows the bank's days off
        raise ValueError(f"Country {country} not available: it must be an ISO alpha-3 code, such as FRA")
    start, days_off = dt.date.fromisoformat(date), holidays.country_holidays(country)
    _check_covered(days_off, country, start.year)
    found = days_off.get_nth_working_day(start, working_days)
    _check_covered(days_off, country, found.year)
    return {"date": found.isoformat(), "weekday": weekday_of(found)}


@read_only
def convert_calendar_date(
    year: Annotated[int, number("Gregorian year", 2024, least=1000, most=3000, json_format="year")],
    month: Annotated[int, number("Gregorian month as a number", 3, least=1, most=12)],
    day: Annotated[int, number("Day of the month", 11, least=1, most=31)],
    calendar: Annotated[str, text("The calendar to convert to", "hebrew", longest=20)],
) -> dict[str, Any]:
    """Convert a date of the common (Gregorian) calendar to another calendar.

    Returns: year, month, day there, with the month's name where it has one.
    Raises: ValueError that lists the calendars, or for a date that does not exist.
    """
    import importlib
    import warnings

    name = one_of(calendar, _CALENDARS, "calendar")
    date = dt.date(year, month, day)
    module = importlib.import_module(f"convertdate.{name}")
    with warnings.catch_warnings():
        # convertdate calls its own deprecated functions.
        warnings.simplefilter("ignore", DeprecationWarning)
        there = module.from_gregorian(date.year, date.month, date.day)
    result = dict(zip(("year", "month", "day"), there, strict=True))
    names = getattr(module, "MONTHS", None)
    return {**result, "month_name": names[result["month"] - 1]} if names else result


@read_only
def nth_weekday_of_month(
    year: Annotated[int, number("Year", 2026, least=1, most=9999, json_format="year")],
    month: Annotated[int, number("Month, 1 to 12", 11, least=1, most=12, json_format="month")],
    weekday: Annotated[Weekday, choice("Day of the week", "Thursday", json_format="weekday")],
    n: Annotated[int, number("Which one: 1 is the first, -1 the last", 4, -1, least=-1, most=5)],
) -> str:
    """Find the date of the first, second ... or last Monday, Tuesday ... of a month.

    Returns: the date.
    Raises: ValueError when the month has no such day.
    """
    wanted = WEEKDAYS.index(weekday)
    days = (dt.date(year, month, number) for number in range(1, _month_length(year, month) + 1))
    matches = [date for date in days if date.weekday() == wanted]
    if n == 0 or n > len(matches):
        raise ValueError(f"{year}-{month:02} has {len(matches)} {weekday}s: n is 1 to {len(matches)}, or -1")
    return matches[n if n < 0 else n - 1].isoformat()
