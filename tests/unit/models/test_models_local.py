"""The local chat model: what it asks of its engine, and what it makes of the text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from langchain_core.exceptions import OutputParserException
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_core.utils.function_calling import convert_to_openai_tool
from models_engines import RandomEngine, ReciteEngine, admits
from pydantic import BaseModel, Field

from practicum.models.engine import Completion
from practicum.models.local import LocalChatModel
from practicum.records import JsonObject


@tool
def convert(value: float, unit: str, digits: int = 2) -> str:
    """Convert a value."""
    return f"{value} {unit} {digits}"


@tool
def today() -> str:
    """Tell today's date."""
    return ""


class Verdict(BaseModel):
    solved: bool
    reason: str = Field(max_length=20)


def model(*texts: str | Completion) -> tuple[LocalChatModel, ReciteEngine]:
    engine = ReciteEngine(*texts)
    return LocalChatModel(engine=engine), engine


def narrowed(unit: list[str]) -> JsonObject:
    properties = {"value": {"enum": [70]}, "unit": {"enum": unit}}
    parameters = {"type": "object", "properties": properties, "required": ["value", "unit"]}
    return {"type": "function", "function": {"name": "convert", "description": "", "parameters": parameters}}


SHOWN = [convert_to_openai_tool(convert)]
FORCED = '{"name":"convert","arguments":{"value":'
CALL = '{"name":"convert","arguments":{"value":70,"unit":"kg"}}'


