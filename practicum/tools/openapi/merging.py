"""Schemas made simple: ``allOf`` merged where it can be, null spelt in one way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from practicum.records import JsonObject

ANNOTATIONS = ("description", "default", "examples")
"""Keywords that allow and forbid nothing: of several, the first is as good as the others."""
_BY_KEYWORD = (("object", "properties"), ("array", "items"))
NULL: JsonObject = {"type": "null"}


def merge_all(schemas: Sequence[JsonObject]) -> JsonObject:
    """Return one schema that asks for all of them; what can't be merged stays in an ``allOf``."""
    made: JsonObject = {}
    kept: list[Any] = []
    queue: list[Any] = list(schemas)
    while queue:
        part = queue.pop(0)
        if isinstance(part, dict):
            part = dict(part)
            inner = part.pop("allOf", None)
            if isinstance(inner, list):
                queue = [*inner, *queue]
            elif inner is not None:
                part["allOf"] = inner
        merged = _merged(made, part) if isinstance(part, dict) else None
        if merged is not None:
            made = merged
        elif part is not True:
            kept.append(part)
    for kind, keyword in _BY_KEYWORD:
        if keyword in made and "type" not in made:
            made["type"] = kind
    return {**made, "allOf": kept} if kept else made


def _merged(left: JsonObject, right: JsonObject) -> JsonObject | None:
    """Both in one, or None where they ask for different things under one keyword.

    ``additionalProperties`` of a part then speaks of all properties: those who write it mean that.
    """
    both = {**right, **left}
    for key in left.keys() & right.keys():
        if left[key] == right[key] or key in ANNOTATIONS:
            continue
        if key == "required" and isinstance(left[key], list) and isinstance(right[key], list):
            both[key] = [*left[key], *(name for name in right[key] if name not in left[key])]
        elif key == "properties" and isinstance(left[key], dict) and isinstance(right[key], dict):
            named = _merged_properties(left[key], right[key])
            if named is None:
                return None
            both[key] = named
        else:
            return None
    return both


def _merged_properties(left: JsonObject, right: JsonObject) -> JsonObject | None:
    both = {**left, **right}
    for name in left.keys() & right.keys():
        if not (isinstance(left[name], dict) and isinstance(right[name], dict)):
            return None
        both[name] = merge_all([left[name], right[name]])
    return both


def nullable(schema: JsonObject) -> JsonObject:
    """Return ``schema`` that also allows null, as an alternative, which is how pydantic spells it."""
    outside = {key: schema[key] for key in ANNOTATIONS if key in schema}
    inside = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
    if isinstance(inside.get("enum"), list):
        inside["enum"] = [value for value in inside["enum"] if value is not None]
    if set(inside) == {"anyOf"}:
        branches = inside["anyOf"]
        return {**outside, "anyOf": branches if NULL in branches else [*branches, NULL]}
    return {**outside, "anyOf": [inside, NULL]} if inside else schema


def spell_null(schema: JsonObject) -> JsonObject:
    """Return ``schema`` with a null in its list of types spelt as an alternative."""
    kinds = schema.get("type")
    if not isinstance(kinds, list):
        return schema
    others = [kind for kind in kinds if kind != "null"]
    if not others:
        return {**schema, "type": "null"}
    single = {**schema, "type": others[0] if len(others) == 1 else others}
    return single if len(others) == len(kinds) else nullable(single)


def without_null(schema: JsonObject) -> JsonObject:
    """Return ``schema`` without the alternative null: what is not sent is left out."""
    branches = schema.get("anyOf")
    if not isinstance(branches, list) or NULL not in branches:
        return schema
    others = [branch for branch in branches if branch != NULL]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    if rest.get("default", 0) is None:
        del rest["default"]
    if len(others) == 1 and isinstance(others[0], dict):
        return merge_all([rest, others[0]])
    return {**rest, "anyOf": others}
