"""Closed sets of values that can be chosen from, where a document lists what is not of its type."""

from __future__ import annotations

import json
from typing import Any

from practicum.records import JsonObject

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int, float),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


def with_fitting_set(schema: JsonObject) -> JsonObject:
    """Return ``schema`` with an ``enum`` of its type; one of which nothing fits is left out.

    No value fits ``{type: string, enum: [1, 2]}``, which is what unquoted YAML says, nor a list whose
    ``enum`` is that of its items.
    """
    kind, listed = schema.get("type"), schema.get("enum")
    if not isinstance(kind, str) or kind not in _KINDS or not isinstance(listed, list):
        return schema
    fitting = [made for value in listed for made in _as_kind(value, kind)]
    if json.dumps(fitting) == json.dumps(listed):
        return schema
    rest = {key: value for key, value in schema.items() if key != "enum"}
    if any(value is not None for value in fitting):
        return {**rest, "enum": fitting}
    items = schema.get("items")
    if kind == "array" and isinstance(items, dict) and "enum" not in items:
        return {**rest, "items": with_fitting_set({**items, "enum": listed})}
    return rest


def _as_kind(value: Any, kind: str) -> list[Any]:
    """The value as one of this kind, or nothing; null, which `nullable` is about, stays."""
    if value is None or _is_kind(value, kind):
        return [value]
    if kind == "string":
        return [json.dumps(value)] if isinstance(value, bool | int | float) else []
    read = _read(value) if isinstance(value, str) else None
    return [read] if _is_kind(read, kind) else []


def _read(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=lambda _: None)  # JSON has no NaN
    except (ValueError, RecursionError):
        return None


def _is_kind(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _KINDS[kind])
