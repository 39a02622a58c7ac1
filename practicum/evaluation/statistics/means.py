"""Means of what is known."""

from __future__ import annotations

from collections.abc import Sequence


def mean_of_known(values: Sequence[float | None]) -> float | None:
    """Return the mean of the values that are known; None where none is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
