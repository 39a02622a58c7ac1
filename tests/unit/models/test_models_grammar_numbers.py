"""Numbers: the expressions admit exactly what lies within the bounds."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.models.grammar_numbers import integer_expression, number_expression


def as_regex(expression: str) -> re.Pattern[str]:
    """Return the expression as a Python pattern: terminals unquoted, spaces gone."""
    unquoted = re.sub(r'"([^"]*)"', lambda found: f"(?:{re.escape(found[1])})", expression)
    return re.compile(unquoted.replace(" ", ""))


@given(st.integers(-3000, 3000), st.integers(0, 4000), st.integers(-3500, 7500))
def test_an_integer_is_admitted_exactly_within_its_bounds(low: int, size: int, value: int) -> None:
    pattern = as_regex(integer_expression({"minimum": low, "maximum": low + size}))
    assert bool(pattern.fullmatch(str(value))) == (low <= value <= low + size)


DECIMALS = st.decimals(-120, 120, places=3)


@given(DECIMALS, DECIMALS, DECIMALS, st.booleans(), st.booleans())
def test_a_number_is_admitted_exactly_within_its_bounds(
    one: Decimal, other: Decimal, value: Decimal, open_low: bool, open_high: bool
) -> None:
    low, high = sorted([one, other])
    names = ("exclusiveMinimum" if open_low else "minimum", "exclusiveMaximum" if open_high else "maximum")
    schema = dict(zip(names, (float(low), float(high)), strict=True))
    within = (low < value if open_low else low <= value) and (value < high if open_high else value <= high)
    if value == 0:  # zero has no sign
        value = Decimal(0)
    try:
        pattern = as_regex(number_expression(schema))
    except ValueError:
        assert not within
        return
    assert bool(pattern.fullmatch(f"{value:f}")) == within
    for edge in {low, high} - {Decimal(0)}:
        inside = (edge != low or not open_low) and (edge != high or not open_high)
        assert bool(pattern.fullmatch(f"{edge:f}")) == inside


@pytest.mark.parametrize("value", ["0", "-1", "999999999999", "3.25", "-0.000001"])
def test_without_bounds_twelve_digits_and_six_decimals_are_admitted(value: str) -> None:
    assert as_regex(number_expression({})).fullmatch(value)


@pytest.mark.parametrize("value", ["01", "1e5", "1.", ".5", "1.1234567", "1234567890123", "+1", ""])
def test_other_notations_are_not_admitted(value: str) -> None:
    assert not as_regex(number_expression({})).fullmatch(value)


def test_multiples_are_spelled_out() -> None:
    pattern = as_regex(integer_expression({"multipleOf": 15, "minimum": 0, "maximum": 60}))
    assert [n for n in range(100) if pattern.fullmatch(str(n))] == [0, 15, 30, 45, 60]


def test_a_bound_beyond_the_usual_limit_still_leaves_room() -> None:
    assert as_regex(integer_expression({"minimum": 10**13})).fullmatch(str(10**13 + 5))
