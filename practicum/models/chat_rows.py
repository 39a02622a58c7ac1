"""LangChain messages as the rows that chat templates of Hugging Face models read."""

from __future__ import annotations

import json
from collections.abc import Sequence

from langchain_core.messages import BaseMessage, SystemMessage, convert_to_openai_messages

from practicum.models.templates import system_text, tool_listing, turns
from practicum.records import JsonObject, digest

ID_CHARACTERS = 9
"""Of a call's id: Mistral's templates take letters and digits, exactly so many."""


def native_rows(messages: Sequence[BaseMessage]) -> list[JsonObject]:
    """Return the conversation for a template that knows of tools: calls as calls, arguments as objects.

    OpenAI's format has arguments as text, which templates would put in quotes once more.
    """
    rows: list[JsonObject] = [dict(row) for row in convert_to_openai_messages(list(messages))]
    for row in rows:
        row["content"] = row.get("content") or ""  # templates concatenate, and None has no length
        if row.get("tool_call_id"):
            row["tool_call_id"] = _short(row["tool_call_id"])
        for call in row.get("tool_calls") or ():
            call["id"] = _short(call.get("id"))
            call["function"] = {**call["function"], "arguments": json.loads(call["function"]["arguments"])}
    return rows


def plain_rows(
    messages: Sequence[BaseMessage], tools: Sequence[JsonObject], *, system_turn: bool = True
) -> list[JsonObject]:
    """Return the conversation for a template that knows of users and assistants alone, in turns.

    Args:
        messages: The conversation.
        tools: In OpenAI's format, listed with what the system says.
        system_turn: Whether the template has a place for that; else the first user says it.
    """
    listing = tool_listing(tools) if tools else ""
    system = "\n\n".join(part for part in (system_text(messages), listing) if part)
    rows: list[JsonObject] = []
    if system:
        rows.append({"role": "system" if system_turn else "user", "content": system})
    for turn in turns([message for message in messages if not isinstance(message, SystemMessage)]):
        if rows and rows[-1]["role"] == turn.role:
            rows[-1]["content"] += f"\n\n{turn.content}"
        else:
            rows.append({"role": turn.role, "content": turn.content})
    return rows


def _short(name: str | None) -> str:
    return digest("call", name, length=ID_CHARACTERS)
