"""Times of day: "3pm", "15:00", "half past three", "noon"."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, settle, span
from practicum.values.spoken_numbers import SMALL, TENS

_HALF = r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?)"
_PART = (
    r"(?:\s*,?\s*(?:(?P<part>in the (?:early |late )?(?:morning|afternoon|evening)|at night|tonight"
    r"|this (?:morning|afternoon|evening)|at noon)))"
)
_HOUR_WORD = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_MINUTE_WORD = r"five|ten|(?:a )?quarter|twenty(?:[- ]five)?|half|thirty|fifteen"
_MINUTE_WORD += r"|\d{1,2}(?= (?:minutes )?(?:past|to|after))"

_CLOCK = re.compile(
    rf"(?:(?<=\dT)|(?<![\w:.,/-]))(?P<hour>\d{{1,2}})[:.h](?P<minute>\d\d)(?::(?P<second>\d\d(?:\.\d+)?))?(?![\d:%]|[.,]\d)"
    rf"(?:{_HALF}|(?:\s?h(?:rs|ours)?\b)?{_PART})?",
    re.IGNORECASE,
)
_TWELVE = re.compile(rf"(?<![\w:.,/-])(?P<hour>\d{{1,2}}|{_HOUR_WORD}){_HALF}", re.IGNORECASE)
_O_CLOCK = re.compile(
    rf"(?<![\w:.,])(?P<hour>\d{{1,2}}|{_HOUR_WORD})\s+o['\u2019]?\s?clock\b(?:{_HALF}|{_PART})?",
    re.IGNORECASE,
)
_AT_HOUR = re.compile(
    rf"(?<![\w:.,/-])(?:(?:at|by|until|from|around|about)\s+)?(?P<hour>\d{{1,2}}|{_HOUR_WORD}){_PART}",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    rf"\b(?P<minutes>{_MINUTE_WORD})\s+(?:minutes\s+)?(?P<side>past|to|after|before|till|of)\s+"
    rf"(?P<hour>{_HOUR_WORD}|\d{{1,2}}(?![\d:])|noon|midnight)\b(?:{_HALF}|{_PART}|\s+o['\u2019]?clock)?",
    re.IGNORECASE,
)
_HALF_HOUR = re.compile(
    rf"\bhalf (?P<hour>{_HOUR_WORD})\b(?!\s+(?:hundred|thousand|million))(?:{_HALF}|{_PART})?", re.IGNORECASE
)
_FROM_HOUR = re.compile(r"\b(?:from|between)\s+(\d{1,2})\s*(?:to|until|till|and|-|\u2013)\s*$", re.IGNORECASE)
"""The hour of "from 9 to 10:30", which only what follows shows to be a time."""
_NAMED = re.compile(r"\b(?:(?P<noon>noon|midday|noontime)|(?P<midnight>midnight))\b", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?")
_MILITARY = re.compile(r"(?<![\w:.,-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)\s?(?:h|hrs|hours|Z)\b")


def resolve_times(text: str) -> list[Span]:
    """Return the times of day in ``text`` as HH:MM, 24 hours.

    Where morning or afternoon is not said ("half past three"), both are offered,
    the likelier hour of the waking day first.
    """
    readers = (_clock, _twelve, _spoken, _named, _military)
    found = settle(found for read in readers for found in read(text))
    return settle([*found, *(begun for one in found for begun in _begun(text, one))])


def _begun(text: str, end: Span) -> Iterator[Span]:
    """Return the bare hour at which what lasts until ``end`` begins: the last such one before it."""
    match = _FROM_HOUR.search(text, 0, end.start)
    if match and int(match[1]) <= 24:
        until = sum(a * b for a, b in zip(split_time(end.values[0]), (60, 1), strict=True))
        hours = [hour for hour in (int(match[1]) % 24, (int(match[1]) + 12) % 24) if hour * 60 < until]
        yield span(text, match.start(1), match.end(1), f"{max(hours, default=int(match[1]) % 24):02d}:00")


def _clock(text: str) -> Iterator[Span]:
    for match in _CLOCK.finditer(text):
        written = match.group()
        bare_dot = (
            ":" not in written and not match["half"] and not match["part"] and "h" not in written.lower()
        )
        if bare_dot:
            continue  # 3.50 is a price, 3.50pm a time
        for one in _timed(text, match, match["hour"], int(match["minute"]), exact=True):
            seconds = _seconds(match["second"])
            yield Span(one.start, one.end, one.text, tuple(f"{value}{seconds}" for value in one.values))


def _twelve(text: str) -> Iterator[Span]:
    for match in (*_TWELVE.finditer(text), *_O_CLOCK.finditer(text), *_AT_HOUR.finditer(text)):
        yield from _timed(text, match, match["hour"], 0)


def _spoken(text: str) -> Iterator[Span]:
    for match in _SPOKEN.finditer(text):
        minutes = _minutes(match["minutes"].lower())
        after = match["side"].lower() in {"past", "after"}
        hour = {"noon": "12", "midnight": "0"}.get(match["hour"].lower(), match["hour"])
        if minutes is not None and (after or match["side"].lower() != "of" or minutes % 5 == 0):
            yield from _timed(text, match, hour, minutes if after else -minutes)
    for match in _HALF_HOUR.finditer(text):
        yield from _timed(text, match, match["hour"], 30)


def _minutes(word: str) -> int | None:
    if word.isdigit():
        return int(word) if int(word) < 60 else None
    named = {"quarter": 15, "a quarter": 15, "half": 30, "fifteen": 15, "thirty": 30}
    if word in named:
        return named[word]
    return sum(TENS.get(part) or SMALL.get(part, 0) for part in re.split(r"[- ]", word))


def _named(text: str) -> Iterator[Span]:
    for match in _NAMED.finditer(text):
        yield span(text, match.start(), match.end(), "12:00" if match["noon"] else "00:00")


def _military(text: str) -> Iterator[Span]:
    for match in _MILITARY.finditer(text):
        yield span(text, match.start(), match.end(), f"{match['hour']}:{match['minute']}")


def _timed(
    text: str, match: re.Match[str], said: str, minutes: int, *, exact: bool = False
) -> Iterator[Span]:
    """Return the span of a match as the times it may mean; ``exact``: written with digits."""
    hour = int(said) if said.isdigit() else SMALL[said.lower()]
    groups = match.groupdict()
    half, part = (groups.get("half") or "").lower(), (groups.get("part") or "").lower()
    if not half and part and hour <= 12:
        half = "a" if "morning" in part or ("night" in part and hour in {12, 1, 2, 3, 4}) else "p"
    if hour > 24 or (half and hour > 12 and not exact) or not 0 <= abs(minutes) < 60:
        return
    hours = _hours(hour, half, exact=exact and (len(said) == 2 or hour > 12))
    yield span(text, match.start(), match.end(), *(_as_time(h, minutes) for h in hours))


def _hours(hour: int, half: str, *, exact: bool) -> tuple[int, ...]:
    if half and hour <= 12:
        return (hour % 12 + (12 if half == "p" else 0),)
    if exact or hour > 12 or hour == 0:
        return (hour % 24,)
    morning, evening = hour % 12, hour % 12 + 12
    return (morning, evening) if 7 <= hour < 12 else (evening, morning)


def _as_time(hour: int, minutes: int) -> str:
    hour, minute = divmod((hour * 60 + minutes) % 1440, 60)
    return f"{hour:02d}:{minute:02d}"


def _seconds(written: str | None) -> str:
    """Return the seconds that a time of day ends in; nothing where they are left out, or none."""
    return f":{written}" if written and written.strip("0.") else ""


def split_time(value: Any) -> tuple[int, int]:
    """Return hour and minute of "HH:MM" or "HH:MM:SS"; raises ``ValueError``."""
    match = _TIME.fullmatch(str(value).strip())
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(value)
    return int(match[1]), int(match[2])


def seconds_of(value: Any) -> str:
    """Return the seconds of "HH:MM:SS" with their colon; nothing where they are none."""
    match = _TIME.fullmatch(str(value).strip())
    return _seconds(match[3] if match else None)


def verbalise_time(value: Any) -> tuple[str, ...]:
    """Return ways to say a time of day; each means this time, or it and twelve hours on."""
    hour, minute = split_time(value)
    twelve, half = (hour - 1) % 12 + 1, "am" if hour < 12 else "pm"
    seconds = seconds_of(value)
    if seconds:
        clock = f":{minute:02d}{seconds}"
        return (f"{hour:02d}{clock}", f"{twelve}{clock} {half.upper()}", f"{twelve}{clock}{half}")
    said = [
        f"{hour:02d}:{minute:02d}",
        f"{twelve}:{minute:02d} {half.upper()}",
        f"{twelve}:{minute:02d}{half}",
    ]
    if minute == 0:
        said = [
            f"{twelve}{half}",
            said[0],
            f"{twelve} {half.upper()}",
            f"{twelve} o'clock {_part_of_day(hour)}",
        ]
    if minute in {15, 30, 45}:
        next_hour = twelve % 12 + 1
        words = {
            15: f"quarter past {_word(twelve)}",
            30: f"half past {_word(twelve)}",
            45: f"quarter to {_word(next_hour)}",
        }
        said.append(f"{words[minute]} {_part_of_day((hour + minute // 45) % 24)}")
    named = {(12, 0): "noon", (0, 0): "midnight"}.get((hour, minute))
    return (named, *said) if named else tuple(said)


def _word(hour: int) -> str:
    return _HOUR_WORD.split("|")[hour - 1]


def _part_of_day(hour: int) -> str:
    if hour < 12:
        return "in the morning"
    return "in the afternoon" if hour < 18 else "in the evening"


def _canonical(value: Any) -> Any:
    try:
        hour, minute = split_time(value)
        return f"{hour:02d}:{minute:02d}{seconds_of(value)}"
    except ValueError:
        spans = [s for s in resolve_times(str(value)[:40]) if s.text == str(value).strip()]
        return spans[0].values[0] if spans else value


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    hour, minute = split_time(value)
    twelve, half = (hour - 1) % 12 + 1, "AM" if hour < 12 else "PM"
    seconds = seconds_of(value)
    return (
        f"{hour:02d}:{minute:02d}{seconds}",
        f"{hour:02d}:{minute:02d}{seconds or ':00'}",
        f"{twelve}:{minute:02d}{seconds} {half}",
        f"{twelve:02d}:{minute:02d}{seconds} {half}",
        f"{hour:02d}{minute:02d}{seconds.replace(':', '')}",
        f"{hour:02d}:{minute:02d}{seconds or ':00'}Z",
    )


def _is_time(value: Any) -> bool:
    return _TIME.fullmatch(str(value)) is not None


def _draw(rng: random.Random) -> str:
    minute = rng.choice((0, 0, 0, 0, 30, 30, 15, 45, rng.randrange(12) * 5))
    return f"{rng.randrange(24):02d}:{minute:02d}"


FORMATS = (
    ValueFormat(
        "time", verbalise_time, resolve_times, _draw, _canonical, _forms,
        (r"HH:MM(?!:)", "HH:MM:SS", r"12-hour|AM/PM"), exact=_is_time,
    ),
)  # fmt: skip