def test_a_call_becomes_a_message_with_tool_calls_usage_and_reason() -> None:
    chat, _ = model(CALL)
    message = chat.bind_tools([convert], tool_choice="any").invoke("70 kg?")
    assert message.content == ""
    assert message.tool_calls[0]["args"] == {"value": 70, "unit": "kg"}
    assert message.usage_metadata == {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
    assert message.response_metadata == {"model_name": "random", "finish_reason": "tool_calls"}


def test_half_a_surrogate_pair_is_replaced_in_the_prompt() -> None:
    chat, engine = model("hi")
    chat.invoke("Who is Zoe \ud83d?")
    assert "Who is Zoe ??" in engine.requests[0].prompt


def test_what_a_single_tools_call_begins_with_is_part_of_the_prompt_and_of_the_reply() -> None:
    chat, engine = model(Completion('70,"unit":"kg"}}', 7, 3))
    assert chat.bind_tools([convert], tool_choice="any").invoke("hi").tool_calls[0]["args"]["value"] == 70
    assert engine.requests[0].prompt.endswith(f"<|im_start|>assistant\n{FORCED}")


async def test_warming_up_asks_the_engine_for_one_token() -> None:
    chat, engine = model("Hi")
    await chat.warm_up()
    assert [request.max_tokens for request in engine.requests] == [1]


def test_ids_of_calls_depend_on_content_and_position_alone() -> None:
    chat, _ = model(CALL, CALL, CALL)
    bound = chat.bind_tools([convert], tool_choice="any")
    prompts: list[Any] = [["a"], ["b"], ["a", "b"]]
    ids = [bound.invoke([HumanMessage(t) for t in texts]).tool_calls[0]["id"] for texts in prompts]
    assert ids[0] == ids[1] != ids[2]


def test_auto_admits_text_and_required_does_not() -> None:
    chat, engine = model("Hello.", CALL)
    assert chat.bind_tools([convert]).invoke("hi").content == "Hello."
    chat.bind_tools([convert], tool_choice="required").invoke("hi")
    auto, required = (request.constraint for request in engine.requests)
    assert auto is not None
    assert admits(auto, "Hello.")
    assert required is not None
    assert not admits(required, "Hello.")


def test_a_named_choice_admits_that_tool_only_and_none_admits_anything() -> None:
    chat, engine = model('{"name":"today","arguments":{}}', "Text.")
    assert (
        chat.bind_tools([convert, today], tool_choice="today").invoke("hi").tool_calls[0]["name"] == "today"
    )
    assert chat.bind_tools([convert, today], tool_choice="none").invoke("hi").content == "Text."
    named, free = (request.constraint for request in engine.requests)
    assert named is not None
    assert not admits(named, CALL)
    assert free is None


def test_a_choice_that_names_no_tool_is_refused() -> None:
    chat, _ = model()
    with pytest.raises(ValueError, match=r'"other" names none of convert'):
        chat.bind_tools([convert], tool_choice="other")


def test_grounding_narrows_the_grammar_and_leaves_the_prompt_alone() -> None:
    chat, engine = model(CALL, CALL)
    chat.bind_tools([convert], tool_choice="any").invoke("70 kg?")
    chat.bind_tools([convert], tool_choice="any", grounded=[narrowed(["kg"])]).invoke("70 kg?")
    plain, grounded = engine.requests
    assert plain.prompt == grounded.prompt == engine.render([HumanMessage("70 kg?")], SHOWN) + FORCED
    assert grounded.constraint is not None
    assert admits(grounded.constraint, CALL)
    assert not admits(grounded.constraint, CALL.replace("kg", "lb"))


def test_a_string_that_ran_on_is_cut_fixed_and_the_rest_decoded_again() -> None:
    cut_off = '{"name":"convert","arguments":{"value":70,"unit":"kilograms and ' + str(2**900)
    chat, engine = model(cut_off, CALL.replace("kg", "kilograms and"))
    message = chat.bind_tools([convert], tool_choice="any").invoke("70 kg?")
    assert message.tool_calls[0]["args"]["unit"] == "kilograms and"
    assert message.usage_metadata is not None
    assert message.usage_metadata["output_tokens"] == 6
    fixed = engine.requests[1].constraint
    assert fixed is not None
    assert admits(fixed, CALL.replace("kg", "kilograms and"))
    assert not admits(fixed, CALL)


def test_a_field_that_loops_is_fixed_at_its_first_round() -> None:
    loop = '{"solved":true,"reason":"' + "It adds up well. " * 30
    chat, engine = model(loop, '{"solved":true,"reason":"It adds up well."}')
    asked = chat.with_structured_output(Verdict)
    assert asked.invoke("ok?") == Verdict(solved=True, reason="It adds up well.")
    assert len(engine.requests) == 2


def test_a_reply_that_needed_more_tokens_gets_them_under_the_same_grammar() -> None:
    chat, engine = model(Completion('{"name":"convert","arg', 7, 3, "length"), CALL)
    assert chat.bind_tools([convert], tool_choice="any").invoke("70 kg?").tool_calls
    first, second = engine.requests
    assert first.constraint == second.constraint
    assert first.max_tokens < second.max_tokens


def test_the_counted_grammar_is_the_last_resort() -> None:
    chat, engine = model("{", CALL)
    chat.bind_tools([convert], tool_choice="any").invoke("70 kg?")
    quick, counted = (request.constraint for request in engine.requests)
    assert quick is not None
    assert counted is not None
    long = CALL.replace("kg", "k" * 100)
    assert (admits(quick, long), admits(counted, long)) == (True, False)


def test_a_call_that_stays_unreadable_is_an_invalid_tool_call_with_a_reason() -> None:
    chat, _ = model('{"name":"con', '{"name":"con')
    message = chat.bind_tools([convert], tool_choice="any").invoke("70 kg?")
    assert not message.tool_calls
    assert "not JSON" in str(message.invalid_tool_calls[0]["error"])


def test_structured_output_names_the_fields_and_returns_the_class() -> None:
    chat, engine = model('{"solved":true,"reason":"it fits"}')
    assert chat.with_structured_output(Verdict).invoke("ok?") == Verdict(solved=True, reason="it fits")
    assert "solved (boolean, required)" in engine.requests[0].prompt
    assert engine.requests[0].constraint is not None


def test_structured_output_from_a_json_schema_is_a_dict_beside_the_raw_message() -> None:
    chat, _ = model('{"solved":true,"reason":"ok"}')
    result = chat.with_structured_output(Verdict.model_json_schema(), include_raw=True).invoke("ok?")
    assert result["parsed"] == {"solved": True, "reason": "ok"}
    assert result["raw"].content == '{"solved":true,"reason":"ok"}'
    assert result["parsing_error"] is None


def test_a_structured_reply_that_was_cut_off_raises() -> None:
    chat, _ = model('{"solved":tr', '{"solved":tr')
    with pytest.raises(OutputParserException):
        chat.with_structured_output(Verdict).invoke("ok?")


def test_text_gets_a_limit_a_penalty_on_repetition_and_no_grammar() -> None:
    chat, engine = model("Fine.")
    chat.invoke("hi", stop=["\n"], temperature=0.7, max_tokens=12)
    request = engine.requests[0]
    assert (request.constraint, request.max_tokens, request.stop) == (None, 12, ("\n",))
    assert request.temperature == 0.7
    assert request.repetition_penalty > 1


async def test_batches_and_async_calls_come_back_in_order() -> None:
    texts = [str(number) for number in range(40)]
    chat, _ = model(*texts)
    assert len(chat.batch(["x"] * 20)) == 20
    assert [m.content for m in await chat.abatch(["x"] * 20)] == texts[20:]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_whatever_the_engine_writes_the_call_fits_the_tools(seed: int) -> None:
    chat = LocalChatModel(engine=RandomEngine(seed))
    message = chat.bind_tools([convert, today], tool_choice="any").invoke("go")
    call = message.tool_calls[0]
    schemas = {one.name: convert_to_openai_tool(one)["function"]["parameters"] for one in (convert, today)}
    assert list(Draft202012Validator(schemas[call["name"]]).iter_errors(call["args"])) == []
