"""Rates with their denominators and 95 % intervals."""

from __future__ import annotations

from math import sqrt
from typing import Any

from pydantic import Field, model_validator

from practicum.records import Record

Z_95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""


class Proportion(Record):
    """``k`` of ``n``; the rate and its 95 % Wilson interval follow from them.

    ``rate``, ``low`` and ``high`` lie in [0, 1] with low <= rate <= high, and are None
    when n is 0. What is passed for them is ignored, so that a record read from JSON
    can't contradict itself.
    """

    k: int = Field(ge=0)
    n: int = Field(ge=0)
    rate: float | None = None
    low: float | None = None
    high: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        k, n = data.get("k"), data.get("n")
        if not isinstance(k, int) or not isinstance(n, int) or k < 0 or n < 0:
            return data  # pydantic says what is wrong with them
        if k > n:
            raise ValueError(f"{k} of {n} is no proportion")
        low, high = wilson(k, n) if n else (None, None)
        return {**data, "rate": k / n if n else None, "low": low, "high": high}


def count(flags: list[bool]) -> Proportion:
    """Return how many of ``flags`` are true, of all of them."""
    return Proportion(k=sum(flags), n=len(flags))


def wilson(k: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of ``k`` of ``n`` (n > 0).

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical
    inference, JASA 22 (1927).
    """
    rate, square = k / n, Z_95 * Z_95
    centre = (rate + square / (2 * n)) / (1 + square / n)
    margin = Z_95 * sqrt(rate * (1 - rate) / n + square / (4 * n * n)) / (1 + square / n)
    # Rounding may leave the exact bounds (0 at k=0, 1 at k=n) a hair inside of the rate.
    return max(0.0, min(centre - margin, rate)), min(1.0, max(centre + margin, rate))
