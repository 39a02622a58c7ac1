"""Where a text says a value of a call."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from practicum.records import JsonObject

if TYPE_CHECKING:
    from practicum.values import Span

Offsets = tuple[int, int]
"""From and to, in characters."""
SHORT = 3
"""Capitals of so few letters may be words otherwise: "US" is not "us"."""
_DIGITS = re.compile(r"\d+")


def mentions(name: str, schema: JsonObject, value: Any, text: str, *, as_in: str) -> list[Offsets]:
    """Return where ``text`` says a value: as whole words, or in a spelling that its format knows.

    Args:
        name: The parameter.
        schema: Its schema.
        value: No list, object, boolean or null.
        text: What may say it.
        as_in: The query. Where it writes a short value in capitals, ``text`` has to.
    """
    if isinstance(value, int | float):
        return _of_number(value, text) if math.isfinite(value) else []
    return _as_written(str(value), text, as_in) or _as_meant(name, schema, value, text)


def readings(kind: str, text: str) -> list[Span]:
    """Return what of a format a text says."""
    from practicum import values

    return values.get(kind).resolve(text)


def digits(text: str) -> set[int]:
    """Return the whole numbers that a text writes in digits, without their signs."""
    return {int(found[:18]) for found in _DIGITS.findall(text.replace(",", ""))}


def _of_number(value: float, text: str) -> list[Offsets]:
    """Return where a number is said with its sign and its scale; digits of a date or a time count, too."""
    spans = readings("number", text)
    # Of "5 below zero", 5 is the second reading: it says -5.
    found = [
        (span.start, span.end)
        for span in spans
        if value == span.values[0] or (value in span.values and -value not in span.values)
    ]
    if found or value < 0 or value != int(value):
        return found
    alone = re.compile(rf"(?<![\d.,\-\u2212])0*{int(value)}(?!\d|[.,]\d)")
    places = (match.span() for match in alone.finditer(text))
    return [
        place for place in places if not any(one.start < place[1] and place[0] < one.end for one in spans)
    ]


def _as_written(value: str, text: str, query: str) -> list[Offsets]:
    parts = [re.escape(part) for part in value.split()]
    if not parts:
        return []
    before = r"(?<![\w.,+\-\u2212])(?<!minus )" if value.strip()[0].isdigit() else r"(?<!\w)"
    after = r"(?!\w|[.,]\d)" if value.strip()[-1].isdigit() else r"(?!\w)"
    words = before + r"\s+".join(parts) + after
    exact = len(value) <= SHORT and value.isupper() and re.search(words, query) is not None
    return [match.span() for match in re.finditer(words, text, 0 if exact else re.IGNORECASE)]


def _as_meant(name: str, schema: JsonObject, value: Any, text: str) -> list[Offsets]:
    from practicum import values

    kind = values.detect(name, schema)
    if kind is None:
        return []
    return [
        (span.start, span.end)
        for span in readings(kind, text)
        if any(values.equivalent(name, schema, value, each) for each in span.values)
    ]
