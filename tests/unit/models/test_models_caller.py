"""The one way a model is called: limits, budget, retries, errors by who must act, replies as values."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.exceptions import (
    ModelAuthenticationError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
)
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from practicum.errors import BudgetSpent, ProviderError, SetupError
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.models.scripted import ScriptedChatModel, ScriptedReply, ScriptExhausted
from practicum.records import JsonObject, ToolCall, ToolSpec, Usage

ASK = [HumanMessage("How much?")]
SPEC = ToolSpec(
    name="convert",
    description="Convert.",
    parameters={"type": "object", "properties": {"value": {"type": "number"}}},
)
NARROW = SPEC.model_copy(update={"parameters": {"type": "object", "properties": {"value": {"enum": [5]}}}})
SCHEMA: JsonObject = {"title": "Verdict", "description": "V.", "type": "object", "properties": {}}


def caller(*replies: JsonObject, **options: Any) -> tuple[ModelCaller, ScriptedChatModel]:
    script = ScriptedChatModel(replies=tuple(ScriptedReply.model_validate(reply) for reply in replies))
    return ModelCaller(script, name="scripted:test", longest_wait_s=0, **options), script


class Fixed(ScriptedChatModel):
    """Gives one message, or raises one error, and counts how often it was asked."""

    message: Any = None
    error: Any = None
    asked: int = 0
    at_once: int = 0
    most_at_once: int = 0

    async def _agenerate(self, *args: Any, **kwargs: Any) -> ChatResult:  # noqa: ARG002 - the port's signature
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if self.error is not None:
            raise self.error
        return ChatResult(generations=[ChatGeneration(message=self.message)])


async def test_a_reply_is_read_into_text_calls_and_usage() -> None:
    call = {"name": "convert", "arguments": {"value": 5}}
    model, _ = caller({"content": "I convert.", "tool_calls": [call]})
    reply = await model.call(ASK, tools=[SPEC])
    assert (reply.text, reply.calls) == ("I convert.", (ToolCall.from_dict(call),))
    assert reply.unreadable is None
    assert reply.usage == Usage(model_calls=1, prompt_tokens=2, completion_tokens=2)


async def test_a_reply_without_token_counts_still_counts_as_a_call() -> None:
    model = ModelCaller(Fixed(message=AIMessage(content="hi")), name="fixed")
    assert (await model.call(ASK)).usage == Usage(model_calls=1)


async def test_content_in_blocks_is_read_as_text() -> None:
    blocks: list[str | dict[str, Any]] = [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}]
    model = ModelCaller(Fixed(message=AIMessage(content=blocks)), name="fixed")
    assert (await model.call(ASK)).text == "one two"


def invalid(arguments: str) -> JsonObject:
    return {"name": "convert", "args": arguments, "id": "2", "error": None, "type": "invalid_tool_call"}


async def test_a_call_that_is_no_json_is_unreadable_and_says_what_was_written_within_bounds() -> None:
    message = AIMessage(content="", invalid_tool_calls=[invalid("{value" + "x" * 5000)])
    reply = await ModelCaller(Fixed(message=message), name="fixed").call(ASK, tools=[SPEC])
    assert reply.calls == ()
    assert str(reply.unreadable).startswith("the arguments are not a JSON object: {valuex")
    assert len(str(reply.unreadable)) < 300


async def test_a_readable_call_beside_an_unreadable_one_counts() -> None:
    good = {"name": "convert", "args": {"value": 1}, "id": "1"}
    message = AIMessage(content="", tool_calls=[good], invalid_tool_calls=[invalid("{")])
    reply = await ModelCaller(Fixed(message=message), name="fixed").call(ASK, tools=[SPEC])
    assert (len(reply.calls), reply.unreadable) == (1, None)


async def test_half_a_surrogate_pair_in_a_key_is_escaped_so_that_every_checkpoint_takes_it() -> None:
    odd = {"half \ud83d": [{"\ud83d": "\ud83d"}], "ü": 1}
    whole = {"half \\ud83d": [{"\\ud83d": "\ud83d"}], "ü": 1}
    model, _ = caller({"tool_calls": [{"name": "convert", "arguments": odd}]}, {"structured": odd})
    reply = await model.call(ASK, tools=[SPEC])
    assert reply.calls == (ToolCall(name="convert", arguments=whole),)
    assert reply.message.tool_calls[0]["args"] == whole
    JsonPlusSerializer().dumps_typed([reply.message, reply.calls[0].as_dict()])
    assert (await model.ask(ASK, SCHEMA)).structured == whole


async def test_asking_for_an_object_gives_it_or_says_that_it_does_not_fit() -> None:
    model, _ = caller({"structured": {"solved": True}}, {"content": "no json"}, {"content": "[1]"})
    assert (await model.ask(ASK, SCHEMA)).structured == {"solved": True}
    for text in ("no json", "[1]"):
        reply = await model.ask(ASK, SCHEMA)
        assert (reply.structured, reply.text) == (None, text)
        assert str(reply.unreadable).startswith("the reply does not fit the schema: ")
        assert reply.usage.model_calls == 1


async def test_a_model_that_decodes_under_a_grammar_sees_the_whole_tools_and_is_given_the_narrowed() -> None:
    model, script = caller({}, {})
    assert model.takes_variants
    await model.call(ASK, tools=[SPEC], grounded=[NARROW], tool_choice="any")
    await model.call(ASK, tools=[SPEC], grounded=[NARROW], documented=False)
    shown, hidden = script.bound
    assert [tool["function"]["parameters"] for tool in shown["tools"]] == [SPEC.parameters]
    assert shown["grounded"] == hidden["grounded"] == [NARROW.as_openai()]
    assert (shown["tool_choice"], hidden["tools"]) == ("any", [])


async def test_another_model_is_told_of_the_narrowed_tools_alone_even_undocumented() -> None:
    script = ScriptedChatModel(replies=(ScriptedReply(),), supports_grounding=False)
    model = ModelCaller(script, name="remote")
    assert not model.takes_variants
    await model.call(ASK, tools=[SPEC], grounded=[NARROW], documented=False)
    assert [tool["function"]["parameters"] for tool in script.bound[0]["tools"]] == [NARROW.parameters]
    assert script.bound[0]["grounded"] is None


async def test_without_tools_nothing_is_bound() -> None:
    model, script = caller({"content": "hello"})
    assert (await model.call(ASK)).text == "hello"
    assert script.bound == []


@pytest.mark.parametrize("error", ["rate-limit", "timeout", "connection"])
async def test_what_may_pass_is_tried_again(error: str) -> None:
    model, script = caller({"error": error}, {"error": error}, {"content": "at last"})
    assert (await model.call(ASK)).text == "at last"
    assert len(script.prompts) == 3


async def test_what_does_not_pass_breaks_the_trial_after_the_last_attempt() -> None:
    model, script = caller(*[{"error": "rate-limit"}] * 9, attempts=3)
    with pytest.raises(ProviderError, match="scripted:test: ModelRateLimitError: scripted rate-limit"):
        await model.ask(ASK, SCHEMA)
    assert len(script.prompts) == 3


async def test_a_server_that_was_never_reached_is_for_the_user_to_find_and_a_lost_one_for_nobody() -> None:
    model, _ = caller({"error": "connection"}, {"content": "hi"}, {"error": "connection"}, attempts=1)
    with pytest.raises(SetupError, match="the server of scripted:test can't be reached"):
        await model.call(ASK)
    await model.call(ASK)
    with pytest.raises(ProviderError, match="ModelConnectionError"):
        await model.call(ASK)


@pytest.mark.parametrize(
    ("kind", "fix"),
    [
        (ModelAuthenticationError, "check the key"),
        (ModelPermissionDeniedError, "use a key that may call fixed"),
        (ModelNotFoundError, "check the name after the colon in 'fixed'"),
    ],
)
async def test_what_the_user_can_fix_is_said_with_the_fix_and_not_tried_again(
    kind: type[Exception], fix: str
) -> None:
    model = Fixed(error=kind("no such thing\nsecond line"))
    with pytest.raises(SetupError, match=r"the model refused the request: no such thing$") as caught:
        await ModelCaller(model, name="fixed", longest_wait_s=0).call(ASK)
    assert caught.value.fix.startswith(fix)
    assert model.asked == 1


async def test_an_error_nobody_foresaw_breaks_the_trial_and_is_named() -> None:
    model = Fixed(error=KeyError("choices"))
    with pytest.raises(ProviderError, match="fixed: its reply can't be read: unexpected KeyError: 'choices'"):
        await ModelCaller(model, name="fixed", longest_wait_s=0).call(ASK)
    assert model.asked == 1


async def test_a_script_that_ran_dry_says_so_itself() -> None:
    with pytest.raises(ScriptExhausted, match="no reply left"):
        await caller()[0].call(ASK)


async def test_no_more_calls_run_at_once_than_allowed_and_all_run() -> None:
    model = Fixed(message=AIMessage(content="hi"))
    limited = ModelCaller(model, name="fixed", concurrency=3)
    await asyncio.gather(*(limited.call(ASK) for _ in range(20)))
    assert (model.asked, model.most_at_once) == (20, 3)


async def test_a_call_over_budget_is_never_made_and_retries_count() -> None:
    model, script = caller(
        {"error": "timeout"}, {"content": "hi"}, {"content": "over"}, budget=Budget(max_model_calls=2)
    )
    await model.call(ASK)
    with pytest.raises(BudgetSpent, match="the budget of 2 model calls is spent") as caught:
        await model.ask(ASK, SCHEMA)
    assert "--max-model-calls" in caught.value.fix
    assert (len(script.prompts), script.left) == (2, 1)


async def test_calls_side_by_side_never_overspend() -> None:
    model, script = caller(*[{"content": "hi"}] * 30, budget=Budget(max_model_calls=7))
    done = await asyncio.gather(*(model.call(ASK) for _ in range(30)), return_exceptions=True)
    assert sum(isinstance(each, BudgetSpent) for each in done) == 23
    assert len(script.prompts) == 7


def test_seconds_count_from_the_first_call() -> None:
    moments: Iterator[float] = iter([100.0, 100.0, 109.9, 110.0])
    budget = Budget(max_seconds=10, clock=lambda: next(moments))
    budget.reserve()
    budget.reserve()
    with pytest.raises(BudgetSpent, match="the budget of 10 seconds is spent") as caught:
        budget.reserve()
    assert "--max-seconds" in caught.value.fix


def test_a_budget_without_limits_is_never_spent_and_one_of_nothing_is_spent_at_once() -> None:
    unlimited = Budget()
    for _ in range(1000):
        unlimited.reserve()
    for nothing in (Budget(max_model_calls=0), Budget(max_seconds=0)):
        with pytest.raises(BudgetSpent):
            nothing.reserve()
