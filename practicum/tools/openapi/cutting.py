"""Where a schema that refers to itself ends: what lies too deep is left out, as far as it may be."""

from __future__ import annotations

from typing import Any

from practicum.records import JsonObject

CUT = "x-cut"
"""Stands in place of what lies too deep: of documents' schemas such keywords are dropped."""
_ALL = ("allOf", "prefixItems")
_ANY = ("anyOf", "oneOf")
_OF_OTHERS = ("additionalProperties", "unevaluatedProperties")
"""What they say of properties that are not named is not meant of those that were left out."""
_ENDED = (*_ALL, *_ANY, "properties", "items", "additionalProperties")


def ended(node: Any) -> Any | None:
    """Return a schema without what lies too deep, None where no value is left.

    Properties that are not required are left out, and so are alternatives; a list or map that is required
    is empty. What was left out may still be sent as a property: objects that forbid others then allow them.
    """
    if not isinstance(node, dict) or not holds_cut(node):
        return node
    if CUT in node:
        return None
    made: JsonObject | None = {
        key: value for key, value in node.items() if key in _ENDED or not holds_cut(value)
    }
    for end in (_end_all, _end_alternatives, _end_items, _end_others, _end_properties):
        made = end(made) if made is not None else None
    return made


def holds_cut(node: Any) -> bool:
    """Whether something in a schema lies too deep."""
    if isinstance(node, dict):
        return CUT in node or any(holds_cut(value) for value in node.values())
    return isinstance(node, list) and any(holds_cut(value) for value in node)


def _end_all(schema: JsonObject) -> JsonObject | None:
    made = dict(schema)
    for key in _ALL:
        if not holds_cut(schema.get(key)):
            continue
        made[key] = [ended(part) for part in schema[key]]
        if None in made[key]:
            return None
    return made


def _end_alternatives(schema: JsonObject) -> JsonObject | None:
    made = dict(schema)
    for key in _ANY:
        if not holds_cut(schema.get(key)):
            continue
        parts = [part for part in map(ended, made.pop(key)) if part is not None]
        if not parts:
            return None
        # Of those that became open, more than one may fit.
        made["anyOf" if "anyOf" not in made else key] = parts
    return made


def _end_items(schema: JsonObject) -> JsonObject | None:
    items = schema.get("items")
    if not holds_cut(items):
        return schema
    each = ended(items)
    if not _is_barren(each):
        return {**schema, "items": each}
    if schema.get("minItems", 0) not in (0, None):
        return None if each is None else {**schema, "items": each}
    return {**{key: value for key, value in schema.items() if key != "items"}, "maxItems": 0}


def _end_others(schema: JsonObject) -> JsonObject:
    others = schema.get("additionalProperties")
    if not holds_cut(others):
        return schema
    each = ended(others)
    if not _is_barren(each):
        return {**schema, "additionalProperties": each}
    return {"properties": {}, **_opened(schema)}


def _opened(schema: JsonObject) -> JsonObject:
    """The schema without what it says of properties that are not named, but that there may be any."""
    return {key: value for key, value in schema.items() if key not in _OF_OTHERS or value is True}


def _end_properties(schema: JsonObject) -> JsonObject | None:
    named, required = schema.get("properties"), schema.get("required")
    if not isinstance(named, dict) or not holds_cut(named):
        return schema
    made = {}
    for name, child in named.items():
        each = ended(child)
        if isinstance(required, list) and name in required:
            if each is None:
                return None
            made[name] = each
        elif each is child or not _is_barren(each):
            made[name] = each
    if len(made) == len(named):
        return {**schema, "properties": made}
    return {**_opened(schema), "properties": made}


def _is_barren(schema: Any) -> bool:
    """Whether what is left of a schema says nothing: null, nothing in a list, nothing in an object."""
    if not isinstance(schema, dict):
        return schema is None
    alternatives = schema.get("anyOf")
    if isinstance(alternatives, list):  # a document may hold anything there
        return all(_is_barren(part) for part in alternatives)
    return bool(schema.get("type") == "null" or schema.get("maxItems") == 0 or schema.get("properties") == {})
