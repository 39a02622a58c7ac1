"""Dates, and their parts where a schema asks for year, month and day one by one."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from practicum.values.calendar_words import MONTH_ABBREVIATIONS, MONTH_NAMES, MONTHS, WEEKDAY_NAMES
from practicum.values.clock import today
from practicum.values.date_grammar import find_dates
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Lexicon, Span, settle, span
from practicum.values.spoken_numbers import SMALL, TENS
from practicum.values.tables import table

_DAY_OF_MONTH = re.compile(r"\b(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\w.,:/$\u20ac\u00a3-])(?:AD\s+)?([1-9]\d{2,3})(?![\w%/]|[.,:]\d)")
_ERA = re.compile(r"(?<![\w.,])(\d{1,4})\s?(?:AD|CE|AH|AM|AP)\b")
_RELATIVE_YEAR = re.compile(r"\b(this|next|last|current)\s+year\b", re.IGNORECASE)
_ISO_MONTH = re.compile(r"(?<![\w-])(\d{4})-(0[1-9]|1[0-2])(?![\w-])")


_CENTURIES = {"eighteen": 18, "nineteen": 19, "twenty": 20}
_DIGITS, _TEENS = "|".join(list(SMALL)[1:10]), "|".join(list(SMALL)[10:20])
_SPOKEN_YEAR = re.compile(
    rf"\b(?P<century>{'|'.join(_CENTURIES)})[ -](?:(?:oh|o)[ -](?P<digit>{_DIGITS})|(?P<teen>{_TEENS})"
    rf"|(?P<ten>{'|'.join(TENS)})(?:[ -](?P<one>{_DIGITS}))?)\b"
    r"(?![ -](?:hundred|thousand|million))",
    re.IGNORECASE,
)
_SPOKEN_MILLENNIUM = re.compile(
    rf"\b(?:in|of|year|since|by|until|from|for|during|to|through|or)\s+"
    rf"(?P<year>two[ -]thousand(?: and)?[ -](?:(?P<ten>{'|'.join(TENS)})(?:[ -](?P<one>{_DIGITS}))?"
    rf"|(?P<small>{_TEENS}|{_DIGITS})))\b"
    r"(?![ -](?:hundred|thousand|million))",
    re.IGNORECASE,
)


def spoken_years(text: str) -> Iterator[Span]:
    """Yield years said in words: "twenty twenty-five", "nineteen oh four", "two thousand and nine"."""
    for match in _SPOKEN_YEAR.finditer(text):
        low = SMALL.get((match["digit"] or match["teen"] or match["one"] or "zero").lower(), 0)
        tens = TENS.get((match["ten"] or "").lower(), 0)
        year = 100 * _CENTURIES[match["century"].lower()] + tens + low
        yield span(text, match.start(), match.end(), year)
    for match in _SPOKEN_MILLENNIUM.finditer(text):
        tens = TENS.get((match["ten"] or "").lower(), 0)
        low = SMALL.get((match["one"] or match["small"] or "zero").lower(), 0)
        yield span(text, match.start("year"), match.end("year"), 2000 + tens + low)


def suffix(day: int) -> str:
    """Return the ordinal ending of a day of the month: 1 gives "st", 12 gives "th"."""
    return "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def verbalise_date(value: Any) -> tuple[str, ...]:
    """Return ways to write an ISO date; only spellings that mean one day."""
    when = date.fromisoformat(str(value))
    day, year = when.day, f"{when.year:04d}"
    month, short = MONTH_NAMES[when.month - 1], MONTH_ABBREVIATIONS[when.month - 1]
    said = [
        f"{day} {month} {year}",
        f"{month} {day}, {year}",
        f"{month} {day}{suffix(day)}, {year}",
        f"{day}{suffix(day)} of {month} {year}",
        f"{day} {short} {year}",
        f"{short} {day}, {year}",
        when.isoformat(),
        f"the {day}{suffix(day)} of {month}, {year}",
    ]
    if day > 12:
        said += [f"{day:02d}/{when.month:02d}/{year}", f"{when.month:02d}/{day:02d}/{year}"]
    return tuple(dict.fromkeys(said))


def _canonical_date(value: Any) -> Any:
    """Return a date, or the moment that was given for one: midnight by its own clock stands for its day."""
    text = str(value).strip()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text.upper())
        return moment.date().isoformat() if moment.time() == time() else iso_moment(text)
    except ValueError:
        spans = [s for s in find_dates(text[:40]) if len(s.text) >= len(text) - 1]
        return spans[0].values[0] if spans else value


def iso_moment(text: str) -> str:
    """Return the one spelling of an ISO 8601 moment: at its offset in UTC, where it has one.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(text.strip().upper())
    if moment.tzinfo is None:
        return moment.isoformat()
    try:
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:  # of the year 1 or 9999
        return moment.isoformat()


def is_moment(value: Any) -> bool:
    """Whether a canonical value is a date or a moment."""
    try:
        return bool(datetime.fromisoformat(str(value)))
    except ValueError:
        return False


