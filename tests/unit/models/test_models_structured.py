"""Objects that models were asked for: checked once, asked for once more, then said to be unreadable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.exceptions import OutputParserException
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import Runnable, RunnableLambda

from practicum.errors import PracticumError, ProviderError, SetupError
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller, Reply
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.models.structured import misfit, read_structured
from practicum.records import JsonObject, ToolSpec, Usage

ASK = [HumanMessage("Was it solved?")]
SCHEMA: JsonObject = {
    "title": "Lessons",
    "type": "object",
    "properties": {
        "solved": {"type": "boolean"},
        "reason": {"type": "string", "maxLength": 9},
        "lessons": {
            "type": "array",
            "maxItems": 1,
            "items": {
                "type": "object",
                "properties": {"about": {"anyOf": [{"type": "string", "maxLength": 5}, {"type": "null"}]}},
            },
        },
    },
    "required": ["solved"],
    "additionalProperties": False,
}
SPEC = ToolSpec(name="add", description="Add.", parameters={"type": "object", "properties": {}})
WRONG = '{"solved":"yes"}'
RIGHT = '{"solved":true}'


def remote(*replies: JsonObject, **options: Any) -> tuple[ModelCaller, ScriptedChatModel]:
    """A model that does not decode under a grammar, as those behind a provider."""
    script = ScriptedChatModel(
        replies=tuple(ScriptedReply.model_validate(reply) for reply in replies), supports_grounding=False
    )
    return ModelCaller(script, name="remote", longest_wait_s=0, **options), script


async def test_an_object_that_fits_is_asked_for_once() -> None:
    model, script = remote({"content": RIGHT}, {"content": "never asked"})
    assert (await model.ask(ASK, SCHEMA)).structured == {"solved": True}
    assert len(script.prompts) == 1


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (WRONG, "at solved: 'yes' is not of type 'boolean'"),
        ("{}", "'solved' is a required property"),
        ('{"solved":true,"mood":"good"}', "Additional properties are not allowed ('mood' was unexpected)"),
        ('{"solved":true,"lessons":[{"about":5}]}', "at lessons.0.about: 5 is not valid under any"),
        ("It was.", "Expecting value"),
        ("[1]", "it is no JSON object but [1]"),
        ("", "Expecting value"),
        ("[" * 100_000, "maximum recursion depth"),
        ("9" * 5000, "Exceeds the limit"),
    ],
)
async def test_an_object_that_does_not_fit_is_asked_for_once_more_with_what_is_wrong(
    written: str, said: str
) -> None:
    model, script = remote({"content": written}, {"content": RIGHT})
    reply = await model.ask(ASK, SCHEMA)
    assert (reply.structured, reply.unreadable) == ({"solved": True}, None)
    asked, answered, complaint = script.prompts[1]
    assert (asked, answered.text) == (ASK[0], written or "(nothing)")
    assert said in complaint.text
    assert len(complaint.text) < 600


async def test_what_does_not_fit_twice_is_unreadable_and_what_both_cost_is_counted() -> None:
    model, script = remote({"content": WRONG}, {"content": '{"solved":0}'}, {"content": "never asked"})
    reply = await model.ask(ASK, SCHEMA)
    assert reply.structured is None
    assert reply.unreadable == "the reply does not fit the schema: at solved: 0 is not of type 'boolean'"
    assert reply.text == '{"solved":0}'
    assert (reply.usage.model_calls, script.left) == (2, 1)
    assert reply.usage.prompt_tokens > 2 * len(ASK[0].text.split())


async def test_asking_once_more_is_within_the_budget_as_all_calls_are() -> None:
    model, script = remote({"content": WRONG}, {"content": RIGHT}, budget=Budget(max_model_calls=1))
    with pytest.raises(SetupError, match="budget"):
        await model.ask(ASK, SCHEMA)
    assert script.left == 1


async def test_a_model_that_decodes_under_a_grammar_is_not_asked_again() -> None:
    script = ScriptedChatModel(replies=(ScriptedReply(content='{"solved":tr'), ScriptedReply()))
    reply = await ModelCaller(script, name="local").ask(ASK, SCHEMA)
    assert (reply.structured, script.left) == (None, 1)
    assert reply.unreadable is not None


@pytest.mark.parametrize(
    "value",
    [
        {"solved": True, "reason": "far too long a reason"},
        {"solved": True, "lessons": [{"about": "far too long"}, {}]},
    ],
)
def test_what_is_only_too_long_is_for_whoever_reads_it_to_cut(value: JsonObject) -> None:
    assert misfit(value, SCHEMA) == ""


def test_a_schema_that_can_not_be_applied_excludes_nothing() -> None:
    assert misfit({"a": 1}, {"$ref": "#/nowhere"}) == ""
    assert misfit({"a": 1}, {"properties": {"a": {"type": "word"}}}) == ""
    assert misfit({"a": "x"}, {"properties": {"a": {"pattern": "\\p{L}"}}}) == ""


def test_a_pattern_made_never_to_end_is_applied_in_bounded_time() -> None:
    schema: JsonObject = {"properties": {"a": {"pattern": "^(a+)+$"}}}
    assert "does not match" in misfit({"a": "a" * 60 + "!"}, schema)
    assert misfit({"a": "aa"}, schema) == ""


@given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_only_objects_fit_and_what_is_said_is_a_bounded_line(value: Any) -> None:
    said = misfit(value, {})
    assert said.startswith("the reply does not fit the schema: ")
    assert len(said) < 400


@pytest.mark.parametrize("text", ["", "[" * 100_000, "9" * 5000, "{"])
def test_what_the_decoder_can_not_read_is_said_in_langchains_way(text: str) -> None:
    with pytest.raises(OutputParserException, match="does not fit the schema"):
        read_structured(text, SCHEMA)


class Refusing(ScriptedChatModel):
    """Raises when tools or a schema are bound, before anything is asked."""

    error: Any = None

    def bind_tools(self, *_: Any, **__: Any) -> Runnable[Any, AIMessage]:
        raise self.error

    def with_structured_output(self, *_: Any, **__: Any) -> Runnable[Any, Any]:
        raise self.error


async def call(model: ModelCaller) -> Reply:
    return await model.call(ASK, tools=[SPEC])


async def ask(model: ModelCaller) -> Reply:
    return await model.ask(ASK, SCHEMA)


@pytest.mark.parametrize("use", [call, ask])
@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (ValueError("no such choice\nmore"), ProviderError, "test: unexpected ValueError: no such choice"),
        (NotImplementedError(), SetupError, "test can't call tools or reply with objects"),
        (SetupError("wrong", "mend it"), SetupError, "wrong"),
    ],
)
async def test_what_a_provider_refuses_before_it_is_called_is_sorted_by_who_must_act(
    use: Callable[[ModelCaller], Any], error: Exception, kind: type[PracticumError], said: str
) -> None:
    budget = Budget(max_model_calls=1)
    with pytest.raises(kind, match=said):
        await use(ModelCaller(Refusing(error=error), name="test", budget=budget))
    budget.reserve()  # nothing was asked, so nothing was spent


async def test_langchains_models_without_tools_are_named_as_such() -> None:
    model = ModelCaller(GenericFakeChatModel(messages=iter(())), name="fake")
    with pytest.raises(SetupError, match="fake can't call tools") as caught:
        await call(model)
    assert "--model" in caught.value.fix


async def test_a_reply_in_an_unforeseen_form_is_unreadable() -> None:
    class Odd(ScriptedChatModel):
        supports_grounding: bool = False

        def with_structured_output(self, *_: Any, **__: Any) -> Runnable[Any, Any]:
            return RunnableLambda(lambda _: "neither raw nor parsed")

    reply = await ask(ModelCaller(Odd(), name="odd"))
    assert reply.unreadable == "the reply does not fit the schema: it is no JSON object"
    assert reply.usage == Usage(model_calls=2)
