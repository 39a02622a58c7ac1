import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.values.shape import shape


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How many pounds are 70 kg?", "How many unit are number unit?"),
        ("what's twelve euros in USD", "what's number currency in currency code"),
        ("from Berlin to MUC on 3 May 2026", "from place to place code on date mixed"),
        ("add 2 weeks to 2026-05-03", "add number unit to date digits"),
        ("tell me a joke", "tell me a joke"),
        ("", ""),
    ],
)
def test_values_are_replaced_by_the_names_of_their_formats(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What date is 90 days after 3 march 2025?", "What date is six weeks after 17 Aug 2019?"),
        ("distance CPT to GRU", "distance LHR to JFK"),
        ("What is the density of iron?", "What is the density of gold?"),
    ],
)
def test_queries_that_differ_in_values_alone_have_one_shape(one: str, other: str) -> None:
    assert shape(one) == shape(other)


@given(st.text(max_size=80))
def test_any_text_has_a_shape(text: str) -> None:
    assert isinstance(shape(text), str)
