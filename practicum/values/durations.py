"""Lengths of time: ISO 8601 durations, or a number of seconds, minutes, hours or days."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from practicum.values.exact import tidy
from practicum.values.numbers import resolve_numbers
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, settle, span

_SECONDS = {"W": 604_800, "D": 86_400, "H": 3_600, "M": 60, "S": 1}
_UNIT = re.compile(
    r"[ \u00a0-]?(?:(?P<W>weeks?|wks?)|(?P<D>days?|d)|(?P<H>hours?|hrs?|h)|(?P<M>minutes?|mins?|m)"
    r"|(?P<S>seconds?|secs?|s))(?![a-z])",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\b(?:(?P<quarter>a quarter of an hour|(?:a )?quarter hour)|(?P<half>half an hour|a half hour|half hour)"
    r"|(?P<one>an?\s+(?P<unit>hour|minute|second|day|week)(?P<plus>\s+and\s+a\s+(?:half|quarter))?))\b",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"(?<![\w-])(?P<sign>[-+])?P(?=[\dT])(?:(?P<Y>\d{1,9})Y)?(?:(?P<N>\d{1,9})M)?(?:(?P<W>\d{1,9})W)?(?:(?P<D>\d{1,9})D)?"
    r"(?:T(?=\d)(?:(?P<H>\d{1,9})H)?(?:(?P<M>\d{1,9})M)?(?:(?P<S>\d{1,9}(?:\.\d{1,9})?)S)?)?(?!\w)"
)
_CLOCK = re.compile(r"(?<![\w:.])(\d{1,3}):([0-5]\d):([0-5]\d)(?![\w:])")
_COMPACT = re.compile(r"(?<![\w.:])(\d{1,4})h\s?([0-5]?\d)(?:m(?:ins?)?)?(?!\w)", re.IGNORECASE)
_JOINT = re.compile(r"\s*(?:,|and|, and)?\s*")
_BACK = re.compile(r"\b(?:before|ago|earlier|minus|prior|back|subtract)\b", re.IGNORECASE)
_YEAR, _MONTH = 31_536_000, 2_592_000


def iso_duration(seconds: float) -> str:
    """Return the ISO 8601 spelling: 5400 is PT1H30M, 86400 is P1D."""
    left = tidy(abs(seconds))
    days, left = divmod(left, 86_400)
    hours, left = divmod(left, 3_600)
    minutes, left = divmod(left, 60)
    clock = "".join(f"{tidy(n)}{mark}" for n, mark in ((hours, "H"), (minutes, "M"), (left, "S")) if n)
    date = f"{tidy(days)}D" if days else ""
    written = f"P{date}{'T' + clock if clock else ''}" if date or clock else "PT0S"
    return f"-{written}" if seconds < 0 else written


def seconds_of(value: Any) -> float:
    """Return the seconds of an ISO duration or a number; raises ``ValueError``."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    match = _ISO.fullmatch(str(value).strip().upper())
    if match is None:
        raise ValueError(value)
    total = sum(float(match[mark] or 0) * size for mark, size in _SECONDS.items())
    total += int(match["Y"] or 0) * _YEAR + int(match["N"] or 0) * _MONTH
    return -total if match["sign"] == "-" else tidy(total)


def resolve_durations(text: str) -> list[Span]:
    """Return the lengths of time in ``text`` as ISO 8601 durations, neighbours added up.

    Words that point back ("ago", "before") offer the negative duration first.
    """
    pieces = settle([*_counted(text), *_worded(text)])
    found = [span(text, s.start, s.end, *_signed(text, s.values[0])) for s in _united(text, pieces)]
    found += [
        span(text, m.start(), m.end(), iso_duration(seconds_of(m.group()))) for m in _ISO.finditer(text)
    ]
    for match in _COMPACT.finditer(text):
        seconds = int(match[1]) * 3_600 + int(match[2]) * 60
        found.append(span(text, match.start(), match.end(), *_signed(text, seconds)))
    for match in _CLOCK.finditer(text):
        hours, minutes, seconds = (int(part) for part in match.groups())
        found.append(
            span(text, match.start(), match.end(), iso_duration(hours * 3600 + minutes * 60 + seconds))
        )
    return settle(found)


