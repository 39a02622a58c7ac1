"""Whether a decoded reply keeps the bounds that a quick grammar leaves open."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from practicum.hostile.schema_patterns import validator_of
from practicum.models.replies import Unreadable, compact_json, parse_call
from practicum.records import JsonObject

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def call_fits(text: str, tools: list[JsonObject]) -> bool:
    """Whether ``text`` is a call of one of the tools (OpenAI's format) with arguments that fit."""
    call = parse_call(text)
    if isinstance(call, Unreadable):
        return False
    schemas = [t["function"].get("parameters") or {} for t in tools if t["function"]["name"] == call.name]
    return any(fits(call.arguments, schema) for schema in schemas)


def value_fits(text: str, schema: JsonObject) -> bool:
    """Whether ``text`` is JSON that fits the schema."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return False
    return fits(value, schema)


def fits(value: Any, schema: JsonObject) -> bool:
    """Whether a decoded value fits the schema; a schema that can't be applied excludes nothing."""
    from jsonschema.exceptions import UnknownType
    from referencing.exceptions import Unresolvable

    try:
        return bool(_validator(compact_json(schema)).is_valid(value))
    except (UnknownType, Unresolvable):
        return True


@lru_cache(maxsize=512)
def _validator(schema: str) -> Validator:
    return validator_of(json.loads(schema))
