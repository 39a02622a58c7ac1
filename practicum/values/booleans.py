"""Truth values."""

from __future__ import annotations

import random
import re
from typing import Any

from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Span, span

_WORD = re.compile(r"\b(?:(?P<true>true|yes|enabled?|on)|(?P<false>false|no|disabled?|off))\b", re.IGNORECASE)
_SURE = frozenset({"true", "false"})


def _resolve(text: str) -> list[Span]:
    """Return true and false; yes, no and the like only where they are the whole text."""
    found = [m for m in _WORD.finditer(text) if m.group().lower() in _SURE or m.group() == text.strip()]
    return [span(text, m.start(), m.end(), m["true"] is not None) for m in found]


def _verbalise(value: Any) -> tuple[str, ...]:
    return (("true",) if value else ("false",)) if isinstance(value, bool) else ()


def _canonical(value: Any) -> Any:
    match = _WORD.fullmatch(value) if isinstance(value, str) else None
    return match["true"] is not None if match else value


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    return (value,)


def _draw(rng: random.Random) -> bool:
    return rng.random() < 0.5


FORMATS = (ValueFormat("boolean", _verbalise, _resolve, _draw, _canonical, _forms),)
