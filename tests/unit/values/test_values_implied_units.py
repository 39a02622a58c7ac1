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
        ("weight_g", "a 1.5 kg parcel", 1500),
        ("length_m", "3 feet long", 0.9144),
        ("water_temp_c", "68 F", 20),
        ("wait_s", "wait 2 minutes", 120),
        ("floor_area_m2", "2 hectares", 20000),
        ("size_mb", "1.5 GB", 1500),
        ("wind_ms", "36 km/h", 10),
        ("grade_c", "68 F", 68),
        ("distance_nm", "5 km", 5),
    ],
)
def test_a_number_said_in_another_unit_is_converted(name: str, text: str, number: float) -> None:
    assert values.candidates(name, {"type": "number"}, text) == (number,)


def test_a_single_letter_is_a_unit_where_the_documentation_names_it() -> None:
    drawn = {"type": "number", "description": "What is drawn off, in litres."}
    assert values.candidates("drawn_l", drawn, "500 ml") == (0.5,)
    assert values.candidates("drawn_l", {"type": "number"}, "500 ml") == (500,)
