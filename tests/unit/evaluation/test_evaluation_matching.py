from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.evaluation import Match, Matcher, match_item
from practicum.evaluation.matching.schemas import ToolSchemas
from practicum.records import Item, JsonObject, ToolCall, ToolSpec

UNITS = ToolSpec(
    name="convert_units",
    description="Converts a quantity.",
    parameters={
        "type": "object",
        "properties": {
            "value": {"type": "number"},
            "from_unit": {"type": "string", "format": "unit"},
            "to_unit": {"type": "string", "format": "unit"},
            "digits": {"type": "integer", "default": 2},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        },
        "required": ["value", "from_unit", "to_unit"],
    },
)
TRIP = ToolSpec(
    name="plan_trip",
    description="Plans a trip.",
    parameters={
        "type": "object",
        "properties": {
            "stops": {"type": "array", "items": {"type": "string", "format": "country"}},
            "options": {"$ref": "#/$defs/Options"},
            "payload": {"type": "object"},
        },
        "$defs": {
            "Options": {
                "type": "object",
                "properties": {
                    "currency": {"type": "string", "format": "currency"},
                    "class": {"type": "string", "default": "economy"},
                },
            }
        },
    },
)
RIGHT: JsonObject = {"value": 70, "from_unit": "kg", "to_unit": "lb"}


def call(name: str = "convert_units", **arguments: Any) -> ToolCall:
    return ToolCall(name=name, arguments=arguments)


def match(*calls: ToolCall, expected: JsonObject = RIGHT, **accept: tuple[Any, ...]) -> Match:
    item = Item(id="i", query="q", expected=(call(**expected),), accept=accept)
    return match_item(item, calls, [UNITS, TRIP])


def trip(expected: JsonObject, made: JsonObject) -> Match:
    item = Item(id="i", query="q", expected=(call("plan_trip", **expected),))
    return match_item(item, [call("plan_trip", **made)], [TRIP])


def test_the_same_call_is_right_and_needs_no_words() -> None:
    assert match(call(**RIGHT)) == Match(tool=True, strict=True, lenient=True)


@pytest.mark.parametrize(
    "other",
    [
        {**RIGHT, "value": 70.0},
        {**RIGHT, "digits": 2},
        {**RIGHT, "digits": None},
        {**RIGHT, "note": None},
        dict(reversed(RIGHT.items())),
    ],
)
def test_spelling_a_number_null_a_default_and_order_make_no_difference(other: JsonObject) -> None:
    assert match(call(**other)).strict
    assert match(call(**RIGHT), expected=other).strict


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({**RIGHT, "to_unit": "oz"}, "to_unit: 'oz' instead of 'lb'"),
        ({**RIGHT, "value": 7}, "value: 7 instead of 70"),
        ({**RIGHT, "value": True}, "value: true instead of 70"),
        ({"value": 70, "from_unit": "kg"}, "to_unit: missing, 'lb' was expected"),
        ({**RIGHT, "to_unit": None}, "to_unit: missing, 'lb' was expected"),
        ({**RIGHT, "digits": 3}, "digits: 3 instead of 2"),
        ({**RIGHT, "colour": "red"}, "colour: 'red' was not asked for"),
        ({**RIGHT, "note": "please"}, "note: 'please' was not asked for"),
    ],
)
def test_a_wrong_argument_is_wrong_and_why_says_so_in_words(other: JsonObject, why: str) -> None:
    found = match(call(**other))
    assert (found.tool, found.strict, found.lenient) == (True, False, False)
    assert found.why == why
    assert found.wrong == (f"convert_units.{why.partition(':')[0]}",)


def test_a_value_of_accept_is_right() -> None:
    assert match(call(**{**RIGHT, "to_unit": "pounds"}), to_unit=("pound", "pounds")).strict
    assert not match(call(**{**RIGHT, "to_unit": "oz"}), to_unit=("pound", "pounds")).lenient


def test_accept_holds_for_the_first_call_only() -> None:
    item = Item(id="i", query="q", expected=(call(**RIGHT), call(**RIGHT)), accept={"to_unit": ("pounds",)})
    other = call(**{**RIGHT, "to_unit": "pounds"})
    assert match_item(item, [other, call(**RIGHT)], [UNITS]).strict
    assert not match_item(item, [call(**RIGHT), other], [UNITS]).strict


def test_accept_holds_where_the_expected_value_is_the_default() -> None:
    expected = {**RIGHT, "digits": 2}
    assert match(call(**{**RIGHT, "digits": 3}), expected=expected, digits=(3,)).strict
    assert match(call(**RIGHT), expected=expected, digits=(3,)).strict


