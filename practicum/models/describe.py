"""Parameters in one line each, as a small model's prompt shows them."""

from __future__ import annotations

from typing import Any

from practicum.models.replies import compact_json
from practicum.models.schemas import resolve
from practicum.records import JsonObject

SHORT = 80
"""Characters of a parameter's description that are shown."""

SHOWN_VALUES = 12
"""Values of an enumeration that are shown; the grammar knows them all."""

_EXAMPLES: dict[str, Any] = {
    "string": "text",
    "integer": 1,
    "number": 1,
    "boolean": True,
    "null": None,
    "array": [],
    "object": {},
}


def describe_parameter(name: str, schema: JsonObject, root: JsonObject, *, required: bool) -> str:
    """Return e.g. ``unit (kg|lb, required): unit of the value; e.g. "kg"``."""
    found = resolve(schema, root)
    marks = [_kind(found, root)] + (["required"] if required else [])
    text = _shortened(found.get("description") or "")
    examples = [compact_json(value) for value in list(found.get("examples") or ())[:2]]
    tail = "; e.g. ".join(part for part in (text, ", ".join(examples)) if part)
    if examples and not text:
        tail = f"e.g. {tail}"
    return f"{name} ({', '.join(marks)})" + (f": {tail}" if tail else "")


def example_call(function: JsonObject) -> JsonObject:
    """Return a call of the tool that shows the form: required parameters only, values by type."""
    root = function.get("parameters") or {}
    required = frozenset(root.get("required", ()))
    properties: dict[str, JsonObject] = root.get("properties", {})
    arguments = {name: example_value(schema, root) for name, schema in properties.items() if name in required}
    return {"name": function["name"], "arguments": arguments}


def example_value(schema: JsonObject, root: JsonObject) -> Any:
    """Return a value that shows what fits: the schema's own examples first."""
    found = resolve(schema, root)
    for choices in (found.get("examples"), found.get("enum"), [found["const"]] if "const" in found else None):
        if choices:
            return choices[0]
    for branch in found.get("anyOf") or found.get("oneOf") or ():
        return example_value(branch, root)
    if found.get("default") is not None:
        return found["default"]
    by_format = {"date": "2024-05-17", "time": "09:30", "date-time": "2024-05-17T09:30:00Z"}
    if found.get("format") in by_format:
        return by_format[found["format"]]
    return _bounded_example(found)


def _bounded_example(schema: JsonObject) -> Any:
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind in {"integer", "number"} and "minimum" in schema:
        return schema["minimum"]
    return _EXAMPLES.get(kind, "text")


def _kind(schema: JsonObject, root: JsonObject) -> str:
    if "const" in schema:
        return compact_json(schema["const"])
    if schema.get("enum"):
        values = [str(value) for value in schema["enum"]]
        return "|".join(values[:SHOWN_VALUES]) + ("|..." if len(values) > SHOWN_VALUES else "")
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        kinds = [_kind(resolve(branch, root), root) for branch in branches]
        return " or ".join(dict.fromkeys(kind for kind in kinds if kind != "null"))
    kind = schema.get("format") or schema.get("type") or "any"
    if kind == "array":
        return f"list of {_kind(resolve(schema.get('items') or {}, root), root)}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= SHORT:
        return line.rstrip(".")
    return line[:SHORT].rsplit(" ", 1)[0].rstrip(",;:") + " ..."
