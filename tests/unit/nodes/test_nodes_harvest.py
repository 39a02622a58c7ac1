"""What execution tells about a tool's values."""

from __future__ import annotations

from typing import Any

import pytest
from nodes_episodes import REFUSED, SPEC, call_of, step_of

from practicum.nodes.harvest import (
    MOST_VALUES,
    accepted_values,
    blamed,
    confirmed_calls,
    listed_values,
    named_values,
    vocabulary,
)
from practicum.nodes.sampling import (
    Pool,
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


def test_a_message_names_the_dates_between_which_a_call_is_possible() -> None:
    spec = spec_of({"start": {"type": "string", "format": "date"}, "place": {"type": "string"}})
    call = ToolCall(name="frobnicate", arguments={"start": "1996-02-25", "place": "here"})
    refused = step_of(call, "Readings only cover 2024-10-01 to 2025-03-01", ErrorKind.RAISED)
    assert named_values(spec, [refused]) == {"start": ["2024-10-01", "2025-03-01"]}


def test_what_there_is_may_be_listed_without_a_colon() -> None:
    message = "No contract with 'other'; we have Helvia, Concordis, Basiskasse"
    call = ToolCall(name="frobnicate", arguments={"insurer": "other"})
    assert listed_values(message, call) == ["Helvia", "Concordis", "Basiskasse"]
    assert listed_values("we have no idea what 'other' is", call) == []


@pytest.mark.parametrize(
    ("message", "offered"),
    [
        (
            "No branch Foo: we have Harbour, Central and Old Town. Call us.",
            ["Harbour", "Central", "Old Town"],
        ),
        ("Invalid mode. Use one of fast, slow", ["fast", "slow"]),
        ("Please try again later, or contact support.", []),
        ("Unknown drug, use a full name, please", []),
        ("There are 3 items in stock, 2 reserved", []),
        ("use" + " " * 8_000 + "\n" + "use " * 4_000, []),
    ],
)
def test_a_list_without_a_colon_has_values_and_no_parts_of_a_sentence(
    message: str, offered: list[str]
) -> None:
    assert listed_values(message, call_of(2, "metre")) == offered


def test_a_message_is_about_the_number_that_it_repeats() -> None:
    spec = spec_of(
        {"district": {"type": "string"}, "year": {"type": "integer"}, "month": {"type": "integer"}}
    )
    call = ToolCall(name="frobnicate", arguments={"district": "south", "year": 1966, "month": 5})
    assert blamed(spec, call, "no figures for 1966") == ["year"]
    assert blamed(spec, call, "no figures for south in 1966") == ["district", "year"]
    assert blamed(spec, call, "at most 5 of 19660 or 1966.5") == []
