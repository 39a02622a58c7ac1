"""JSON Schemas of tools: made flat, checked for use, and used to check a call."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from practicum.errors import ToolCallError
from practicum.hostile.schema_patterns import validator_of
from practicum.records import JsonObject, ToolCall, ToolSpec
from practicum.tools.alternatives import narrowed, problem_of_tag
from practicum.tools.schema_size import MAX_NODES, expanded_size

if TYPE_CHECKING:
    from jsonschema import ValidationError

MAX_PARAMETERS = 100
DEFINITIONS = ("$defs", "definitions", "$schema")
DATA = ("default", "const", "enum", "examples")
"""Keywords that hold values, not schemas: a "title" in them is data."""
BY_NAME = ("properties", "patternProperties", "dependentSchemas")
BY_NAME_DATA = ("dependentRequired", "dependencies")
"""Keywords that hold schemas, or lists, by names of the author's: a name is no keyword."""
ALTERNATIVES = ("anyOf", "oneOf", "allOf", "prefixItems")
"""Keywords that hold lists of schemas."""


class UnusableSchemaError(Exception):
    """A tool's schema can't be shown to a model; the text says why."""


def flatten(schema: JsonObject) -> JsonObject:
    """Return ``schema`` with local ``$ref``s put in place, titles dropped, and ``true`` written as ``{}``.

    Patterns that Python can't read (JSON Schema's are ECMAScript's) are dropped: nothing here can apply them.

    Raises:
        UnusableSchemaError: on a reference that is unknown or refers to itself, on too many parameters, and
            on a schema that is larger than it looks.
    """
    definitions = {**schema.get("$defs", {}), **schema.get("definitions", {})}
    root = {key: value for key, value in schema.items() if key not in DEFINITIONS}
    if expanded_size(root, definitions) > MAX_NODES:
        raise UnusableSchemaError("its schema grows without measure when its references are put in place")
    flat: JsonObject = _flatten(root, definitions, ())
    flat.setdefault("type", "object")
    flat["properties"] = flat.get("properties") or {}
    if len(flat["properties"]) > MAX_PARAMETERS:
        raise UnusableSchemaError(f"it has more than {MAX_PARAMETERS} parameters")
    return flat


def require_valid(schema: JsonObject) -> None:
    """Check that ``schema`` is a JSON Schema; takes milliseconds, so it is for those that strangers wrote.

    Raises:
        UnusableSchemaError: it is none; says at which place.
    """
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = ".".join(str(part) for part in error.absolute_path)
        raise UnusableSchemaError(f"it is no JSON Schema, at {where}: {error.message[:200]}") from error


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
        return _flatten({**_spelled_out(definitions[name]), **siblings}, definitions, (*path, name))
    return {
        key: _flatten_keyword(key, value, definitions, path)
        for key, value in _of_today(node).items()
        if not (key == "title" and isinstance(value, str)) and not (key == "pattern" and _is_foreign(value))
    }


def _flatten_keyword(key: str, value: Any, definitions: JsonObject, path: tuple[str, ...]) -> Any:
    if key in DATA or key in BY_NAME_DATA:
        return value
    if key == "discriminator" and isinstance(value, dict):  # OpenAPI's; its mapping refers to definitions
        return {name: each for name, each in value.items() if name != "mapping"}
    if key in BY_NAME and isinstance(value, dict):  # its keys are names: one may be called "title"
        return {name: _flatten(_spelled_out(child), definitions, path) for name, child in value.items()}
    if key in ALTERNATIVES and isinstance(value, list):
        return [_flatten(_spelled_out(child), definitions, path) for child in value]
    return _flatten(_spelled_out(value) if key == "items" else value, definitions, path)


def _of_today(schema: JsonObject) -> JsonObject:
    """Return a schema of an older draft in the words of 2020-12: the items of a tuple, and open bounds."""
    said = dict(schema)
    if isinstance(said.get("items"), list):
        said["prefixItems"] = said.pop("items")
        if "additionalItems" in said:
            said["items"] = said.pop("additionalItems")
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(said.get(exclusive), bool):
            is_open = said.pop(exclusive)
            if is_open and bound in said:
                said[exclusive] = said.pop(bound)
    return said


def _spelled_out(schema: Any) -> Any:
    """Return the schema that a boolean stands for: that of any value, or of none."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    return schema


def _is_foreign(pattern: Any) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python may read otherwise
            re.compile(pattern)
    except (re.error, TypeError, OverflowError, RecursionError):
        return True
    return False


def problem_of_names(spec: ToolSpec, call: ToolCall) -> str | None:
    """Say which argument of a call the tool doesn't have; a schema that doesn't say so is closed, too."""
    unknown = sorted(set(call.arguments) - set(spec.properties))
    closed = spec.parameters.get("additionalProperties", False) is False
    if not (unknown and closed) or "patternProperties" in spec.parameters:
        return None
    known = ", ".join(spec.properties) or "none"
    return f"{spec.name} has no argument {unknown[0]!r}; its arguments are: {known}"


def check_arguments(spec: ToolSpec, call: ToolCall) -> None:
    """Check a call's arguments against the tool's schema; a pattern that takes too long is not applied.

    Raises:
        ToolCallError: says which argument is wrong and what would be right, for the model to read.
    """
    if unknown := problem_of_names(spec, call):
        raise ToolCallError(unknown)
    errors = sorted(validator_of(spec.parameters).iter_errors(call.arguments), key=str)
    if errors:
        first = narrowed(errors[0])
        where = ".".join(str(part) for part in first.absolute_path)
        prefix = f"argument {where!r}: " if where else ""
        raise ToolCallError(f"{prefix}{_said(first)}")


def _said(error: ValidationError) -> str:
    """What is wrong; of alternatives, what is wrong with each, but for null: leaving out is its spelling."""
    if tag := problem_of_tag(error):
        return tag
    each = [_said(inner) for inner in error.context or () if inner.validator_value != "null"]
    return " and ".join(dict.fromkeys(each)) or str(error.message)
