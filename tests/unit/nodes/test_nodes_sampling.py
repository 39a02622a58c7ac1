"""Arguments sampled with what is known of a tool's values."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nodes_episodes import SPEC, call_of

from practicum.nodes.harvest import (
    fits,
)
from practicum.nodes.human_numbers import human_number
from practicum.nodes.sampling import (
    Pool,
    least_tried,
    sample_call,
    sample_value,
    vary_call,
)
from practicum.records import JsonObject, ToolCall, ToolSpec


async def nothing(_: str, __: JsonObject) -> Any:
    return None


def spec_of(properties: JsonObject, required: tuple[str, ...] = ()) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    return ToolSpec(name="frobnicate", description="Frobnicate.", parameters=parameters)


EMPTY = Pool({}, {})


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
