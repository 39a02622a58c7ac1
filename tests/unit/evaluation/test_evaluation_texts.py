"""Free texts: the same, nearly the same, perhaps the same, different."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.evaluation.matching.texts import Likeness, likeness, negatives, resembles


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bakeries in Paris, France.", "bakeries in paris france"),
        ("São Paulo", "Sao Paulo"),
        ("a budget of 1,000 euros", "a budget of 1000 euros"),
        ("***", " *** "),
    ],
)
def test_case_punctuation_and_accents_make_no_difference(one: str, other: str) -> None:
    assert likeness(one, other) is Likeness.SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("museums in Rome that offer tours", "museums offering tours in Rome"),
        ("coffee shops with outdoor seating in Oslo", "coffee shops in Oslo with outdoor seating"),
        ("remind me to call my two sisters", "remind me to call my 2 sisters"),
        (
            "ways of managing stress in a busy workplace today",
            "ways of managing stress in a busy workplace",
        ),
    ],
)
def test_the_same_words_are_near_and_a_long_text_may_lack_some(one: str, other: str) -> None:
    assert likeness(one, other) is Likeness.NEAR


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("seafood restaurants in Boston", "highly rated seafood restaurants in Boston"),
        ("Cancer", "types of cancer"),
        ("dog bites man", "man bites dog"),
        ("cheap night trains from Rome to Paris", "cheap night trains from Paris to Rome"),
        ("hotels by the lake with pets allowed", "hotels by the lake with no pets allowed"),
        ("I will be there for dinner tonight, Ann", "I won't be there for dinner tonight, Ann"),
    ],
)
def test_where_words_are_shared_but_order_or_denial_may_tell_a_reader_must(one: str, other: str) -> None:
    assert likeness(one, other) is Likeness.UNSURE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Remind Anna to send the quarterly budget report",
            "Remind John to send the quarterly budget report",
        ),
        ("cheap hotels near central station Berlin", "cheap hotels near central station Hamburg"),
        ("open the garage door tonight after dinner", "close the garage door tonight after dinner"),
        ("ways of managing stress in a busy workplace", "ways of reducing stress in a busy workplace"),
        (
            "open the big garage door tonight after dinner",
            "open the garage door tonight before the big dinner",
        ),
        ("cheap flights to Paris", "cheap flights from Paris"),
    ],
)
def test_a_word_in_the_place_of_another_is_for_a_reader_however_many_are_shared(one: str, other: str) -> None:
    assert likeness(one, other) is Likeness.UNSURE


def test_what_only_resembles_may_have_another_word() -> None:
    one = "ways of managing stress in a busy workplace"
    assert resembles(one, "ways of reducing stress in a busy workplace")
    assert not resembles(one, "ways of reducing noise in a workplace")
    assert not resembles(one, "2 ways of managing stress in a busy workplace")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tell Bob", "weather in Lima"),
        ("C", "C++"),
        ("video", "videos"),
        ("a table for 4 people at the Ritz", "a table for 5 people at the Ritz"),
        ("a table for four at the Ritz hotel", "a table for five at the Ritz hotel"),
        ("it was -5 degrees outside", "it was 5 degrees outside"),
        ("nach Hause", ""),
    ],
)
def test_other_words_numbers_and_signs_are_different(one: str, other: str) -> None:
    assert likeness(one, other) is Likeness.DIFFERENT


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_has_no_direction(one: str, other: str) -> None:
    assert likeness(one, other) is likeness(other, one)


@given(st.text(max_size=60))
def test_a_text_is_the_same_as_itself(text: str) -> None:
    assert likeness(text, text) is Likeness.SAME


def test_a_hyphen_between_digits_or_letters_is_no_minus() -> None:
    assert [negatives(text) for text in ("-5 kg", "2024-03-05", "COVID-19", "from -3 to \u22122")] == [
        1,
        0,
        0,
        2,
    ]
