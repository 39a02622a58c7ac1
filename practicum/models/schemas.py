"""JSON Schema's indirections undone: references, single ``allOf``, OpenAPI's ``nullable``."""

from __future__ import annotations

from typing import Any

from practicum.records import JsonObject


def resolve(schema: Any, root: JsonObject) -> JsonObject:
    """Return ``schema`` with its own ``$ref`` and ``allOf`` merged in; children stay as they are.

    ``True`` and unknown things become the empty schema, which admits every value.
    """
    if not isinstance(schema, dict):
        return {}
    merged = dict(schema)
    seen: set[str] = set()
    while isinstance(merged.get("$ref"), str):
        reference = merged.pop("$ref")
        if reference in seen:
            break
        seen.add(reference)
        merged = {**_pointed_at(reference, root), **merged}
    for part in merged.pop("allOf", ()):
        merged = merge(merged, resolve(part, root))
    if merged.pop("nullable", False):
        merged = {"anyOf": [merged, {"type": "null"}]}
    return merged


def merge(left: JsonObject, right: JsonObject) -> JsonObject:
    """Return a schema that asks for both; where they disagree on a key, ``left`` wins."""
    both = {**right, **left}
    if "properties" in left and "properties" in right:
        both["properties"] = {**left["properties"], **right["properties"]}
    if "required" in left and "required" in right:
        both["required"] = [*left["required"], *right["required"]]
    return both


def _pointed_at(reference: str, root: JsonObject) -> JsonObject:
    """Follow a pointer inside the document, such as ``#/$defs/Unit``; elsewhere leads to nothing."""
    found: Any = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