@pytest.mark.parametrize(
    "other",
    [
        {**RIGHT, "to_unit": "pounds"},
        {**RIGHT, "to_unit": " LB "},
        {**RIGHT, "from_unit": "kilograms"},
        {**RIGHT, "value": "70"},
    ],
)
def test_the_same_meaning_in_another_spelling_is_lenient_but_not_strict(other: JsonObject) -> None:
    found = match(call(**other))
    assert (found.tool, found.strict, found.lenient) == (True, False, True)
    assert found.why.endswith("(same meaning)")
    assert found.wrong == ()


@pytest.mark.parametrize(
    ("expected", "made", "why"),
    [
        ([], ["a"], "called a, no call was expected"),
        (["a"], [], "no call, a was expected"),
        (["a"], ["b"], "called b instead of a"),
        (["a", "b"], ["b", "a"], "called b, a instead of a, b"),
        (["a"], ["a", "a"], "called a, a instead of a"),
        (["a", "b"], ["a"], "called a instead of a, b"),
    ],
)
def test_other_tools_another_order_and_another_number_are_no_tool_match(
    expected: list[str], made: list[str], why: str
) -> None:
    item = Item(id="i", query="q", expected=tuple(map(call, expected)))
    assert match_item(item, list(map(call, made)), []) == Match(
        tool=False, strict=False, lenient=False, why=why
    )


def test_no_call_is_right_where_none_is_expected() -> None:
    assert match_item(Item(id="i", query="Tell me a joke.", expected=()), [], [UNITS]).strict


def test_of_several_calls_the_wrong_one_is_named() -> None:
    item = Item(id="i", query="q", expected=(call(**RIGHT), call(**RIGHT)))
    found = match_item(item, [call(**RIGHT), call(**{**RIGHT, "value": 7})], [UNITS])
    assert found.why == "call 2, value: 7 instead of 70"


def test_lists_are_compared_in_order_and_by_meaning() -> None:
    assert trip({"stops": ["DE", "FR"]}, {"stops": ["DE", "FR"]}).strict
    assert trip({"stops": ["DE", "FR"]}, {"stops": ["Germany", "France"]}).lenient
    assert not trip({"stops": ["DE", "FR"]}, {"stops": ["FR", "DE"]}).lenient
    assert not trip({"stops": ["DE", "FR"]}, {"stops": ["DE"]}).lenient


def test_nested_objects_know_their_defaults_through_references() -> None:
    plain, full = {"options": {"currency": "EUR"}}, {"options": {"currency": "EUR", "class": "economy"}}
    assert trip(plain, full).strict
    assert trip(full, plain).strict
    assert trip(plain, {"options": {"currency": "EUR", "class": None}}).strict
    assert trip(plain, {"options": {"currency": "euro"}}).lenient
    assert not trip(plain, {"options": {"currency": "EUR", "class": "first"}}).lenient
    assert not trip(plain, {"options": {"currency": "EUR", "other": 1}}).lenient


def test_null_in_a_free_object_is_a_value() -> None:
    assert not trip({"payload": {"a": None}}, {"payload": {}}).strict
    assert trip({"payload": {"a": [1, {"b": 2.0}]}}, {"payload": {"a": [1.0, {"b": 2}]}}).strict


def test_values_nested_beyond_measure_are_wrong_rather_than_a_crash() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert trip({"payload": {"a": deep}}, {"payload": {"a": [deep]}}).why == "arguments are nested too deeply"


def test_long_values_are_shortened_in_words() -> None:
    assert len(match(call(**{**RIGHT, "to_unit": "x" * 10_000})).why) < 200


scalars = st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(-1e6, 1e6) | st.text(max_size=6)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)
names = st.sampled_from(["value", "from_unit", "to_unit", "digits", "note", "other"])
arguments = st.dictionaries(names, values, max_size=5)


@given(arguments)
def test_every_call_matches_itself(made: JsonObject) -> None:
    assert match(call(**made), expected=made) == Match(tool=True, strict=True, lenient=True)


@given(arguments, arguments)
def test_strict_implies_lenient_and_is_symmetric_and_why_is_empty_exactly_then(
    one: JsonObject, other: JsonObject
) -> None:
    matcher = Matcher([UNITS])
    found = matcher.match(Item(id="i", query="q", expected=(call(**one),)), [call(**other)])
    back = matcher.match(Item(id="i", query="q", expected=(call(**other),)), [call(**one)])
    assert found.strict == back.strict
    assert found.lenient or not found.strict
    assert bool(found.why) is not found.strict
    assert bool(found.wrong) is not found.lenient


def test_a_strangers_pattern_is_applied_in_bounded_time() -> None:
    properties = {"a": {"type": "string", "pattern": "^(a+)+$"}}
    spec = ToolSpec(name="t", description="d", parameters={"type": "object", "properties": properties})
    made = ToolCall(name="t", arguments={"a": "a" * 60 + "!"})
    assert "does not match" in (ToolSchemas([spec]).problem_of(made) or "")
