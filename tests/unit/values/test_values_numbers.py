from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum import values


def read(text: str, name: str = "number") -> list[object]:
    return [span.values[0] for span in values.get(name).resolve(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("three hundred and five apples", [305]),
        ("half a million people", [500_000]),
        ("1,500 and 12k", [1500, 12_000]),
        ("about $1,234.56", [1234.56]),
        ("minus 40 degrees or -3.5", [-40, -3.5]),
        ("two and a half cups", [2.5]),
        ("2 1/2 cups and 3/4 cup", [2.5, 0.75]),
        ("the twenty-first time", [21]),
        ("the 3rd of them", [3]),
        ("10-20 of 5 - 3", [10, 20, 5, 3]),
        ("5 million, a dozen, 1.2 billion", [5_000_000, 12, 1_200_000_000]),
        ("3,5 kg (the German comma)", [3.5]),
        ("a week before", [1]),
        ("one hundred thousand", [100_000]),
        ("H2O and B12", []),
        ("a second opinion, this one", []),
        ("mean of 1, 2,3", [1, 2, 3]),
    ],
)
def test_numbers_are_read_as_people_say_them(text: str, expected: list[object]) -> None:
    assert read(text) == expected


def test_a_number_with_an_unclear_suffix_offers_both_readings() -> None:
    (span,) = values.get("number").resolve("heat it to 300K now")
    assert span.values == (300_000, 300)


@given(st.integers(-(10**12), 10**12))
def test_every_whole_number_survives_its_words(value: int) -> None:
    spellings = values.spellings("number", value)
    assert spellings
    for said in spellings:
        assert value in read(f"it is {said} then"), said


@given(st.decimals(min_value=-10_000, max_value=10_000, places=2).map(float))
def test_every_price_survives_its_words(value: float) -> None:
    spellings = values.spellings("number", value)
    assert spellings
    for said in spellings:
        assert read(f"it is {said} then") == [pytest.approx(value)]


def test_a_percent_sign_beats_other_numbers() -> None:
    assert read("15% of 80 dollars", "percent") == [15]
    assert read("15 of 80", "percent") == [15, 80]
    share = {"type": "number", "maximum": 1, "description": "percentage, as a share"}
    assert values.candidates("rate", share, "15% tip") == (0.15,)
