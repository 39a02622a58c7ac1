"""LangChain messages to the text a model reads: ChatML, with the tools listed in the system turn.

SmolLM2's own template silently ignores ``tools=``; this one lists them compactly, and shows calls
in exactly the JSON that the grammar makes the model write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, BaseMessage, ChatMessage, SystemMessage, ToolMessage

from practicum.models.describe import describe_parameter, example_call
from practicum.models.replies import compact_json
from practicum.records import JsonObject

if TYPE_CHECKING:
    from jinja2 import Template

SPECIAL = ("<|im_start|>", "<|im_end|>", "<|endoftext|>")
"""What must not come from outside: a query that ends its own turn could write the next one."""


@dataclass(frozen=True)
class ChatTurn:
    """One turn of a chat: ``user`` or ``assistant``, and its text."""

    role: str
    content: str


def render_chatml(messages: Sequence[BaseMessage], tools: Sequence[JsonObject] = ()) -> str:
    """Return the prompt that ends where the assistant's reply begins.

    Args:
        messages: the conversation; system messages are joined into the first turn.
        tools: in OpenAI's format, listed in the system turn.
    """
    return _template("chatml").render(
        system=system_text(messages), listing=tool_listing(tools) if tools else "", turns=turns(messages)
    )


def system_text(messages: Sequence[BaseMessage]) -> str:
    """Return the system messages as one text."""
    return "\n\n".join(plain(text_of(m)) for m in messages if isinstance(m, SystemMessage))


def tool_listing(tools: Sequence[JsonObject]) -> str:
    """Return what a system turn says of at least one tool: parameters, and the form of a call."""
    functions = [tool["function"] for tool in tools]
    example = compact_json(example_call(functions[0]))
    return _template("tools").render(tools=[_listed(function) for function in functions], example=example)


def turns(messages: Sequence[BaseMessage]) -> list[ChatTurn]:
    """Return the conversation without its system messages.

    A tool's result is a user's turn that begins with "Result:": the small models know no third role.
    """
    return [_turn(message) for message in messages if not isinstance(message, SystemMessage)]


def text_of(message: BaseMessage) -> str:
    """Return a message's text, whatever form its content has."""
    return str(message.text)


def plain(text: str) -> str:
    """Return ``text`` without the marks that separate turns."""
    for mark in SPECIAL:
        text = text.replace(mark, "")
    return text


def _turn(message: BaseMessage) -> ChatTurn:
    text = plain(text_of(message))
    if isinstance(message, AIMessage):
        calls = [
            compact_json({"name": call["name"], "arguments": call["args"]}) for call in message.tool_calls
        ]
        return ChatTurn("assistant", plain("\n".join(calls)) or text)
    if isinstance(message, ToolMessage):
        return ChatTurn("user", f"Result: {text}")
    if isinstance(message, ChatMessage) and message.role == "assistant":
        return ChatTurn("assistant", text)
    return ChatTurn("user", text)


def _listed(function: JsonObject) -> dict[str, Any]:
    schema = function.get("parameters") or {}
    return {
        "name": function["name"],
        "description": plain(_one_line(function.get("description") or "")),
        "parameters": _fields(schema),
    }


def _fields(schema: JsonObject) -> list[str]:
    required = frozenset(schema.get("required", ()))
    properties: dict[str, JsonObject] = schema.get("properties", {})
    return [
        plain(describe_parameter(name, part, schema, required=name in required))
        for name, part in properties.items()
    ]


def _one_line(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()]
    return lines[0] if lines else ""


@cache
def _template(name: str) -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # No escaping: the output is a prompt, never a page.
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(Path(__file__).parent / "prompts"),
        undefined=StrictUndefined,
        keep_trailing_newline=name == "chatml",  # the reply begins on a line of its own
    )
    return environment.get_template(f"{name}.jinja")
