"""Values that a document holds as data: defaults, examples, closed sets."""

from __future__ import annotations

import math
from typing import Any

from practicum.hostile.schema_patterns import validator_of
from practicum.records import JsonObject
from practicum.tools.schema import UnusableSchemaError

MAX_NODES = 5_000
"""Of one tool: its schemas and all values in them. A document's aliases can multiply without end."""
MAX_DEPTH = 40


class OversizedSchemaError(UnusableSchemaError):
    """A schema has too many parts, or they lie too deep."""


class SizeBudget:
    """Counts what one tool is made of."""

    def __init__(self) -> None:
        self._left = MAX_NODES

    def spend(self, depth: int) -> None:
        """Count one more place.

        Raises:
            OversizedSchemaError: there are too many, or they lie too deep.
        """
        self._left -= 1
        if self._left < 0:
            raise OversizedSchemaError(f"its schema has more than {MAX_NODES} parts")
        if depth > MAX_DEPTH:
            raise OversizedSchemaError(f"its schema is nested more than {MAX_DEPTH} levels deep")


def plain(value: Any, budget: SizeBudget, depth: int = 0) -> Any:
    """Return a copy of a JSON value.

    Raises:
        UnusableSchemaError: it is too large, or holds a number that JSON has not.
    """
    budget.spend(depth)
    if isinstance(value, dict):
        return {str(key): plain(child, budget, depth + 1) for key, child in value.items()}
    if isinstance(value, list):
        return [plain(child, budget, depth + 1) for child in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise UnusableSchemaError("its schema holds a number that is not finite")
    return value


def with_examples(schema: JsonObject, examples: list[Any]) -> JsonObject:
    """Return ``schema`` with more examples, nearest first; those that do not fit it are left out."""
    known = schema.get("examples", [])
    validator = validator_of({key: value for key, value in schema.items() if key != "examples"})
    kept: list[Any] = []
    for example in [*examples, *(known if isinstance(known, list) else [])]:
        if validator.is_valid(example) and example not in kept:
            kept.append(example)
    rest = {key: value for key, value in schema.items() if key != "examples"}
    return {**rest, "examples": kept} if kept else rest
