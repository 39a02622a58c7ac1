"""JSON Schemas of tools: made flat, checked for use, and used to check a call."""

from __future__ import annotations

from typing import Any

from practicum.errors import ToolCallError
from practicum.records import JsonObject, ToolCall, ToolSpec

MAX_PARAMETERS = 100


class UnusableSchemaError(Exception):
    """A tool's schema can't be shown to a model; the text says why."""


def flatten(schema: JsonObject) -> JsonObject:
    """Return ``schema`` with local ``$ref``s put in place and titles dropped.

    Raises:
        UnusableSchemaError: on a reference that is unknown or refers to itself.
    """
    definitions = {**schema.get("$defs", {}), **schema.get("definitions", {})}
    flat: JsonObject = _flatten(schema, definitions, ())
    for key in ("$defs", "definitions", "$schema"):
        flat.pop(key, None)
    flat.setdefault("type", "object")
    flat.setdefault("properties", {})
    if len(flat["properties"]) > MAX_PARAMETERS:
        raise UnusableSchemaError(f"it has more than {MAX_PARAMETERS} parameters")
    return flat


def _flatten(node: Any, definitions: JsonObject, path: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_flatten(child, definitions, path) for child in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str):
        name = reference.rsplit("/", 1)[-1]
        if name in path:
            raise UnusableSchemaError(f"its schema refers to itself through {name!r}")
        if name not in definitions:
            raise UnusableSchemaError(f"its schema refers to {reference!r}, which is not there")
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        return _flatten({**definitions[name], **siblings}, definitions, (*path, name))
    return {
        key: _flatten_properties(value, definitions, path)
        if key == "properties" and isinstance(value, dict)
        else _flatten(value, definitions, path)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str))
    }


def _flatten_properties(properties: JsonObject, definitions: JsonObject, path: tuple[str, ...]) -> JsonObject:
    """Flatten a ``properties`` object, whose keys are names: one may be called "title"."""
    return {name: _flatten(child, definitions, path) for name, child in properties.items()}


def check_arguments(spec: ToolSpec, call: ToolCall) -> None:
    """Check a call's arguments against the tool's schema.

    Raises:
        ToolCallError: says which argument is wrong and what would be right, for the model to read.
    """
    from jsonschema import Draft202012Validator

    unknown = sorted(set(call.arguments) - set(spec.properties))
    if unknown and spec.parameters.get("additionalProperties") is not True:
        known = ", ".join(spec.properties) or "none"
        raise ToolCallError(f"{spec.name} has no argument {unknown[0]!r}; its arguments are: {known}")
    errors = sorted(Draft202012Validator(spec.parameters).iter_errors(call.arguments), key=str)
    if errors:
        first = errors[0]
        where = ".".join(str(part) for part in first.absolute_path)
        prefix = f"argument {where!r}: " if where else ""
        raise ToolCallError(f"{prefix}{first.message}")
