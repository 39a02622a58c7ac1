"""How large a schema is once its references are put in place: a few lines can stand for billions."""

from __future__ import annotations

from typing import Any

from practicum.records import JsonObject

MAX_NODES = 20_000
"""Objects, lists and values of a schema; a tool with a hundred parameters has about a thousand."""


def expanded_size(schema: JsonObject, definitions: JsonObject) -> int:
    """Return the number of nodes of ``schema`` with every reference to ``definitions`` put in place.

    Each definition is counted once and the count remembered, so it takes no longer than reading the
    schema. A reference that goes in a circle, or nowhere, counts as one node.
    """
    return _size(schema, definitions, {})


def _size(node: Any, definitions: JsonObject, known: dict[str, int]) -> int:
    if isinstance(node, list):
        return 1 + sum(_size(each, definitions, known) for each in node)
    if not isinstance(node, dict):
        return 1
    reference = node.get("$ref")
    put_in_place = 0
    if isinstance(reference, str):
        name = reference.rsplit("/", 1)[-1]
        if name not in known:
            known[name] = 0  # until it is counted: that is where a circle ends
            known[name] = _size(definitions.get(name), definitions, known)
        put_in_place = known[name]
    return 1 + put_in_place + sum(_size(each, definitions, known) for each in node.values())
