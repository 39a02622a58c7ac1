"""Closed sets of values that can be chosen from, where a document lists what is not of its type."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
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
    kinds, listed = _kinds_of(schema), schema.get("enum")
    if not kinds or not isinstance(listed, list):
        return schema
    fitting = _once(made for value in listed for made in _as_one_of(value, kinds))
    if json.dumps(fitting) == json.dumps(listed):
        return schema
    rest = {key: value for key, value in schema.items() if key != "enum"}
    if any(value is not None for value in fitting):
        default = _as_one_of(rest.pop("default", None), kinds)
        return {**rest, **({"default": default[0]} if default != [None] and default else {}), "enum": fitting}
    items = schema.get("items")
    if kinds == ["array"] and isinstance(items, dict) and "enum" not in items:
        return {**rest, "items": with_fitting_set({**items, "enum": listed})}
    return rest


def _kinds_of(schema: JsonObject) -> list[str]:
    """The types that a schema states, but null; none where one is not known."""
    stated = schema.get("type")
    kinds = [str(kind) for kind in (stated if isinstance(stated, list) else [stated]) if kind != "null"]
    return kinds if all(kind in _KINDS for kind in kinds) else []


def _once(values: Iterable[Any]) -> list[Any]:
    return list({json.dumps(value): value for value in values}.values())


def _as_one_of(value: Any, kinds: Sequence[str]) -> list[Any]:
    """The value as it is where it is of one of these kinds, else as the first that it can be read as."""
    as_it_is = [value for kind in kinds if value is None or _is_kind(value, kind)]
    return (as_it_is or [made for kind in kinds for made in _as_kind(value, kind)])[:1]


def _as_kind(value: Any, kind: str) -> list[Any]:
    """The value as one of this kind, or nothing; null, which `nullable` is about, stays."""
    if value is None or _is_kind(value, kind):
        return [value]
    if kind == "string":
        return [json.dumps(value)] if isinstance(value, bool | int | float) else []
    read = _read(value) if isinstance(value, str) else None
    finite = not isinstance(read, float) or math.isfinite(read)
    return [read] if _is_kind(read, kind) and finite else []


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
