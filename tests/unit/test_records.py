"""Records as JSON: whatever a model wrote comes back, and has one digest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_trials import made_trial

from practicum.records import (
    Item,
    JsonObject,
    Observation,
    Outcome,
    Step,
    ToolCall,
    Trial,
    canonical_json,
    digest,
)

# Any character, halves of surrogate pairs included: models write them.
TEXT = st.text(st.characters(), max_size=4)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
HALF = "\ud83d"


def trial_with(arguments: JsonObject) -> Trial:
    call = ToolCall(name="convert", arguments=arguments)
    return made_trial(imagined=call, steps=(Step(call=call, observation=Observation(text="5")),))


@given(arguments=st.dictionaries(TEXT, JSON_VALUES, max_size=3))
def test_whatever_a_model_wrote_comes_back_from_json(arguments: JsonObject) -> None:
    trial = trial_with(arguments)
    assert Trial.from_dict(json.loads(json.dumps(trial.as_dict()))) == trial


@pytest.mark.parametrize("arguments", [{HALF: 1}, {"a": {HALF: 1}}, {"a": [{"b": {HALF: [1]}}]}])
def test_half_a_surrogate_pair_in_a_key_stays_what_it_is(arguments: JsonObject) -> None:
    trial = trial_with(arguments)
    plain = trial.as_dict()
    assert plain["imagined"]["arguments"] == arguments
    assert (plain["outcome"], plain["started_at"]) == ("solved", "2026-01-02T00:00:00Z")
    # All but the arguments is spelled as without the odd key.
    usual = trial_with({}).as_dict()
    assert {**plain, "imagined": None, "steps": None} == {**usual, "imagined": None, "steps": None}


def test_half_a_surrogate_pair_in_the_name_of_an_accepted_argument_stays_too() -> None:
    item = Item(id="a", query="q", expected=(), accept={HALF: ("x", 1)})
    assert item.as_dict()["accept"] == {HALF: ["x", 1]}
    assert Item.from_dict(item.as_dict()) == item


def test_keys_that_are_no_text_are_spelled_the_same_beside_an_odd_one() -> None:
    values: dict[Any, Any] = {1: "a", None: "b", Outcome.SOLVED: Outcome.BROKEN}
    usual = ToolCall(name="t", arguments={"x": values}).as_dict()
    odd = ToolCall(name="t", arguments={"x": values, HALF: 0}).as_dict()
    assert odd["arguments"].pop(HALF) == 0
    assert odd == usual


@given(first=JSON_VALUES, second=JSON_VALUES)
def test_equal_values_have_equal_digests_and_different_ones_have_not(first: Any, second: Any) -> None:
    assert digest([first]) == digest(json.loads(json.dumps([first])))
    assert (digest([first]) == digest([second])) == (canonical_json(first) == canonical_json(second))


def test_half_a_surrogate_pair_is_not_what_it_is_escaped_to() -> None:
    assert len({digest(HALF), digest("\\ud83d"), digest("?"), digest("\ufffd")}) == 4


def test_a_digest_is_the_same_in_every_version() -> None:
    # Ids on the disk are made of digests.
    assert digest("a", {"b": [1, "ü"]}) == "d2eaa396c52e385e"
