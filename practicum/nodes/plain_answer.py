"""A tool's result said plainly, for models whose own prose can't be relied on.

The embedded model calls tools well and writes badly: asked to put a result in words it invents some.
"""

from __future__ import annotations

import json
from typing import Any

MOST_CHARACTERS = 400
NOTHING = "(nothing)"
"""The answer when a tool returned an empty text, list or object: an answer is never empty."""


def plain_answer(result: str) -> str:
    """Return an observation's text as an answer: fields as "name: value", lists with commas, bounded."""
    try:
        said = _say(json.loads(result))
    except (ValueError, RecursionError):
        said = result
    said = " ".join(said.split()) or NOTHING
    return said if len(said) <= MOST_CHARACTERS else f"{said[: MOST_CHARACTERS - 3]}..."


def _say(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {_say(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return "; ".join(_say(inner) for inner in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
