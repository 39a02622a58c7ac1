"""The scripted model keeps its prompts, gives each reply once, and fails when it runs dry."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from langchain_core.exceptions import ModelConnectionError, ModelRateLimitError, ModelTimeoutError
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel

from practicum.errors import DataError, SetupError
from practicum.models.scripted import ScriptedChatModel, ScriptedReply, ScriptExhausted
from practicum.records import ToolCall


@tool
def convert(value: float) -> float:
    """Convert a value."""
    return value


class Verdict(BaseModel):
    solved: bool


def script(*replies: ScriptedReply) -> ScriptedChatModel:
    return ScriptedChatModel(replies=replies)


def test_replies_come_in_order_and_prompts_are_kept() -> None:
    model = script(ScriptedReply(content="one"), ScriptedReply(content="two"))
    assert [model.invoke(text).content for text in ("a", "b")] == ["one", "two"]
    assert [prompt[-1].content for prompt in model.prompts] == ["a", "b"]


def test_a_reply_with_when_waits_for_its_prompt_and_is_used_once() -> None:
    model = script(ScriptedReply(content="weight", when="kg"), ScriptedReply(content="x"), ScriptedReply())
    assert model.invoke("a date").content == "x"
    assert model.invoke("70 kg").content == "weight"
    assert model.invoke("70 kg").content == ""
    assert model.left == 0


def test_when_looks_at_the_last_human_or_tool_message_only() -> None:
    model = script(ScriptedReply(content="yes", when="154"))
    conversation = [HumanMessage("154?"), AIMessage("154"), ToolMessage("none", tool_call_id="1")]
    with pytest.raises(ScriptExhausted):
        model.invoke(conversation)
    assert model.invoke([*conversation, ToolMessage("154 lb", tool_call_id="2")]).content == "yes"


def test_a_dry_script_says_how_far_it_came_and_what_it_was_asked() -> None:
    model = script(ScriptedReply(content="only"))
    model.invoke("a")
    with pytest.raises(ScriptExhausted, match=r"after 1 of 1 for a prompt that ends with 'the question'"):
        model.invoke("the question")


def test_a_dry_script_names_its_file_and_what_to_add(tmp_path: Path) -> None:
    path = tmp_path / "script.jsonl"
    path.write_text('{"content": "yes", "when": "weather"}\n{"content": "no"}\n')
    model = ScriptedChatModel.from_file(path)
    model.invoke("the time?")
    with pytest.raises(ScriptExhausted) as caught:
        model.invoke("the date?")
    assert str(caught.value) == (
        f"the script {path} has no reply left after 1 of 2 for a prompt that ends with 'the date?'; "
        "add a reply without `when`, or with a `when` that this prompt contains"
    )


def test_tool_calls_and_what_was_bound_are_recorded() -> None:
    model = script(ScriptedReply(tool_calls=(ToolCall(name="convert", arguments={"value": 1}),)))
    message = model.bind_tools([convert], tool_choice="any").invoke("go")
    assert [(call["name"], call["args"]) for call in message.tool_calls] == [("convert", {"value": 1})]
    assert model.bound[0]["tool_choice"] == "any"
    assert model.bound[0]["tools"][0]["function"]["name"] == "convert"


def test_structured_output_comes_from_structured_or_from_the_content() -> None:
    model = script(ScriptedReply(structured={"solved": True}), ScriptedReply(content='{"solved":false}'))
    asked = model.with_structured_output(Verdict)
    assert [asked.invoke("a"), asked.invoke("b")] == [Verdict(solved=True), Verdict(solved=False)]


def test_structured_output_that_does_not_fit_is_reported_beside_the_raw_reply() -> None:
    model = script(ScriptedReply(content="no json"))
    result = model.with_structured_output(Verdict, include_raw=True).invoke("a")
    assert result["parsed"] is None
    assert result["raw"].content == "no json"
    assert result["parsing_error"] is not None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("rate-limit", ModelRateLimitError),
        ("timeout", ModelTimeoutError),
        ("connection", ModelConnectionError),
    ],
)
def test_scripted_errors_are_the_ones_providers_raise(error: str, kind: type[Exception]) -> None:
    model = script(ScriptedReply.model_validate({"error": error}))
    with pytest.raises(kind):
        model.invoke("a")


async def test_concurrent_callers_never_share_a_reply() -> None:
    replies = [ScriptedReply(content=str(number)) for number in range(200)]
    model = script(*replies)
    tasks = [model.ainvoke("a") for _ in range(100)]
    threads = [asyncio.to_thread(model.invoke, "a") for _ in range(100)]
    messages = await asyncio.gather(*tasks, *threads)
    assert sorted(int(str(message.content)) for message in messages) == list(range(200))


def test_equal_replies_are_still_given_one_by_one() -> None:
    reply = ScriptedReply(content="same")
    model = script(reply, reply)
    assert [model.invoke("a").content, model.invoke("b").content] == ["same", "same"]


def test_a_script_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "script.jsonl"
    rows = [{"content": "hi"}, {"tool_calls": [{"name": "convert", "arguments": {"value": 2}}], "when": "2"}]
    path.write_text("\n\n".join(json.dumps(row) for row in rows), "utf-8")
    model = ScriptedChatModel.from_file(path)
    assert model.invoke("is it 2?").tool_calls[0]["args"] == {"value": 2}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("{", "line 2: not JSON"), ('{"text": 1}', "line 2: text: "), ('{"error": "boom"}', "line 2: error: ")],
)
def test_a_broken_line_is_refused_with_its_number(line: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "script.jsonl"
    path.write_text('{"content": "fine"}\n' + line, "utf-8")
    with pytest.raises(DataError, match=complaint):
        ScriptedChatModel.from_file(path)


def test_a_missing_script_is_a_setup_error(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="can't be read"):
        ScriptedChatModel.from_file(tmp_path / "none.jsonl")
