"""Whether other words for a query still say what its call was made from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from practicum.records import JsonObject, ToolCall, ToolSpec, canonical_json

LEFT_OUT = "a value is left out"
ADDED = "a number is added"
_DIGITS = re.compile(r"\d+")


def why_unfaithful(spec: ToolSpec, call: ToolCall, query: str, other: str) -> str | None:
    """Return why ``other`` does not ask for what ``query`` asks for, None when nothing is found.

    Every argument's value that the query says has to be said, in any spelling that its format knows, and no
    number may be new. What the query leaves to a default, or to the model, is not looked for.

    Args:
        spec: The tool.
        call: What the query led to.
        query: The words it was made from.
        other: The other words.
    """
    for name, schema, value in _leaves(spec, call):
        if _says(name, schema, value, query) and not _says(name, schema, value, other):
            return LEFT_OUT
    known = _numbers(query) | _numbers(canonical_json(call.arguments)) | _spoken_numbers(query)
    return ADDED if _numbers(other) - known else None


def _leaves(spec: ToolSpec, call: ToolCall) -> Iterator[tuple[str, JsonObject, Any]]:
    """Yield (parameter, schema, value) of all values of a call that can be said, those in lists included."""
    for name, value in call.arguments.items():
        yield from _parts(name, spec.properties.get(name, {}), value)


def _parts(name: str, schema: JsonObject, value: Any) -> Iterator[tuple[str, JsonObject, Any]]:
    if isinstance(value, list):
        items = schema.get("items")
        for part in value:
            yield from _parts(name, items if isinstance(items, dict) else {}, part)
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        for key, part in value.items():
            yield from _parts(key, known.get(key, {}), part)
    elif value is not None and not isinstance(value, bool):
        yield name, schema, value


def _says(name: str, schema: JsonObject, value: Any, text: str) -> bool:
    from practicum import values

    plain = " ".join(text.casefold().split())
    if " ".join(str(value).casefold().split()) in plain:
        return True
    if isinstance(value, int | float):
        return int(value) == value and int(value) in _numbers(text) | _spoken_numbers(text)
    kind = values.detect(name, schema)
    if kind is None:
        return False
    meant = (meaning for span in values.get(kind).resolve(text) for meaning in span.values)
    return any(values.equivalent(name, schema, value, each) for each in meant)


def _numbers(text: str) -> set[int]:
    return {int(digits[:18]) for digits in _DIGITS.findall(text.replace(",", ""))}


def _spoken_numbers(text: str) -> set[int]:
    """Return whole numbers that are said in words, too: "seventy" is 70."""
    from practicum import values

    meant = (meaning for span in values.get("number").resolve(text) for meaning in span.values)
    return {int(each) for each in meant if isinstance(each, int | float) and int(each) == each}
