"""BFCL describes functions in a dialect of its own: to JSON Schema, and to names that providers take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from practicum.records import JsonObject, ToolSpec

TYPES = {
    "dict": "object",
    "float": "number",
    "double": "number",
    "tuple": "array",
    "list": "array",
    "bool": "boolean",
    "any": None,
}
"""Types of the dialect; None is a schema without a type. All others are JSON Schema's."""
KEPT = ("description", "enum", "default", "format", "minimum", "maximum", "minItems", "maxItems")
BOUNDS_OF = {
    "array": ("minItems", "maxItems"),
    "number": ("minimum", "maximum"),
    "integer": ("minimum", "maximum"),
}
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")
LONGEST_NAME = 64


def as_spec(document: JsonObject, name: str | None = None) -> ToolSpec:
    """Return a function's documentation as a tool; ``name`` is what providers are told, else its own."""
    parameters = as_schema(document.get("parameters", {}))
    parameters.setdefault("properties", {})
    parameters.pop("description", None)
    parameters["type"] = "object"
    return ToolSpec(name=name or document["name"], description=document["description"], parameters=parameters)


def as_schema(node: JsonObject) -> JsonObject:
    """Return one node of the dialect as JSON Schema; what is not known is dropped."""
    given = node.get("type", "string")
    kind = TYPES.get(given, given)
    schema: JsonObject = {"type": kind} if kind is not None else {}
    bounds = BOUNDS_OF.get(kind or "", ())
    for key in KEPT:
        if key in node and (key in bounds or not key.startswith(("min", "max"))):
            schema[key] = node[key]
    if isinstance(node.get("properties"), dict):
        schema["properties"] = {name: as_schema(child) for name, child in node["properties"].items()}
        # Some nodes require what they do not describe.
        schema["required"] = [name for name in node.get("required", ()) if name in schema["properties"]]
    if isinstance(node.get("items"), dict):
        schema["items"] = as_schema(node["items"])
    return schema


def provider_names(names: Iterable[str]) -> dict[str, str]:
    """Return a name that every provider takes for each of these, no two alike."""
    made: dict[str, str] = {}
    for name in names:
        plain = base = _NOT_IN_NAMES.sub("_", name)[:LONGEST_NAME]
        number = 2
        while plain in made.values():
            plain, number = f"{base[: LONGEST_NAME - 4]}_{number}", number + 1
        made[name] = plain
    return made


def with_words_of_language(document: JsonObject, language: str) -> JsonObject:
    """Return the documentation of a Java or JavaScript function, whose values are given as source text.

    Source: ``_func_doc_language_specific_pre_processing`` in the benchmark's utils, worded as there.
    """
    hint = {"Java": "Java 8 SDK", "JavaScript": "JavaScript"}[language]
    described = f"{document['description']} Note that the provided function is in {hint} syntax."
    parameters = document["parameters"]
    properties = {name: _as_source(node, language) for name, node in parameters["properties"].items()}
    return {**document, "description": described, "parameters": {**parameters, "properties": properties}}


def _as_source(node: JsonObject, language: str) -> JsonObject:
    kind = node["type"]
    said = str(node.get("description", ""))
    if kind == "any":
        said += f" This parameter can be of any type of {language} object in string representation."
    else:
        said += f" This is {language} {kind} type parameter in string representation."
    if "items" in node:
        of = node["items"].get("type")
        said += f" The list elements are of type {of}; they are not in string representation."
    if "properties" in node:
        said += f" The dictionary entries have the following schema: {_plain(node['properties'])}"
    return {"type": "string", "description": said}


def _plain(value: Any) -> str:
    from practicum.records import canonical_json

    return canonical_json(value)
