"""The dates in a text: one regular expression per way of writing them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import date, timedelta

from practicum.values.calendar_words import MONTHS, WEEKDAYS, day_named, named_days
from practicum.values.clock import today
from practicum.values.spans import Span, fold, settle, span
from practicum.values.spoken_numbers import ORDINALS, TENS

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_LAST = "|".join([f"{tens}[- ]{ordinal}" for tens in ("twenty", "thirty") for ordinal in list(ORDINALS)[:9]])
_ORDINAL = f"{_LAST}|{'|'.join(sorted(ORDINALS, key=len, reverse=True))}"
_DAY = rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?|(?P<said>{_ORDINAL}))"
_YEAR = r"(?:(?P<year>\d{4})|['\u2019](?P<short>\d\d))(?!\d|[.,:]\d)"
_EDGE = r"(?<![\w/.-])"

_ISO = re.compile(
    rf"{_EDGE}(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?=T\d|\b)"
)
_COMPACT = re.compile(
    r"(?<![\w.-])(?P<year>(?:1[89]|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?![\w.])"
)
_DAY_FIRST = re.compile(
    rf"\b(?:the\s+)?{_DAY}(?:\s+of|\s*-|\s*/)?\s*(?P<name>{_MONTH})\b\.?(?:(?:\s*,|\s*-|\s*/|\s+of)?\s*{_YEAR})?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<name>{_MONTH})\b\.?\s*(?:-\s*)?(?:the\s+)?{_DAY}(?![\w:]|[.,]\d)(?:(?:\s*,|\s*-|\s+of)?\s*{_YEAR})?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(rf"{_EDGE}(?P<year>\d{{4}}),?[ -](?P<name>{_MONTH})\b\.?[ -]{_DAY}\b", re.IGNORECASE)
_SLASHED = re.compile(
    rf"{_EDGE}(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d\d)(?![\w/-])"
)
_RELATIVE = re.compile(
    r"\b(?P<word>the day after tomorrow|the day before yesterday|day after tomorrow|day before yesterday"
    r"|today|tonight|tomorrow|yesterday|right now)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    rf"\b(?P<which>next|this|last|this coming|coming|on)\s+(?P<name>{'|'.join(WEEKDAYS)})\b"
    r"(?!\s*,?\s*(?:\d|the\s+\d))",
    re.IGNORECASE,
)
_JOINT = r"\s*(?:to|till|until|through|and|[-\u2013\u2014])\s*"
_BETWEEN = re.compile(rf"{_JOINT}(?:the\s+)?", re.IGNORECASE)
"""What stands between the two ends of a span of days."""
_DAY_BEFORE = re.compile(rf"(?<![\w.,:/-])(?P<from>(?:the\s+)?{_DAY})\b{_JOINT}(?:the\s+)?$", re.IGNORECASE)
_MONTH_NAME = re.compile(rf"\b(?:{_MONTH})\b", re.IGNORECASE)
_SAID_YEAR = re.compile(r"\d{4}|['\u2019]\d\d")
_OFFSETS = {"today": 0, "tonight": 0, "right now": 0, "tomorrow": 1, "yesterday": -1}


def find_dates(text: str) -> list[Span]:
    """Return the dates in ``text`` as ISO strings; several per span where it is ambiguous.

    Two numbers and a year may be day first or month first: both are given, month
    first with slashes, day first with dots. Without a year the current one is meant.
    """
    readers = (_written, _numeric, _named, _relative, _weekdays)
    found = settle(found for read in readers for found in read(text))
    return settle([*_with_the_later_ones_year(text, found), *_days_of_the_later_ones_month(text, found)])


def _with_the_later_ones_year(text: str, dates: list[Span]) -> Iterator[Span]:
    """Yield the dates; where of two ends only the later has a year, it is of both: "1 May to 5 June 2025"."""
    following: list[Span | None] = [*dates[1:], None]
    for one, later in zip(dates, following[: len(dates)], strict=True):
        if later is None or not _BETWEEN.fullmatch(text[one.end : later.start]) or not _lacks_year(one.text):
            yield one
            continue
        month, day = (int(part) for part in str(one.values[0]).split("-")[1:])
        year = int(str(later.values[0])[:4])
        same, before = make(year, month, day), make(year - 1, month, day)
        first = same if same is not None and same <= str(later.values[0]) else before
        yield Span(one.start, one.end, one.text, (first,) if first else one.values)


def _lacks_year(said: str) -> bool:
    return bool(_MONTH_NAME.search(said)) and not _SAID_YEAR.search(said)


def _days_of_the_later_ones_month(text: str, dates: list[Span]) -> Iterator[Span]:
    """Yield the days that have no month of their own: "between the 1st and the 31st of May 2025"."""
    for later in dates:
        earlier = _DAY_BEFORE.search(text, 0, later.start) if _MONTH_NAME.search(later.text) else None
        if earlier:
            year, month, day = (int(part) for part in str(later.values[0]).split("-"))
            first = make(year, month, _day(earlier))
            if first is not None and _day(earlier) < day:
                yield span(text, earlier.start("from"), earlier.end("from"), first)


def make(year: int, month: int, day: int) -> str | None:
    """Return the ISO spelling of a date, None when there is no such day."""
    try:
        return date(year, month, day).isoformat()
    except (ValueError, OverflowError):
        return None


def _spans(text: str, match: re.Match[str], *dates: str | None) -> Iterator[Span]:
    values = tuple(dict.fromkeys(d for d in dates if d is not None))
    if values:
        yield span(text, match.start(), match.end(), *values)


def _written(text: str) -> Iterator[Span]:
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST):
        for match in pattern.finditer(text):
            if pattern is _MONTH_FIRST and match["name"] in {"may", "mar", "march"} and not _dated(match):
                continue  # "may 5 people", "march 3 miles"
            parts = match.groupdict()
            month = MONTHS[match["name"].lower()]
            yield from _spans(text, match, make(_year(parts), month, _day(match)))


def _dated(match: re.Match[str]) -> bool:
    """Whether a small month is one beyond doubt: with a year, or a day that is counted ("may 28th")."""
    if match["said"]:
        return False  # "I may first need"
    plausible = 1500 <= int(match["year"]) <= 2200 if match["year"] else bool(match["short"])
    return plausible or (match["year"] is None and not match.group()[-1].isdigit())


def _year(parts: dict[str, str | None]) -> int:
    if parts.get("year"):
        return int(parts["year"] or 0)
    return _century(int(parts["short"] or 0)) if parts.get("short") else today().year


def _century(short: int) -> int:
    """Two digits mean this century up to 20 years ahead, the last one otherwise."""
    return 2000 + short if short <= today().year % 100 + 20 else 1900 + short


def _day(match: re.Match[str]) -> int:
    if match["day"]:
        return int(match["day"])
    parts = re.split(r"[- ]", match["said"].lower())
    return sum(ORDINALS.get(part) or TENS.get(part, 0) for part in parts)


def _numeric(text: str) -> Iterator[Span]:
    for pattern in (_ISO, _COMPACT):
        for match in pattern.finditer(text):
            yield from _spans(text, match, make(*(int(match[p]) for p in ("year", "month", "day"))))
    for match in _SLASHED.finditer(text):
        first, second = int(match["first"]), int(match["second"])
        year = int(match["year"]) if len(match["year"]) == 4 else _century(int(match["year"]))
        day_first, month_first = make(year, second, first), make(year, first, second)
        ordered = (day_first, month_first) if match["mark"] == "." else (month_first, day_first)
        yield from _spans(text, match, *ordered)


@functools.cache
def _named_pattern() -> re.Pattern[str]:
    names = "|".join(re.escape(n) for n in sorted(named_days(), key=len, reverse=True))
    names = names.replace("'", "['\u2019]")
    return re.compile(
        rf"(?:\b(?P<before>\d{{4}})\s+)?\b(?P<name>{names})(?!\w)(?:,?\s+(?:in\s+|of\s+)?(?P<after>\d{{4}})\b)?",
        re.IGNORECASE,
    )


def _named(text: str) -> Iterator[Span]:
    for match in _named_pattern().finditer(text):
        rule = named_days()[match["name"].lower().replace("\u2019", "'")]
        year = int(match["before"] or match["after"] or today().year)
        day = day_named(rule, year) if 1 <= year <= 9998 else None
        yield from _spans(text, match, day.isoformat() if day else None)


def _relative(text: str) -> Iterator[Span]:
    for match in _RELATIVE.finditer(text):
        word = fold(match["word"])
        days = _OFFSETS.get(word) if word in _OFFSETS else (2 if "after" in word else -2)
        yield from _spans(text, match, (today() + timedelta(days=days or 0)).isoformat())


def _weekdays(text: str) -> Iterator[Span]:
    for match in _WEEKDAY.finditer(text):
        ahead = (WEEKDAYS[match["name"].lower()] - today().weekday() - 1) % 7 + 1
        shift = _shift(match["which"].lower(), ahead)
        yield from _spans(text, match, *((today() + timedelta(days=d)).isoformat() for d in shift))


def _shift(which: str, ahead: int) -> tuple[int, ...]:
    """Days from today: "next Friday" is the coming one or the one after."""
    if which == "last":
        return (ahead - 7,) if ahead < 7 else (-7,)
    return (ahead, ahead + 7) if which == "next" else (ahead,)
