"""Months of a year: 2026-03 is "March 2026"."""

from __future__ import annotations

import random
import re
from typing import Any

from practicum.values.calendar_words import MONTH_ABBREVIATIONS, MONTH_NAMES, MONTHS
from practicum.values.clock import today
from practicum.values.date_grammar import find_dates
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, prefer, span

_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_NAMED = re.compile(
    rf"\b(?P<month>{_NAME})\b\.?,?\s+(?:of\s+)?(?:(?P<year>\d{{4}})(?![\w:]|[.,]\d)|['\u2019](?P<short>\d\d)\b)",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"\b(?P<month>{_NAME})\b(?!\.?,?\s+\d)", re.IGNORECASE)
_GUARDED = frozenset({"may", "march", "mar"})
"""Months that are other words where they have no capital."""
_NUMBERS = re.compile(
    r"(?<![\w/.-])(?:(\d{4})[-/](0[1-9]|1[0-2])|(0?[1-9]|1[0-2])[-/.](\d{4}))(?![\w/-]|\.\d)"
)
_STYLES = (r"YYYY-MM(?![-/]?D)", r"MM/YYYY", r"YYYY/MM(?!/)", r"YYYYMM(?!D)")


def resolve_months(text: str) -> list[Span]:
    """Return the months of ``text`` as YYYY-MM; those without a year are of this one, dates are none."""
    named = [_named(text, m) for m in _NAMED.finditer(text)]
    written = [
        span(text, m.start(), m.end(), f"{m[1] or m[4]}-{int(m[2] or m[3]):02d}")
        for m in _NUMBERS.finditer(text)
    ]
    alone = [
        span(text, m.start(), m.end(), f"{today().year}-{MONTHS[m['month'].lower()]:02d}")
        for m in _ALONE.finditer(text)
        if m["month"].lower() not in _GUARDED or m["month"][0].isupper()
    ]
    dates = find_dates(text)
    found = prefer([*named, *written], alone)
    return [one for one in found if not any(one.start < day.end and day.start < one.end for day in dates)]


def _named(text: str, match: re.Match[str]) -> Span:
    year = match["year"] or f"20{match['short']}"
    return span(text, match.start(), match.end(), f"{year}-{MONTHS[match['month'].lower()]:02d}")


def _canonical(value: Any) -> Any:
    text = str(value).strip()
    spans = [found for found in resolve_months(text[:40]) if found.text == text]
    return spans[0].values[0] if spans else value


def _verbalise(value: Any) -> tuple[str, ...]:
    year, month = _split(value)
    name, short = MONTH_NAMES[month - 1], MONTH_ABBREVIATIONS[month - 1]
    return (
        f"{name} {year}",
        f"{short} {year}",
        f"{year}-{month:02d}",
        f"{name} of {year}",
        f"{month:02d}/{year}",
    )


def _split(value: Any) -> tuple[int, int]:
    """Return year and month of a value in canonical form or another; raises ``ValueError``."""
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", str(_canonical(value)))
    if match is None:
        raise ValueError(value)
    return int(match[1]), int(match[2])


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    year, month = _split(value)
    return (f"{year}-{month:02d}", f"{month:02d}/{year}", f"{year}/{month:02d}", f"{year}{month:02d}")


def _draw(rng: random.Random) -> str:
    return f"{rng.randint(today().year - 3, today().year)}-{rng.randint(1, 12):02d}"


FORMATS = (ValueFormat("year-month", _verbalise, resolve_months, _draw, _canonical, _forms, _STYLES),)
