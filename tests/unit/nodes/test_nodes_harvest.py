"""What execution tells about a tool's values, and arguments sampled with it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nodes_episodes import REFUSED, SPEC, call_of, step_of

from practicum.nodes.harvest import (
    MOST_VALUES,
    accepted_values,
    blamed,
    confirmed_calls,
    fits,
    listed_values,
    named_values,
    vocabulary,
)
from practicum.nodes.human_numbers import human_number
from practicum.nodes.sampling import (
    Pool,
    least_tried,
    sample_call,
    sample_value,
    vary_call,
)
from practicum.records import ErrorKind, JsonObject, ToolCall, ToolSpec


async def nothing(_: str, __: JsonObject) -> Any:
    return None


def spec_of(properties: JsonObject, required: tuple[str, ...] = ()) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    return ToolSpec(name="frobnicate", description="Frobnicate.", parameters=parameters)


EMPTY = Pool({}, {})


def test_accepted_values_are_kept_once_in_order_and_bounded() -> None:
    calls = [call_of(value, "cubit") for value in range(100)]
    calls.append(ToolCall(name="convert", arguments={"stranger": 1}))
    known = accepted_values(SPEC, calls)
    assert known["unit"] == ["cubit"]
    assert known["value"] == list(range(100 - MOST_VALUES, 100))
    assert "stranger" not in known


def test_an_error_message_names_the_right_values_for_the_parameter_it_blames() -> None:
    assert named_values(SPEC, [REFUSED]) == {"unit": ["furlong", "cubit", "fathom"]}


def test_a_result_names_new_texts_in_fields_called_like_a_parameter_without_a_format() -> None:
    spec = spec_of({"zorp": {"type": "string"}, "unit": {"type": "string", "format": "unit"}})
    call = ToolCall(name="frobnicate", arguments={"zorp": "asked"})
    results = [
        '{"zorp": "z-17", "unit": "rod"}',
        '{"zorp": "asked"}',
        '{"zorp": [1]}',
        "[" * 4000,
        "no json",
        "[1]",
    ]
    assert named_values(spec, [step_of(call, text) for text in results]) == {"zorp": ["z-17"]}


def test_a_free_text_with_few_values_met_again_and_again_is_a_closed_set() -> None:
    spec = spec_of({"zorp": {"type": "string"}, "unit": {"type": "string", "format": "unit"}})

    def calls(*zorps: str) -> list[ToolCall]:
        return [ToolCall(name="frobnicate", arguments={"zorp": zorp, "unit": "kg"}) for zorp in zorps]

    assert vocabulary(spec, calls("a", "b", "a", "b")) == {"zorp": ["a", "b"]}
    assert vocabulary(spec, calls("gold", "silver") + calls("gold", "silver")) == {"zorp": ["gold", "silver"]}
    drawn = calls("open sesame", "tea for two", "open sesame", "tea for two")  # by practice itself
    combined = calls("Silver zebra!", "old-jacket-cold-1641", "Silver zebra!", "old-jacket-cold-1641")
    numbers = calls(*[str(n) for n in range(20)] * 2)
    for open_set in (calls("a", "b", "a"), calls("a", "a", "a"), numbers, drawn, combined, []):
        assert vocabulary(spec, open_set) == {}


def test_an_argument_that_takes_free_text_is_closed_by_refusals_alone() -> None:
    spec = spec_of({"text": {"type": "string", "description": "The text to hash."}})
    calls = [ToolCall(name="frobnicate", arguments={"text": text}) for text in ("a.org", "b.org") * 4]
    assert vocabulary(spec, calls) == {}
    refused = ToolCall(name="frobnicate", arguments={"text": "c.org"})
    step = step_of(refused, "bad text 'c.org'; allowed: a.org, b.org", ErrorKind.RAISED)
    assert vocabulary(spec, calls, [step]) == {"text": ["a.org", "b.org"]}


@pytest.mark.parametrize("error", [ErrorKind.SCHEMA, ErrorKind.TIMEOUT, ErrorKind.UNKNOWN_TOOL])
def test_only_what_the_tool_itself_says_names_values(error: ErrorKind) -> None:
    assert named_values(SPEC, [step_of(REFUSED.call, REFUSED.observation.text, error)]) == {}
    assert named_values(SPEC, [step_of(None, REFUSED.observation.text, ErrorKind.RAISED)]) == {}


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("unknown unit 'metre'", ["unit"]),
        ("METRE is odd", ["unit"]),
        ("the value is too large", ["value"]),
        ("metre does not go with that value", ["unit"]),
        ("it failed", []),
        ("parametres differ", []),
    ],
)
def test_a_message_blames_whose_value_it_repeats_or_whose_name_it_says(
    message: str, names: list[str]
) -> None:
    assert blamed(SPEC, call_of(2, "metre"), message) == names


def test_a_value_of_one_letter_is_blamed_only_as_a_word() -> None:
    assert blamed(SPEC, call_of(2, "m"), "something is amiss with the value") == ["value"]
    assert blamed(SPEC, call_of(2, "m"), "m is no unit") == ["unit"]


def test_an_argument_that_the_schema_does_not_know_is_never_blamed() -> None:
    call = ToolCall(name="convert", arguments={"stranger": "metre"})
    assert blamed(SPEC, call, "stranger 'metre' is odd") == []


@pytest.mark.parametrize(
    ("message", "offered"),
    [
        ("use 'a' or \"b c\"", ["a", "b c"]),
        ("allowed values are: red, green or blue.", ["red", "green", "blue"]),
        ("it must be one of: ['x', 'y']", ["x", "y"]),
        ("unknown unit 'metre'", []),
        ("nothing here", []),
    ],
)
def test_what_a_message_offers_is_what_it_quotes_or_lists(message: str, offered: list[str]) -> None:
    assert listed_values(message, call_of(2, "metre")) == offered


def test_confirmed_calls_are_those_that_returned_a_result() -> None:
    assert confirmed_calls(SPEC.name, [REFUSED, step_of(None), step_of(call_of(1, "cubit"))]) == [
        call_of(1, "cubit")
    ]


numbers = st.one_of(
    st.integers(-2000, 2000), st.floats(-2000, 2000, allow_nan=False).map(lambda x: round(x, 2))
)


@given(
    st.sampled_from(["integer", "number"]),
    numbers,
    st.integers(1, 3000),
    st.sets(st.sampled_from(["low", "high", "open"])),
    st.integers(0, 99),
)
def test_a_sampled_number_fits_its_schema(
    kind: str, low: float, width: int, said: set[str], seed: int
) -> None:
    schema: JsonObject = {"type": kind}
    if "low" in said:
        schema["exclusiveMinimum" if "open" in said else "minimum"] = low
    if "high" in said:
        schema["maximum"] = low + width + 1
    assert fits(human_number(schema, random.Random(seed)), schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"type": "integer", "minimum": 5000, "maximum": 6000}, {"type": "null"}]},
        {"type": ["integer", "null"], "minimum": 3, "maximum": 4},
        {"type": "integer", "multipleOf": 7, "maximum": 70},
        {"type": "number", "minimum": 0.5, "maximum": 0.9},
    ],
)
async def test_values_fit_schemas_that_leave_little_room(schema: JsonObject) -> None:
    spec = spec_of({"amount": schema})
    for seed in range(50):
        value = await sample_value(spec, "amount", EMPTY, random.Random(seed), nothing)
        assert value is not None
        assert fits(value, schema)


@pytest.mark.parametrize(
    ("schema", "all_of_them"),
    [
        ({"enum": ["a", "b", None]}, {"a", "b"}),
        ({"const": "a"}, {"a"}),
        ({"type": "boolean"}, {True, False}),
        ({"anyOf": [{"const": "a"}, {"const": "b"}, {"type": "null"}]}, {"a", "b"}),
    ],
)
async def test_a_closed_schema_gives_each_of_its_values(schema: JsonObject, all_of_them: set[Any]) -> None:
    rng = random.Random(1)
    assert {
        await sample_value(spec_of({"p": schema}), "p", EMPTY, rng, nothing) for _ in range(60)
    } == all_of_them


def test_values_that_were_tried_least_come_first() -> None:
    calls = [ToolCall(name="f", arguments={"p": "old"})] * 20
    rng = random.Random(3)
    drawn = [least_tried(["old", "new"], calls, "p", rng) for _ in range(100)]
    assert drawn.count("new") > 95


async def test_the_model_is_asked_only_for_what_nothing_else_knows_and_its_value_must_fit() -> None:
    asked: list[str] = []

    async def ask(parameter: str, _: JsonObject) -> Any:
        asked.append(parameter)
        return "toolong"

    spec = spec_of({"frob": {"type": "string", "maxLength": 3}}, ("frob",))
    call = await sample_call(spec, EMPTY, random.Random(1), ask)
    assert asked == ["frob"]
    assert call.arguments == {}


async def test_examples_that_do_not_fit_their_own_schema_are_not_used() -> None:
    spec = spec_of({"frob": {"type": "string", "examples": [5, "five"], "default": 7}})
    rng = random.Random(1)
    assert {await sample_value(spec, "frob", EMPTY, rng, nothing) for _ in range(40)} == {"five"}


async def test_values_named_by_messages_are_preferred_if_they_fit() -> None:
    spec = spec_of({"frob": {"type": "string", "maxLength": 3}})
    pool = Pool({}, {"frob": ["toolong", "abc"]})
    rng = random.Random(1)
    drawn = [await sample_value(spec, "frob", pool, rng, nothing) for _ in range(40)]
    assert set(drawn) <= {"abc", None}
    assert drawn.count("abc") > 20


async def test_varying_a_call_changes_only_what_it_may() -> None:
    spec = spec_of({"frob": {"enum": ["x"]}, "grob": {"enum": ["y"]}}, ("frob", "grob"))
    call = ToolCall(name="frobnicate", arguments={"frob": "old", "grob": "old"})
    varied = await vary_call(spec, call, EMPTY, random.Random(1), nothing, only=["grob"])
    assert varied.arguments == {"frob": "old", "grob": "y"}
    assert call.arguments["grob"] == "old"


async def test_the_same_seed_gives_the_same_calls() -> None:
    async def calls(seed: int) -> list[str]:
        rng = random.Random(seed)
        pool = Pool({"unit": ["cubit"]}, {"unit": ["rod"]}, [call_of(1, "cubit")])
        return [(await sample_call(SPEC, pool, rng, nothing)).signature for _ in range(20)]

    assert await calls(5) == await calls(5)
    assert await calls(5) != await calls(6)


def test_a_message_is_about_the_list_that_an_item_of_is_repeated_in() -> None:
    spec = spec_of({"services": {"type": "array", "items": {"type": "string"}}, "stage": {"type": "string"}})
    call = ToolCall(name="frobnicate", arguments={"services": ["other"], "stage": "dev"})
    message = "Unknown service 'other'. Known: mail-relay, auth-gateway."
    assert blamed(spec, call, message) == ["services"]
    assert listed_values(message, call) == ["mail-relay", "auth-gateway"]


def test_a_message_names_the_ids_that_may_be_meant_instead() -> None:
    spec = spec_of(
        {
            "order_id": {"type": "string", "description": "Such as ORD-1"},
            "skus": {"type": "array", "items": {"type": "string"}},
        }
    )
    call = ToolCall(name="frobnicate", arguments={"order_id": "ORD-10", "skus": ["AB-7"]})
    refused = step_of(call, "Not part of ORD-10: AB-7. It has TNT-2P and MAT-04.", ErrorKind.RAISED)
    assert named_values(spec, [refused]) == {"skus": ["TNT-2P", "MAT-04"]}


def test_what_a_description_shows_is_no_closed_set_though_it_was_tried_often() -> None:
    spec = spec_of({"version": {"type": "string", "description": "Such as 2.14.0 or 3.0.1."}})
    calls = [ToolCall(name="frobnicate", arguments={"version": each}) for each in ["2.14.0", "3.0.1"] * 9]
    assert vocabulary(spec, calls) == {}


async def test_a_text_that_nothing_explains_is_like_what_is_shown() -> None:
    schema: JsonObject = {"type": "string", "description": "Such as 2.14.0."}
    rng = random.Random(1)
    spec = spec_of({"version": schema}, ("version",))
    found = {await sample_value(spec, "version", EMPTY, rng, nothing) for _ in range(40)}
    assert "2.14.0" in found
    assert len(found) > 3
    assert all(value.count(".") == 2 for value in found)


async def test_a_sampled_period_ends_after_it_begins() -> None:
    for kind, names in (("date", ("start_date", "end_date")), ("time", ("from", "to"))):
        spec = spec_of({name: {"type": "string", "format": kind} for name in names}, names)
        for seed in range(20):
            call = await sample_call(spec, EMPTY, random.Random(seed), nothing)
            varied = await vary_call(spec, call, EMPTY, random.Random(seed), nothing)
            assert call.arguments[names[0]] <= call.arguments[names[1]]
            assert varied.arguments[names[0]] <= varied.arguments[names[1]]
