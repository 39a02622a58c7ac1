"""A parameter as this package sees it: its name, its plain schema, its description."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from practicum.hostile.schema_patterns import fits_pattern
from practicum.records import JsonObject, canonical_json

_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


@dataclass(frozen=True)
class Slot:
    """One parameter: where a value is to go."""

    parameter: str
    schema: JsonObject
    """Without ``$ref`` and without the null branch of an optional parameter."""
    description: str
    key: str
    """One spelling of the three above: slots compare and hash by it."""

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Slot) and self.key == other.key

    @property
    def types(self) -> tuple[str, ...]:
        """The JSON types the schema allows; empty when it names none."""
        named = self.schema.get("type", ())
        return (named,) if isinstance(named, str) else tuple(named)

    @property
    def numeric(self) -> bool:
        """Whether only numbers are allowed."""
        return bool(self.types) and set(self.types) <= {"integer", "number", "null"}

    @property
    def enum(self) -> tuple[Any, ...]:
        """The members the schema enumerates, null left out; empty when it has none."""
        members = [self.schema["const"]] if "const" in self.schema else self.schema.get("enum", ())
        return tuple(member for member in members if member is not None)

    @property
    def examples(self) -> tuple[Any, ...]:
        """Values the schema shows: examples, then the default."""
        shown = self.schema.get("examples", ())
        shown = [*shown] if isinstance(shown, list | tuple) else [shown]
        default = self.schema.get("default")
        return tuple(value for value in (*shown, default) if value is not None)

    @property
    def name_words(self) -> tuple[str, ...]:
        """Lower-case words of the parameter's name, snake or camel case."""
        return tuple(word.lower() for word in _NAME_WORD.findall(self.parameter))


def slot_of(
    parameter: str, schema: JsonObject, description: str = "", root: JsonObject | None = None
) -> Slot:
    """Return the slot of a parameter.

    Args:
        parameter: The parameter's name.
        schema: Its JSON Schema.
        description: Words about it; the schema's own description when empty.
        root: The schema that holds ``$defs``, for local references.
    """
    plain = plain_schema(schema, root or {})
    words = description or str(plain.get("description", ""))
    return Slot(parameter, plain, words, canonical_json([parameter, plain, words]))


def plain_schema(schema: JsonObject, root: JsonObject, depth: int = 8) -> JsonObject:
    """Return ``schema`` with local references followed and null branches taken away.

    Of several branches that are not null the first is taken.
    """
    if not isinstance(schema, dict) or depth == 0:
        return {}
    outer = {k: v for k, v in schema.items() if k not in {"anyOf", "oneOf", "allOf", "$ref"}}
    inner: list[JsonObject] = []
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        inner.append(_follow(reference, root))
    for key in ("anyOf", "oneOf"):
        branches = [b for b in schema.get(key, ()) if isinstance(b, dict) and b.get("type") != "null"]
        inner.extend(branches[:1])
    inner.extend(b for b in schema.get("allOf", ()) if isinstance(b, dict))
    merged: JsonObject = {}
    for branch in inner:
        merged.update(plain_schema(branch, root, depth - 1))
    return merged | outer


def nullable(schema: JsonObject) -> bool:
    """Whether the schema allows null beside another type."""
    if not isinstance(schema, dict):
        return False
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return any(isinstance(b, dict) and b.get("type") == "null" for b in branches) or "null" in (
        schema.get("type") or ()
    )


def _follow(reference: str, root: JsonObject) -> JsonObject:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found.get(part, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}


def fits(schema: JsonObject, value: Any) -> bool:
    """Whether ``value`` is valid under a plain ``schema``.

    Reads the keywords that bear on single values; a pattern that does not
    compile is passed over.
    """
    return _right_type(schema, value) and _enumerated(schema, value) and _within(schema, value)


def _right_type(schema: JsonObject, value: Any) -> bool:
    named = schema.get("type")
    if named is None:
        return True
    return any(_is_of(name, value) for name in ([named] if isinstance(named, str) else named))


def _is_of(name: str, value: Any) -> bool:
    """Whether a value is of a JSON type; 5.0 is an integer, true is no number."""
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES.get(name, ()))


def _enumerated(schema: JsonObject, value: Any) -> bool:
    if "const" in schema and value != schema["const"]:
        return False
    return "enum" not in schema or value in schema["enum"]


def _within(schema: JsonObject, value: Any) -> bool:
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            return False
        return "pattern" not in schema or fits_pattern(schema["pattern"], value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _in_range(schema, value)
    if isinstance(value, list):
        low, high = schema.get("minItems", 0), schema.get("maxItems", len(value))
        return bool(low <= len(value) <= high)
    return True


def _in_range(schema: JsonObject, value: float) -> bool:
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    step = schema.get("multipleOf")
    return (
        low <= value <= high
        and (above is None or value > above)
        and (below is None or value < below)
        and (not step or abs(value / step - round(value / step)) < 1e-9)
    )
