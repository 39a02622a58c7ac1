"""Units as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicum.tools.almanac.unit_names import parse_unit
from practicum.tools.almanac.units import convert_units


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("kg", "kilogram"), ("Kilograms", "kilogram"), ("kilometres", "kilometer"), ("mcg", "microgram"),
        ("ug", "microgram"), ("dL", "deciliter"), ("kWh", "kilowatt_hour"), ("hPa", "hectopascal"),
        ("ms", "millisecond"), ("MB", "megabyte"), ("KB", "kilobyte"), ("C", "degree_Celsius"),
        ("F", "degree_Fahrenheit"), ("fl oz", "fluid_ounce"), ("nautical miles", "nautical_mile"),
        ("cc", "cubic_centimeter"), ("lbs", "pound"), ("mAh", "milliampere_hour"),
    ],
)  # fmt: skip
def test_a_unit_is_the_one_that_people_mean(written: str, meant: str) -> None:
    assert str(parse_unit(written)) == meant


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("square meter", "m^2"), ("sqft", "ft²"), ("cubic feet", "foot**3"), ("m/s", "meters per second"),
        ("kmh", "km/h"), ("mile/hour", "mph"), ("kg*m/s^2", "newton"),
    ],
)  # fmt: skip
def test_two_spellings_of_a_unit_convert_one_to_one(left: str, right: str) -> None:
    assert convert_units(1, left, right)["value"] == pytest.approx(1)


@pytest.mark.parametrize(
    "written", ["kilos", "minch", "kmeter", "kb", "Mbps", "decade", "5 kg", "kg**9", "m/", " "]
)
def test_readings_that_nobody_means_are_refused_with_suggestions(written: str) -> None:
    with pytest.raises(ValueError, match="use a unit such as"):
        parse_unit(written)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="kmgs0139*/^²()'_. abcper", min_size=1, max_size=40))
def test_no_text_is_evaluated_or_raises_anything_but_a_value_error(written: str) -> None:
    try:
        parse_unit(written)
    except ValueError as error:
        assert "use a unit such as" in str(error)  # noqa: PT017 - both ends are right


@settings(max_examples=100, deadline=None)
@given(
    st.floats(min_value=1e-3, max_value=1e9), st.sampled_from([("mile", "km"), ("lb", "kg"), ("acre", "ha")])
)
def test_a_conversion_there_and_back_returns_the_value(value: float, units: tuple[str, str]) -> None:
    there = convert_units(value, *units)["value"]
    assert convert_units(there, *reversed(units))["value"] == pytest.approx(value, rel=1e-4)
