"""Numbers of the kind that people mention, under a schema."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from practicum.nodes.harvest import fits
from practicum.nodes.schema_parts import type_of

ROUND = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    10,
    12,
    15,
    18,
    20,
    24,
    25,
    30,
    40,
    45,
    50,
    60,
    75,
    80,
    90,
    100,
    120,
    150,
    200,
    250,
    300,
    400,
    500,
    750,
    1000,
    1500,
    2000,
    5000,
    10000,
)
ROUND_SHARE = 0.7
WIDE = 5
"""Bounds that lie so far apart are mostly filled with whole numbers."""
FINE_SHARE = 0.8
"""Share of numbers that are written as finely as their bounds, where these have a point."""
NEGATIVE_SHARE = 0.35


def human_number(schema: Mapping[str, Any], rng: random.Random, *, decimals: int = 0) -> int | float:
    """Return a number within the schema's bounds of the kind that people mention: short, mostly round.

    Args:
        schema: Of a number or an integer.
        rng: The source of chance.
        decimals: Digits after the point in which the bounds are told: a gravity of 1.050 is no 1.05123.
    """
    low, high = _bounds(schema)
    if decimals and type_of(dict(schema)) == "number" and rng.random() < FINE_SHARE:
        value = round(rng.uniform(low, min(high, 2 * max(low, 1))), decimals)
        if fits(value, dict(schema)):
            return value
    size = rng.choice(ROUND) if rng.random() < ROUND_SHARE else 10 ** rng.uniform(0, 3.5)
    value = -size if low < 0 and rng.random() < NEGATIVE_SHARE else size
    if type_of(dict(schema)) == "integer":
        value = round(value)
    elif value not in ROUND:
        value = round(value, rng.choice((0, 1, 2)))
    if not low <= value <= high:
        value = rng.uniform(low, high)
        wide = high - low >= WIDE and rng.random() < ROUND_SHARE
        value = round(value) if wide or type_of(dict(schema)) == "integer" else round(value, 2)
    if not fits(value, dict(schema)):
        value = _exact_number(schema, low, high, rng)
    return int(value) if value == int(value) else value


def _exact_number(schema: Mapping[str, Any], low: float, high: float, rng: random.Random) -> float:
    """Return a number that keeps bounds and steps which leave no room for a round one."""
    whole = 1 if type_of(dict(schema)) == "integer" else 0
    step = schema.get("multipleOf") or whole
    drawn = (rng.uniform(low, high) for _ in range(20))
    tried = [round(value / step) * step if step else value for value in drawn]
    return next((value for value in tried if fits(value, dict(schema))), tried[-1])


def _bounds(schema: Mapping[str, Any]) -> tuple[float, float]:
    """The schema's bounds; where one is missing, one that leaves room beside the other."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    low = (0 if high is None or high > 0 else high - 1000) if low is None else low
    return low, max(1_000_000, low * 10) if high is None else high
