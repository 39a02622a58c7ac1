"""Conversations for chat templates that are strict, as those of Qwen, Mistral and Gemma are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from tiny_models import MARKS, need, write_llama

from practicum.errors import SetupError
from practicum.models.chat_rows import native_rows, plain_rows
from practicum.models.transformers_engine import TransformersEngine
from practicum.nodes.conversation import demonstration_messages
from practicum.records import Demonstration, ToolCall

pytestmark = MARKS

LIKE_QWEN = (
    "{% if tools %}<tools>{{ tools | tojson }}</tools>{% endif %}"
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}"
    "{% for c in m.tool_calls or [] %}<tool_call>{{ c.function.arguments | tojson }}{% endfor %}{% endfor %}"
    "<assistant>{% if enable_thinking is defined and enable_thinking is false %}<think></think>{% endif %}"
)
LIKE_MISTRAL = (
    "{% set turns = messages | rejectattr('role', 'equalto', 'system') | list %}"
    "{% set told = namespace(user=true) %}"
    "{% for m in turns %}{% if m.role != 'tool' and m.tool_calls is not defined %}"
    "{% if (m.role == 'user') != told.user %}{{ raise_exception('roles must alternate') }}{% endif %}"
    "{% set told.user = not told.user %}{% endif %}"
    "{% for c in m.tool_calls or [] %}{% if c.id | length != 9 %}{{ raise_exception('nine') }}{% endif %}"
    "[CALL]{{ c.function | tojson }}{{ c.id }}{% endfor %}"
    "{% if m.role == 'tool' %}[RESULT]{{ m.tool_call_id }}{% endif %}[{{ m.role }}]{{ m.content }}"
    "{% endfor %}"
    "{% if tools %}[TOOLS]{% endif %}"
)
LIKE_GEMMA = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<model>"
)
REFUSING = "{{ raise_exception('never') }}"
TOOLS = [{"type": "function", "function": {"name": "convert", "description": "Convert.", "parameters": {}}}]


def conversation(*, results: bool) -> list[BaseMessage]:
    shown = Demonstration(
        id="d1",
        tool="convert",
        tool_schema_hash="h",
        query="5 kg?",
        call=ToolCall(name="convert", arguments={"value": 5}),
        observation="11 lb",
        answer="11 pounds.",
    )
    shown_messages = demonstration_messages([shown], results=results)
    return [SystemMessage("Be brief."), *shown_messages, HumanMessage("7 kg?")]


def engine(folder: Path, template: str) -> TransformersEngine:
    need("torch", "transformers", "xgrammar")
    return TransformersEngine(str(write_llama(folder, chat_template=template)))


def test_arguments_are_written_as_an_object_and_nothing_is_thought_first(tmp_path: Path) -> None:
    prompt = engine(tmp_path, LIKE_QWEN).render(conversation(results=True), TOOLS)
    assert '<tool_call>{"value": 5}' in prompt
    assert prompt.endswith("<assistant><think></think>")


def test_ids_of_calls_are_nine_letters_and_digits_and_the_result_has_its_calls(tmp_path: Path) -> None:
    prompt = engine(tmp_path, LIKE_MISTRAL).render(conversation(results=True), TOOLS)
    before, after = prompt.split("[RESULT]")
    assert after[:9] == before.rpartition("[assistant]")[0][-9:]
    assert after[:9].isalnum()
    assert '[CALL]{"name": "convert", "arguments": {"value": 5}}' in prompt


def test_where_turns_do_not_alternate_the_conversation_is_told_in_words(tmp_path: Path) -> None:
    prompt = engine(tmp_path, LIKE_MISTRAL).render(conversation(results=False), [])
    assert '[user]5 kg?[assistant]{"name":"convert","arguments":{"value":5}}[user]7 kg?' in prompt


def test_where_there_is_no_system_turn_the_first_user_says_it(tmp_path: Path) -> None:
    prompt = engine(tmp_path, LIKE_GEMMA).render(conversation(results=False), TOOLS)
    assert prompt.startswith("<user>Be brief.\n\nYou can call these tools:\n- convert: Convert.")
    assert prompt.endswith("<user>7 kg?<model>")


def test_a_template_that_refuses_everything_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="refuses a conversation: never"):
        engine(tmp_path, REFUSING).render([HumanMessage("Hi")], [])


def test_rows_are_plain_values() -> None:
    rows: list[dict[str, Any]] = native_rows(conversation(results=True))
    assert [row["role"] for row in rows] == ["system", "user", "assistant", "tool", "assistant", "user"]
    assert rows[2]["content"] == ""
    assert rows[2]["tool_calls"][0]["id"] == rows[3]["tool_call_id"]
    words = plain_rows(conversation(results=True), [], system_turn=False)
    assert [row["role"] for row in words] == ["user", "assistant", "user", "assistant", "user"]
