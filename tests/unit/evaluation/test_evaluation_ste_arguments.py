from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.evaluation.matching.matcher import match_item
from practicum.evaluation.ste.agreement import agreement, agreements
from practicum.evaluation.ste.arguments import Level, level_of
from practicum.records import Item, ToolCall

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ARGUMENTS = st.dictionaries(st.sampled_from(["date", "city", "n", "query"]), VALUES, max_size=3)


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        ({}, {}),
        ({"n": 70}, {"n": 70.0}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"n": 1}, {"n": 1, "unit": None}),
    ],
)
def test_equal_arguments_are_exact(expected: Any, given: Any) -> None:
    assert level_of(expected, given) is Level.EXACT


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        ({"lat": 35.86}, {"lat": "35.86"}),
        ({"days": "90"}, {"days": 90}),
        ({"days": "90"}, {"days": " 90.0"}),
        ({"type": "DLC"}, {"type": "dlc"}),
        ({"query": "bakeries in Paris, France"}, {"query": "Bakeries in Paris France."}),
        ({"date": "2022-01-05"}, {"date": "January 5, 2022"}),
        ({"on": True}, {"on": "true"}),
        ({"where": {"city": "Rome"}, "n": ["1"]}, {"where": {"city": "rome"}, "n": [1]}),
        ({"text": "steps to bake bread " * 20}, {"text": "Steps to bake bread, " * 20}),
    ],
)
def test_another_spelling_is_equivalent(expected: Any, given: Any) -> None:
    assert level_of(expected, given) is Level.EQUIVALENT


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        ({}, {"length": 50}),
        ({"key": ""}, {"key": "your_key"}),
        ({"lat": 19.076}, {"lat": 19.0762}),
        ({"query": "museums in Rome that offer tours"}, {"query": "museums offering tours in Rome"}),
        (
            {"query": "cheap hotels near the beach in Miami"},
            {"query": "hotels near the beach in Miami, cheap"},
        ),
        (
            {"query": "effective strategies for managing stress in the workplace"},
            {"query": "effective strategies for reducing stress in the workplace"},
        ),
        ({"query": "graphs"}, {"query": "graphs", "limit": 5}),
    ],
)
def test_other_words_for_the_same_are_similar(expected: Any, given: Any) -> None:
    assert level_of(expected, given) is Level.SIMILAR


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        ({"n": 1}, {}),
        ({"n": 1}, {"m": 1}),
        ({"n": True}, {"n": 1}),
        ({"days": -20}, {"days": "20"}),
        ({"days": "-20"}, {"days": "20"}),
        ({"id": "007"}, {"id": "7"}),
        ({"language": "C++"}, {"language": "C"}),
        ({"type": "game.item"}, {"type": "game.items"}),
        ({"entity": "causes of deforestation"}, {"entity": "deforestation in Brazil"}),
        ({"lat": 52.370216}, {"lat": 52.36}),
        ({"key": "a"}, {"key": ""}),
        ({"n": [1, 2]}, {"n": [2, 1]}),
        ({"n": [1]}, {"n": 1}),
    ],
)
def test_something_else_is_wrong(expected: Any, given: Any) -> None:
    assert level_of(expected, given) is Level.WRONG


def test_arguments_that_are_nested_too_deeply_are_wrong_and_no_crash() -> None:
    expected: dict[str, Any] = {"a": 1}
    given: dict[str, Any] = {"a": 1.5}
    for _ in range(2_000):
        expected, given = {"a": expected}, {"a": given}
    assert level_of(expected, given) is Level.WRONG


@given(expected=ARGUMENTS, given_=ARGUMENTS)
def test_exact_is_what_the_matcher_calls_strict(expected: dict[str, Any], given_: dict[str, Any]) -> None:
    item = Item(id="i", query="q", expected=(ToolCall(name="t", arguments=expected),))
    match = match_item(item, (ToolCall(name="t", arguments=given_),), ())
    assert (level_of(expected, given_) is Level.EXACT) == match.strict


@given(arguments=ARGUMENTS)
def test_arguments_are_exactly_themselves(arguments: dict[str, Any]) -> None:
    assert level_of(arguments, dict(arguments)) is Level.EXACT


def test_agreement_counts_what_both_say() -> None:
    found = agreement([(True, True)] * 4 + [(True, False)] + [(False, True)] * 2 + [(False, False)] * 3)
    assert (found.n, found.accuracy.k, found.accuracy.n) == (10, 7, 10)
    assert (found.precision.k, found.precision.n) == (4, 5)
    assert (found.recall.k, found.recall.n) == (4, 6)
    assert found.kappa == pytest.approx(0.4)


def test_agreement_on_one_answer_alone_has_no_kappa() -> None:
    assert agreement([(True, True)] * 3).kappa is None
    assert agreement([]).kappa is None


def test_a_lower_level_calls_more_calls_right() -> None:
    found = agreements([(Level.EXACT, True), (Level.EQUIVALENT, True), (Level.SIMILAR, False)])
    assert [(level, each.precision.n) for level, each in found.items()] == [
        ("exact", 1),
        ("equivalent", 2),
        ("similar", 3),
    ]
    assert agreements([]) == {}
