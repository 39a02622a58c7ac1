"""What a parameter's schema says of its values: which kind they are, and all of them where it lists them."""

from __future__ import annotations

from typing import Any

from practicum.records import JsonObject


def closed_values(schema: JsonObject) -> list[Any]:
    """Return all values that a schema allows, if it lists them, else none."""
    if "const" in schema:
        return [schema["const"]]
    if "enum" in schema:
        return [value for value in schema["enum"] if value is not None]
    if type_of(schema) == "boolean":
        return [True, False]
    closed = [closed_values(option) for option in _alternatives(schema)]
    return [value for values in closed for value in values] if all(closed) else []


def without_null(schema: JsonObject) -> JsonObject:
    """Return the schema itself, or the first alternative of an optional value that is not null."""
    return next(iter(_alternatives(schema)), schema)


def is_open_text(schema: JsonObject) -> bool:
    """Whether a parameter takes texts, or a list of them, of which the schema says no more."""
    plain = without_null(schema)
    items = plain.get("items")
    if plain.get("type") == "array" and isinstance(items, dict):
        return is_open_text(items)
    closed = closed_values(schema) or closed_values(plain) or {"pattern", "format"} & plain.keys()
    return plain.get("type") == "string" and not closed


def type_of(schema: JsonObject) -> str:
    """Return the JSON type of a schema's values, the first that is not null; text where nothing is said."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "string")
    if isinstance(kind, str):
        return kind
    kinds = [type_of(option) for option in _alternatives(schema)]
    return kinds[0] if kinds else "string"


def _alternatives(schema: JsonObject) -> list[JsonObject]:
    """The alternatives that are not null; one that is true or false, as a schema may be, says nothing."""
    options = [option if isinstance(option, dict) else {} for option in schema.get("anyOf", [])]
    return [option for option in options if option.get("type") != "null"]
