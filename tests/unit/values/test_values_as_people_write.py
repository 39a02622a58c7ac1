"""Words that people use and libraries don't know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum import values


@pytest.mark.parametrize(
    ("kind", "text", "meant"),
    [
        ("country", "do the swiss get many days off?", "CH"),
        ("country", "us federal holidays pls", "US"),
        ("country", "public holidays in the us", "US"),
        ("year", "holidays of twenty twenty-five", 2025),
        ("year", "the summer of nineteen oh four", 1904),
        ("year", "back in nineteen ninety nine", 1999),
        ("element", "Pb density", "Pb"),
        ("element", "silicons covalent radius", "Si"),
        ("time", "it's six in the evening in Paris", "18:00"),
        ("time", "3 in the morning", "03:00"),
        ("date", "in madrid on may 28th 2025", "2025-05-28"),
        ("number", "half a mile", 0.5),
        ("number", "a quarter pound of butter", 0.25),
        ("number", "two thirds of a cup", 0.666666666667),
        ("number", "three quarters of an hour", 0.75),
        ("number", "half a million", 500_000),
        ("number", "a quarter past six", 6),
        ("year", "in two thousand and nine", 2009),
        ("year", "year two thousand twenty-five", 2025),
        ("airport", "a week on Easter Island", "IPC"),
        ("airport", "off to the Maldives", "MLE"),
        ("time-zone", "the time on Mallorca", "Europe/Madrid"),
        ("airport", "the airport of Queenstown in New Zealand", "ZQN"),
        ("element", "the atomic number of phosphorous", "P"),
        ("element", "the element written K", "K"),
        ("language", "which language is meant by the code eu?", "eu"),
        ("language", "the file says xh in the lang column", "xh"),
        ("language", "what is tagged gsw", "gsw"),
        ("airport", "Vancouver airport", "YVR"),
        ("airport", "Hilo, Hawaii", "HNL"),
        ("airport", "a day in Togo", "LFW"),
        ("unit", "2.4 mhz", "MHz"),
        ("unit", "5 tb of data", "TB"),
        ("date", "due march 3, 2026", "2026-03-03"),
        ("year", "Japan 2025: which days are off?", 2025),
        ("element", "there's a 'Tm' on this sheet", "Tm"),
        ("unit", "65 foot-pounds of torque", "foot_pound"),
        ("unit", "2.3 troy ounces", "troy_ounce"),
        ("unit", "8 US fl oz", "floz"),
        ("unit", "vienna to bangkok, naut. miles pls", "nmi"),
        ("airport", "a holiday in Malta", "MLA"),
    ],
)
def test_it_is_understood(kind: str, text: str, meant: object) -> None:
    assert [span.values[0] for span in values.get(kind).resolve(text)] == [meant]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("country", "tell us more about it"),
        ("year", "twenty five people"),
        ("year", "twenty twenty thousand"),
        ("year", "two thousand twenty thousand"),
        ("element", "So am I"),
        ("date", "you may 5 people ask"),
        ("date", "they march 3 miles"),
        ("time", "it took 2025:10 in all"),
        ("unit", "Who was Marie Curie?"),
        ("unit", "my GPA is 3.5"),
        ("unit", "Ah, let's meet at 5 PM"),
        ("unit", "Leonardo da Vinci"),
        ("country", "a 16 gb stick"),
        ("date", "I may first need it"),
        ("year", "sixty-two thousand five people"),
        ("element", "my friend called He"),
        ("airport", "Split the bill"),
        ("airport", "all of Bulgaria"),
    ],
)
def test_other_meanings_are_left_alone(kind: str, text: str) -> None:
    assert values.get(kind).resolve(text) == []


@given(st.integers(1810, 2099))
def test_years_in_pairs_of_digits_are_read(year: int) -> None:
    from num2words import num2words

    century, rest = divmod(year, 100)
    if rest == 0 or century not in {18, 19, 20}:
        return
    low = num2words(rest) if rest > 9 else f"oh {num2words(rest)}"
    spans = values.get("year").resolve(f"in {num2words(century)} {low}, I think")
    assert [span.values[0] for span in spans] == [year]
