"""Cron expressions of five fields, and the schedules people say."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from practicum.values.calendar_words import WEEKDAY_NAMES, WEEKDAYS
from practicum.values.dates import suffix
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, settle, span
from practicum.values.times import resolve_times, verbalise_time

_NAMES = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT"
_FIELD = (
    rf"(?:\*(?:/\d{{1,2}})?|(?:\d{{1,2}}|{_NAMES}|L)(?:-(?:\d{{1,2}}|{_NAMES}))?(?:/\d{{1,2}})?(?:#\d)?"
    rf"(?:,(?:\d{{1,2}}|{_NAMES})(?:-(?:\d{{1,2}}|{_NAMES}))?)*)"
)
_WRITTEN = re.compile(rf"(?<![\w*/,-]){_FIELD}(?: {_FIELD}){{4}}(?![\w*/-]|,\S)")
_DAYS = "|".join(WEEKDAYS)
_EVERY_N = re.compile(
    r"\b(?:every|each)\s+(\d{1,2}|two|three|four|five|six|ten|fifteen|twenty|thirty)\s+(minutes?|mins?|hours?)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"\b(?:every\s+(minute|hour|quarter(?: of an)? hour|half(?: an)? hour)|(hourly))\b", re.IGNORECASE
)
_DAILY = re.compile(
    rf"\b(?:(?:every|each|on)\s+(?P<what>day|night|morning|evening|weekdays?|working days?|business days?"
    rf"|weekends?|(?:{_DAYS})s?(?:(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+)(?:{_DAYS})s?)*)|(?P<daily>daily|weekdays|nightly))\b",
    re.IGNORECASE,
)
_MONTHLY = re.compile(
    r"\bon the (?:(?P<day>\d{1,2})(?:st|nd|rd|th)|(?P<first>first)(?: day)?) of (?:every|each|the) month\b",
    re.IGNORECASE,
)
_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
}
_GROUPS = {"day": "*", "night": "*", "morning": "*", "evening": "*", "daily": "*", "nightly": "*",
           "weekend": "0,6", "weekday": "1-5", "working day": "1-5", "business day": "1-5"}  # fmt: skip


def resolve_crons(text: str) -> list[Span]:
    """Return the schedules of ``text``: expressions as written, else what the words amount to."""
    written = [span(text, m.start(), m.end(), m.group()) for m in _WRITTEN.finditer(text)]
    return written or settle([*_repeated(text), *_at_times(text)])


def _repeated(text: str) -> Iterator[Span]:
    for match in _EVERY_N.finditer(text):
        count = int(match[1]) if match[1].isdigit() else _WORDS[match[1].lower()]
        minutes = match[2].lower().startswith("m")
        if 0 < count < (60 if minutes else 24):
            yield span(
                text, match.start(), match.end(), f"*/{count} * * * *" if minutes else f"0 */{count} * * *"
            )
    for match in _EVERY.finditer(text):
        word = (match[1] or "hour").lower().split()[0]
        every = {
            "minute": "* * * * *",
            "hour": "0 * * * *",
            "quarter": "*/15 * * * *",
            "half": "*/30 * * * *",
        }
        yield span(text, match.start(), match.end(), every[word])


def _at_times(text: str) -> Iterator[Span]:
    times = resolve_times(text)
    for match in (*_DAILY.finditer(text), *_MONTHLY.finditer(text)):
        near = min(times, key=lambda t: abs(t.start - match.end()), default=None)
        clock = near.values[0] if near else "00:00"
        start, end = match.start(), match.end()
        if near is not None:
            start, end = min(start, near.start), max(end, near.end)
        hour, minute = int(clock[:2]), int(clock[3:5])
        yield span(text, start, end, f"{minute} {hour} {_days(match)}")


def _days(match: re.Match[str]) -> str:
    """Return the last three fields: day of the month, month, days of the week."""
    if match.re is _MONTHLY:
        return f"{match['day'] or 1} * *"
    said = (match["what"] or match["daily"]).lower()
    if said.removesuffix("s") in _GROUPS:
        return f"* * {_GROUPS[said.removesuffix('s')]}"
    days = [
        day.removesuffix("s") if day not in WEEKDAYS else day
        for day in re.findall(r"[a-z]+", said)
        if day != "and"
    ]
    return "* * " + ",".join(str((WEEKDAYS[day] + 1) % 7) for day in days)


def _canonical(value: Any) -> Any:
    return " ".join(str(value).split())


def _verbalise(value: Any) -> tuple[str, ...]:
    expression = _canonical(value)
    if not _WRITTEN.fullmatch(expression):
        return ()
    said = tuple(_phrases(expression.split()))
    return (*(s for s in said if _reads_back(s, expression)), expression)


def _reads_back(said: str, expression: str) -> bool:
    return any(expression in s.values for s in resolve_crons(said))


def _phrases(fields: list[str]) -> Iterator[str]:
    """Say the schedules that people say in a few words."""
    minute, hour, day, month, weekday = fields
    if minute.startswith("*/") and fields[1:] == ["*"] * 4:
        yield f"every {minute[2:]} minutes"
    if minute == "0" and hour.startswith("*/") and fields[2:] == ["*"] * 3:
        yield f"every {hour[2:]} hours"
    if fields == ["0", "*", "*", "*", "*"]:
        yield "every hour"
    if not (minute.isdigit() and hour.isdigit()) or month != "*":
        return
    clock = verbalise_time(f"{int(hour):02d}:{int(minute):02d}")[0]
    if day.isdigit() and weekday == "*":
        yield f"at {clock} on the {day}{suffix(int(day))} of every month"
    if day == "*":
        named = {"*": "day", "1-5": "weekday"}.get(weekday)
        if weekday.isdigit() and int(weekday) < 8:
            named = WEEKDAY_NAMES[int(weekday) - 1]
        if named:
            yield f"every {named} at {clock}"


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    return (_canonical(value),)


def _draw(rng: random.Random) -> str:
    minute, hour = rng.choice((0, 0, 15, 30, 45)), rng.randrange(24)
    return rng.choice(
        (
            f"*/{rng.choice((2, 5, 10, 15, 20, 30))} * * * *",
            f"0 */{rng.choice((2, 3, 4, 6, 8, 12))} * * *",
            f"{minute} {hour} * * *",
            f"{minute} {hour} * * 1-5",
            f"{minute} {hour} * * {rng.randrange(7)}",
            f"{minute} {hour} {rng.randint(1, 28)} * *",
            f"*/{rng.choice((10, 15, 30))} 9-17 * * 1-5",
        )
    )


FORMATS = (ValueFormat("cron", _verbalise, resolve_crons, _draw, _canonical, _forms),)
