"""Whatever the verbaliser says, the resolver reads: alone and within a sentence."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicum import values

CARRIERS = (
    "{}",
    "Can you tell me something about {} please?",
    "what about {}?",
    "I would like to know more on {}, thanks.",
)


@pytest.mark.parametrize("name", values.names())
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), carrier=st.sampled_from(CARRIERS))
def test_every_spelling_of_a_value_leads_back_to_it(name: str, seed: int, carrier: str) -> None:
    form = values.get(name)
    value = form.sample(random.Random(seed))
    said = form.verbalise(value)
    assert said, value
    for spelling in said:
        found = [form.canonical(v) for s in form.resolve(carrier.format(spelling)) for v in s.values]
        assert form.canonical(value) in found, (value, carrier.format(spelling), found)


@pytest.mark.parametrize("name", values.names())
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_samples_are_canonical(name: str, seed: int) -> None:
    form = values.get(name)
    value = form.sample(random.Random(seed))
    assert form.canonical(value) == value or name == "isbn"


PIECES = [
    *("5", "March", "2024", "-", "/", ":", "kg", "$", "half", "a", "million", "IT", "IN", "\u00e9", "\u00bd"),
    *(
        "\u0663",
        "\u00b2",
        "\ud800",
        "\u202e",
        "3pm",
        "past",
        "+49",
        "DE",
        "978",
        "P",
        "T",
        "1H",
        "*",
        "0",
        "e9",
    ),
    *(
        "99999999999999999999",
        "'",
        '"',
        "(",
        "K",
        "C",
        "to",
        "in",
        "'s",
        "\u2019s",
        ".",
        ",",
        "'24",
        "Easter",
    ),
    *("every", "month", "first", "of", "utc", "+", "12", "\u00b0", "#"),
]
WEIRD = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from([*PIECES, " ", "\n"]), max_size=60).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
)


@settings(max_examples=60, deadline=None)
@given(text=WEIRD)
def test_no_text_makes_a_resolver_raise_and_spans_quote_the_text(text: str) -> None:
    for name in values.names():
        for span in values.get(name).resolve(text):
            assert text[span.start : span.end] == span.text
            assert span.values
            assert None not in span.values


@settings(max_examples=60, deadline=None)
@given(value=st.one_of(st.text(max_size=60), st.integers(), st.floats(), st.none(), st.booleans()))
def test_no_value_makes_a_verbaliser_raise(value: object) -> None:
    for name in values.names():
        form = values.get(name)
        form.canonical(value)
        assert all(isinstance(said, str) for said in form.verbalise(value))


def test_only_the_first_two_thousand_characters_are_read() -> None:
    text = "x " * 1_000 + "5 kg"
    assert values.get("number").resolve(text) == []
    assert values.candidates("value", {"type": "number"}, text) == ()
