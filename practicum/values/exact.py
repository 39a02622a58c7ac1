"""Numbers as they are written: whole where they are whole, free of binary noise."""

from __future__ import annotations

import math

LARGEST = 1e15
"""Nobody says larger numbers, and beyond them floats are no longer exact."""


def tidy(value: float) -> float:
    """Return ``value`` as an int when it is integral, rounded free of binary noise."""
    if isinstance(value, int):
        return value
    value = float(f"{value:.12g}")
    return int(value) if math.isfinite(value) and value.is_integer() and abs(value) < LARGEST else value
