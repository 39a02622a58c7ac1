"""What to do about a string that ran on: cut it, fix it, and decode the rest again.

Small models loop inside strings. Counting characters in the grammar costs seconds; fixing the one
string that ran on, at what it said before it began to loop, costs nothing but decoding again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.utils.json import parse_partial_json

from practicum.models.grammar import ARGUMENT_LENGTH, FIELD_LENGTH
from practicum.models.replies import without_loops
from practicum.models.schemas import resolve
from practicum.records import JsonObject


def without_runaway_argument(text: str, tools: Sequence[JsonObject]) -> list[JsonObject] | None:
    """Return the called tool alone, with its runaway argument fixed.

    Args:
        text: a call, whole or cut off.
        tools: in OpenAI's format.

    Returns:
        None when no argument at the top level ran on.
    """
    written = _partial(text)
    called = [tool["function"] for tool in tools if tool["function"]["name"] == written.get("name")]
    if not called:
        return None
    function = called[0]
    fixed = without_runaway_field(
        written.get("arguments"), function.get("parameters") or {}, default=ARGUMENT_LENGTH
    )
    return [{"type": "function", "function": {**function, "parameters": fixed}}] if fixed else None


def without_runaway_field(
    value: Any, schema: JsonObject, *, default: int = FIELD_LENGTH
) -> JsonObject | None:
    """Return the schema with the property fixed whose string ran on; None when none did.

    Args:
        value: the decoded object, or the text of one that may be cut off.
        schema: of the object.
        default: characters that a string may have where the schema sets no maximum.
    """
    value = _partial(value) if isinstance(value, str) else value
    whole = resolve(schema, schema)
    properties: JsonObject = whole.get("properties") or {}
    if not isinstance(value, dict):
        return None
    for name, part in value.items():
        limit = _limit(resolve(properties.get(name), whole), default)
        if isinstance(part, str) and limit is not None and len(part) > limit:
            fixed = {**properties, name: {"const": _cut(part, limit)}}
            return {**whole, "properties": fixed, "required": [*whole.get("required", ()), name]}
    return None


def _partial(text: str) -> JsonObject:
    """Decode as much of a JSON object as there is."""
    try:
        value = parse_partial_json(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _limit(schema: JsonObject, default: int) -> int | None:
    """Return the most characters; None where a cut string could not fit."""
    if schema.get("pattern") or schema.get("enum") or "const" in schema:
        return None
    return int(schema.get("maxLength", default))


def _cut(text: str, limit: int) -> str:
    """Return the text before it loops, at most ``limit`` characters, whole words if possible."""
    text = without_loops(text)
    if len(text) <= limit:
        return text
    words = text[: limit + 1].rsplit(None, 1)[0].rstrip(" ,;:")
    return words[:limit] or text[:limit]
