"""Whether two JSON values are the same under a schema, with nulls, defaults and nesting."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from practicum.evaluation.matching.schemas import resolve
from practicum.records import JsonObject

MISSING: Final = object()
"""An argument that was not given and has no default."""

Leaf = Callable[[str, JsonObject, Any, Any], bool]
"""Whether two values of a parameter (name, schema, expected, given) are the same."""

_NUMBER = re.compile(r"\s*[+-]?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?\s*")
"""Without zeros in front: those make a text an identifier."""


@dataclass(frozen=True)
class Comparison:
    """Compares values under a tool's schema; ``leaf`` decides where nesting ends."""

    root: JsonObject
    """The schema that local references point into."""
    leaf: Leaf
    empty_is_missing: bool = False
    """Whether an empty text, list or object stands for an optional value that was left out."""

    def same(self, name: str, schema: Any, expected: Any, given: Any) -> bool:
        """Compare two values of the parameter ``name``: objects by key, lists in order."""
        found = resolve(schema, self.root)
        if isinstance(expected, dict) and isinstance(given, dict):
            keys = {**found.get("properties", {}), **expected, **given}
            return all(self._same_member(key, found, expected, given) for key in keys)
        if isinstance(expected, list | tuple) and isinstance(given, list | tuple):
            items = found.get("items", {})
            return len(expected) == len(given) and all(
                self.same(name, items, one, other) for one, other in zip(expected, given, strict=True)
            )
        return self.leaf(name, found, expected, given)

    def _same_member(self, key: str, schema: JsonObject, expected: JsonObject, given: JsonObject) -> bool:
        one, other = (effective(arguments, key, schema, self.root) for arguments in (expected, given))
        if one is MISSING or other is MISSING:
            return one is other or self.left_out(key, schema, other if one is MISSING else one)
        return self.same(key, schema.get("properties", {}).get(key, {}), one, other)

    def left_out(self, key: str, schema: JsonObject, value: Any) -> bool:
        """Whether ``value`` stands for the declared, optional ``key`` being left out."""
        optional = key in schema.get("properties", {}) and key not in schema.get("required", ())
        return self.empty_is_missing and optional and _is_empty(value)


def effective(arguments: JsonObject, name: str, schema: JsonObject, root: JsonObject) -> Any:
    """Return what an argument amounts to: its value, an optional one's default, or `MISSING`.

    Null counts as left out where ``schema`` declares the argument; in a free-form object
    it is a value like any other.
    """
    value = arguments.get(name, MISSING)
    declared = schema.get("properties", {})
    if name not in declared or (value is not MISSING and value is not None):
        return value
    if name in schema.get("required", ()):
        return MISSING
    default = resolve(declared[name], root).get("default")
    return MISSING if default is None else default


def equal(expected: Any, given: Any) -> bool:
    """Whether two JSON values that are no containers are equal; 70 is 70.0, and true is not 1."""
    if isinstance(expected, bool) or isinstance(given, bool):
        return expected is given
    if isinstance(expected, int | float) and isinstance(given, int | float):
        return expected == given
    return type(expected) is type(given) and bool(expected == given)


def _is_empty(value: Any) -> bool:
    """Whether nothing is said: an empty text or list, or an object whose members are all empty."""
    if isinstance(value, dict):
        return all(each is None or _is_empty(each) for each in value.values())
    return isinstance(value, str | list | tuple) and not value


def plain_number(value: Any) -> Decimal | None:
    """Return a number, or what a text such as "70.5" stands for; None where it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = value if isinstance(value, str) else repr(value)
    return Decimal(text.strip()) if _NUMBER.fullmatch(text) else None
