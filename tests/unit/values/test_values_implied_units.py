"""A number is offered in the unit that its argument is named after."""

from __future__ import annotations

import pytest

from practicum import values


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("last_minutes", "in the last 2 hours", 120),
        ("last_minutes", "in the last 15 minutes", 15),
        ("weight_kg", "a parcel of 800 g", 0.8),
        ("weight_kg", "a parcel of 2.5 kg", 2.5),
        ("weight_kg", "a parcel of 4", 4),
        ("timeout_seconds", "for 1.5 min", 90),
        ("price_min", "for 2 hours", 2),
        ("count", "2 hours", 2),
    ],
)
def test_a_number_said_in_another_unit_is_converted(name: str, text: str, number: float) -> None:
    assert values.candidates(name, {"type": "number"}, text) == (number,)