def _date_forms(value: Any, _: Slot) -> tuple[Any, ...]:
    when = date.fromisoformat(str(value))
    return (
        when.isoformat(),
        f"{when.year:04d}/{when.month:02d}/{when.day:02d}",
        f"{when.day:02d}/{when.month:02d}/{when.year:04d}",
        f"{when.month:02d}/{when.day:02d}/{when.year:04d}",
        f"{when.day:02d}.{when.month:02d}.{when.year:04d}",
        f"{when.year:04d}{when.month:02d}{when.day:02d}",
    )


_DATE_STYLES = (r"YYYY-MM-DD|ISO", "YYYY/MM/DD", "DD/MM/YYYY", "MM/DD/YYYY", r"DD\.MM\.YYYY", "YYYYMMDD")


def _words() -> tuple[str, ...]:
    return (*MONTH_NAMES, *WEEKDAY_NAMES)


def _draw_date(rng: random.Random) -> str:
    return (date(1990, 1, 1) + timedelta(days=rng.randrange(40 * 365))).isoformat()


def _parts(index: slice, text: str) -> Iterator[Span]:
    """Return year, month or day of each full date."""
    for one in find_dates(text):
        values = dict.fromkeys(int(value[index]) for value in one.values)
        yield Span(one.start, one.end, one.text, tuple(values))


def _resolve_year(text: str) -> list[Span]:
    found = [*_parts(slice(0, 4), text)]
    taken = [s for s in found if re.search(r"\d{4}", s.text)]
    found = [s for s in found if s in taken]
    for match in (*_YEAR.finditer(text), *_ERA.finditer(text)):
        found.append(span(text, match.start(), match.end(), int(match[1])))
    found += spoken_years(text)
    for match in _RELATIVE_YEAR.finditer(text):
        shift = {"next": 1, "last": -1}.get(match[1].lower(), 0)
        found.append(span(text, match.start(), match.end(), today().year + shift))
    found += [span(text, m.start(), m.end(), int(m[1])) for m in _ISO_MONTH.finditer(text)]
    return settle(found)


@functools.cache
def _month_lexicon() -> Lexicon:
    guarded = (
        "may",
        "march",
        "mar",
        "jan",
        "jun",
        "dec",
        "av",
        "tir",
        "dey",
        "aban",
        "safar",
        "nissan",
        "magha",
    )
    foreign = {name: [month] for name, month in table("days")["foreign_months"].items()}
    return Lexicon({name: [month] for name, month in MONTHS.items()} | foreign, capitalised=guarded)


def _resolve_month(text: str) -> list[Span]:
    found = [*_parts(slice(5, 7), text), *_month_lexicon().find(text)]
    found += [span(text, m.start(), m.end(), int(m[2])) for m in _ISO_MONTH.finditer(text)]
    return settle(found)


def _resolve_day(text: str) -> list[Span]:
    found = [*_parts(slice(8, 10), text)]
    found += [span(text, m.start(), m.end(), int(m[1])) for m in _DAY_OF_MONTH.finditer(text)]
    for month in _month_lexicon().find(text):
        before = re.compile(r"\b(\d{1,2})\s+$").search(text, 0, month.start)
        if before:
            found.append(span(text, before.start(), before.end(), int(before[1])))
    return settle(s for s in found if 1 <= s.values[0] <= 31)


def _say_month(value: Any) -> tuple[str, ...]:
    month = _canonical_month(value)
    return (MONTH_NAMES[month - 1], MONTH_ABBREVIATIONS[month - 1]) if month in range(1, 13) else ()


def _canonical_month(value: Any) -> Any:
    text = str(value).strip().lower().rstrip(".")
    return MONTHS.get(text) or int(text)


def _month_forms(value: Any, _: Slot) -> tuple[Any, ...]:
    month = _canonical_month(value)
    if month not in range(1, 13):
        return (month,)
    name, short = MONTH_NAMES[month - 1], MONTH_ABBREVIATIONS[month - 1]
    return (month, name, short, f"{month:02d}", name.lower(), short.lower(), str(month))


def _whole(low: int, high: int) -> Callable[[random.Random], int]:
    return lambda rng: rng.randint(low, high)


def _say_year(value: Any) -> tuple[str, ...]:
    return (str(int(value)),) if 100 <= int(value) <= 9999 else ()


def _say_day(value: Any) -> tuple[str, ...]:
    day = int(value)
    return (f"{day}{suffix(day)}", f"the {day}{suffix(day)}") if 1 <= day <= 31 else ()


def _whole_forms(value: Any, _: Slot) -> tuple[Any, ...]:
    return (int(value), str(int(value)))


FORMATS = (
    ValueFormat(
        "date",
        verbalise_date,
        find_dates,
        _draw_date,
        _canonical_date,
        _date_forms,
        _DATE_STYLES,
        _words,
        is_moment,
    ),
    ValueFormat("year", _say_year, _resolve_year, _whole(1950, 2040), int, _whole_forms),
    ValueFormat(
        "month", _say_month, _resolve_month, _whole(1, 12), _canonical_month, _month_forms, names=_words
    ),
    ValueFormat("day", _say_day, _resolve_day, _whole(1, 28), int, _whole_forms),
)
