"""Identifiers with digits in them, and postal codes."""

from __future__ import annotations

import random
import re
from typing import Any

from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, settle, span

_MIXED = re.compile(
    r"(?<![\w#@./-])(?<!\d:)#?(?=[\w-]*\d)(?=[\w-]{2,40}(?![\w-]))[A-Za-z0-9][\w-]*(?![\w@/]|\.\d)"
)
_DATE = re.compile(
    r"\b\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?\b|\b\d{1,2}-\d{1,2}-\d{4}\b"
    r"|(?<=[A-Za-z][a-z]{2} )(?:19|20)\d\d\b(?![\w-])|(?<=\d, )(?:19|20)\d\d\b(?![\w-])"
)
"""Dates in digits, and years behind a month or a day."""
_ZIP = re.compile(r"(?<![\w.,$-])\d{5}(?:-\d{4})?(?!\w|[.,]\d)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[A-Z]\d[A-Z] \d[A-Z]\d\b")
_ZIPS = ("10001", "94103", "60601", "02139", "73301", "33101", "98101", "20001", "80202", "30301")


def _resolve(text: str) -> list[Span]:
    """Return words that mix letters and digits, and numbers of three digits or more."""
    found = []
    dates = [(m.start(), m.end()) for m in _DATE.finditer(text)]
    for match in _MIXED.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in dates):
            continue
        plain = match.group().lstrip("#").rstrip("-_")
        telling = len(plain) > 2 or match.group().startswith("#")
        if telling and not re.fullmatch(r"\d+(?:st|nd|rd|th|am|pm|k|kg|km)", plain):
            start = match.start() + match.group().index(plain)
            found.append(span(text, start, start + len(plain), plain))
    return found


def _say(value: Any) -> tuple[str, ...]:
    text = str(value)
    whole = [s for s in _resolve(text) if s.text == text]
    return (text, f"#{text}") if whole else ()


def _forms(value: Any, slot: Slot) -> tuple[Any, ...]:
    text = str(value)
    return (int(text),) if slot.numeric and text.isdigit() else (text,)


def _draw(rng: random.Random) -> str:
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(3))
    return f"{letters}-{rng.randint(1000, 9999)}"


def _canonical(value: Any) -> Any:
    return str(value).strip().upper()


def _resolve_postal(text: str) -> list[Span]:
    found = [*_ZIP.finditer(text), *_POSTCODE.finditer(text)]
    return settle(span(text, m.start(), m.end(), m.group()) for m in found)


def _say_postal(value: Any) -> tuple[str, ...]:
    text = str(value)
    return (text,) if _ZIP.fullmatch(text) or _POSTCODE.fullmatch(text) else ()


def _draw_postal(rng: random.Random) -> str:
    return rng.choice(_ZIPS)


FORMATS = (
    ValueFormat("identifier", _say, _resolve, _draw, _canonical, _forms),
    ValueFormat("postal-code", _say_postal, _resolve_postal, _draw_postal, _canonical, _forms),
)