def _signed(text: str, seconds: float) -> tuple[str, ...]:
    both = (iso_duration(-seconds), iso_duration(seconds))
    return both if _BACK.search(text) and seconds > 0 else both[1:]


def _counted(text: str) -> Iterator[Span]:
    for number in resolve_numbers(text):
        match = _UNIT.match(text, number.end)
        if match and abs(number.values[0]) < 1e9:
            seconds = tidy(number.values[0] * _SECONDS[match.lastgroup or "S"])
            yield span(text, number.start, match.end(), seconds)


def _worded(text: str) -> Iterator[Span]:
    for match in _ALONE.finditer(text):
        if match["one"]:
            size = _SECONDS[match["unit"][0].upper()]
            plus = (match["plus"] or "").lower()
            seconds = size * (1.5 if plus.endswith("half") else 1.25 if plus else 1)
        else:
            seconds = 900 if match["quarter"] else 1800
        yield span(text, match.start(), match.end(), tidy(seconds))


def _united(text: str, pieces: list[Span]) -> list[Span]:
    """Add up pieces that follow each other: "2 hours and 30 minutes"."""
    united: list[Span] = []
    for piece in pieces:
        last = united[-1] if united else None
        if (
            last is not None
            and _JOINT.fullmatch(text, last.end, piece.start)
            and abs(piece.values[0]) < abs(last.values[0])
        ):
            united[-1] = span(text, last.start, piece.end, tidy(last.values[0] + piece.values[0]))
        else:
            united.append(piece)
    return united


def _verbalise(value: Any) -> tuple[str, ...]:
    seconds = abs(seconds_of(value))
    if seconds_of(value) < 0 or seconds != int(seconds):
        return (iso_duration(seconds_of(value)),)
    parts, left = [], int(seconds)
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    if not parts:
        return ("0 seconds",)
    said = [" and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"]
    named = {
        1800: "half an hour",
        3600: "an hour",
        5400: "an hour and a half",
        60: "a minute",
        900: "a quarter of an hour",
    }
    if seconds in named:
        said.append(named[int(seconds)])
    if seconds % 60 == 0 and 3600 < seconds < 86_400 * 2:
        said.append(f"{int(seconds) // 60} minutes")
    return (*said, iso_duration(seconds))


def _canonical(value: Any) -> Any:
    try:
        return iso_duration(seconds_of(value))
    except ValueError:
        spans = [s for s in resolve_durations(str(value)[:80]) if s.text == str(value).strip()]
        return spans[0].values[-1] if spans else value


_SIZES = (
    ("day", 86_400),
    ("week", 604_800),
    ("hour", 3_600),
    ("hr", 3_600),
    ("min", 60),
    ("milli", 0.001),
    ("_ms", 0.001),
)


def _forms(value: Any, slot: Slot) -> tuple[Any, ...]:
    """Return ISO 8601, then the number that the parameter's name or description counts."""
    seconds = seconds_of(value)
    about = (slot.parameter.lower(), slot.description.lower())
    size = next((s for words in about for mark, s in _SIZES if mark in words and "second" not in words), 1)
    count = tidy(seconds / size)
    clock = f"{int(seconds) // 3600:02d}:{int(seconds) % 3600 // 60:02d}:{int(seconds) % 60:02d}"
    return (iso_duration(seconds), count, str(count), clock)


def _draw(rng: random.Random) -> str:
    size, most = rng.choice(((60, 90), (3_600, 36), (86_400, 20), (900, 20)))
    return iso_duration(size * rng.randint(1, most))


FORMATS = (ValueFormat("duration", _verbalise, resolve_durations, _draw, _canonical, _forms),)
