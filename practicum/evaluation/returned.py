"""Whether two observations say the same: JSON by value, anything else by its text."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from practicum.records import Observation, ToolCall

TOLERANCE = 1e-9
"""Relative difference up to which two numbers are one: the noise of floating point."""
_NEAR_DAYS = (-1, 0, 1)
"""Days from today's, in UTC, that are today somewhere."""


def same_returned(
    expected: Sequence[Observation], given: Sequence[Observation], *, tolerance: float = TOLERANCE
) -> bool:
    """Whether calls returned the same, one by one; numbers within a relative ``tolerance``.

    An error is never the same as anything, another error included. Neither is a text that was cut.
    """
    whole = all(each.ok and not each.truncated for each in (*expected, *given))
    return (
        whole
        and len(expected) == len(given)
        and all(
            same_text(one.text, other.text, tolerance) for one, other in zip(expected, given, strict=True)
        )
    )


def same_text(expected: str, given: str, tolerance: float = TOLERANCE) -> bool:
    """Whether two results are equal: JSON by value, other texts but for their white space."""
    if _plain(expected) == _plain(given):
        return True
    try:
        return _same(_decoded(expected), _decoded(given), tolerance)
    except (ValueError, RecursionError):
        return False


def tells_the_time(calls: Sequence[ToolCall], observations: Sequence[Observation]) -> bool:
    """Whether results name today, which the calls do not: asked again another day, they would differ."""
    asked = " ".join(call.signature for call in calls)
    now = datetime.now(UTC)
    days = [(now + timedelta(days=days)).strftime("%Y-%m-%d") for days in _NEAR_DAYS]
    return any(day in each.text and day not in asked for each in observations for day in days)


def _same(one: Any, other: Any, tolerance: float) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other or math.isclose(one, other, rel_tol=tolerance)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key], tolerance) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            _same(left, right, tolerance) for left, right in zip(one, other, strict=True)
        )
    if isinstance(one, str) and isinstance(other, str):
        return _plain(one) == _plain(other)
    return one is None and other is None


def _decoded(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
