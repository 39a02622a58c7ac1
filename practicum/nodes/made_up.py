"""A value for a required argument that nothing explains: the plainest that fits its schema.

A call without it only tells that it is missing; a call with any value tells what the tool makes of it.
"""

from __future__ import annotations

import random
from typing import Any

from practicum import values
from practicum.nodes.harvest import fits
from practicum.nodes.human_numbers import human_number
from practicum.nodes.schema_parts import closed_values, type_of, without_null
from practicum.records import JsonObject

DEEPEST = 4
"""Levels of objects and lists that are filled."""
GIVEN_SHARE = 0.4
"""Share of an object's optional parts that are given."""
MOST_ITEMS = 2
MOST_EVER = 8
"""Items of a list that must have so many: more would be no call that somebody asks for."""
EMPTY: tuple[Any, ...] = (None, {}, [])
"""Items of which no query could say anything; a list has them only where it must have as many."""


def make_up(name: str, schema: JsonObject, rng: random.Random, *, depth: int = 0) -> Any | None:
    """Return a value that fits, or None where the plainest does not."""
    schema = without_null(schema)
    made = _make(name, schema, rng, depth)
    return made if made is not None and fits(made, schema) else None


def _make(name: str, schema: JsonObject, rng: random.Random, depth: int) -> Any | None:
    closed = closed_values(schema)
    if closed:
        return rng.choice(closed)
    known = values.sample(name, schema, rng)
    if known is not None and fits(known, schema):
        return known
    kind = type_of(schema)
    if kind in {"integer", "number"}:
        return human_number(schema, rng)
    if kind == "string":
        return values.get("text").sample(rng)
    if depth >= DEEPEST:
        return None
    return _object(schema, rng, depth) if kind == "object" else _list(name, schema, rng, depth)


def _object(schema: JsonObject, rng: random.Random, depth: int) -> JsonObject | None:
    parts: JsonObject = schema.get("properties", {})
    needed = schema.get("required", [])
    given = [name for name in parts if name in needed or rng.random() < GIVEN_SHARE] or list(parts)[:1]
    made = {name: make_up(name, parts[name], rng, depth=depth + 1) for name in given}
    return {name: value for name, value in made.items() if value is not None}


def _list(name: str, schema: JsonObject, rng: random.Random, depth: int) -> list[Any] | None:
    item = schema.get("items")
    if not isinstance(item, dict):
        return []
    least = int(schema.get("minItems", 0))  # which may be written 2.0
    if least > MOST_EVER:
        return None
    count = max(least, rng.randint(1, MOST_ITEMS))
    made = [make_up(name, item, rng, depth=depth + 1) for _ in range(count)]
    telling = [value for value in made if value not in EMPTY]
    return telling if len(telling) >= least else made
