"""The base of all records, and one spelling per JSON value."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer
from pydantic_core import to_jsonable_python

SCHEMA_VERSION = 1
"""Version of the records on disk; raised when a field's meaning changes."""

JsonObject = dict[str, Any]
"""A decoded JSON object: string keys, JSON values."""


def canonical_json(value: Any) -> str:
    """Return ``value`` as compact JSON with sorted keys, one spelling per value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(*parts: Any, length: int = 16) -> str:
    """Return a hexadecimal SHA-256 prefix of ``parts``, the same in every process."""
    text = "\x1f".join(part if isinstance(part, str) else canonical_json(part) for part in parts)
    # Half a surrogate pair, as models write it, is no UTF-8; passed on, it is still one spelling per text.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def _has_half_pair(value: Any) -> bool:
    """Whether a key in ``value`` holds half a surrogate pair, as models write it."""
    if isinstance(value, dict):
        return any(_is_half_pair(key) or _has_half_pair(part) for key, part in value.items())
    return isinstance(value, list | tuple) and any(map(_has_half_pair, value))


def _is_half_pair(key: Any) -> bool:
    if not isinstance(key, str) or key.isascii():
        return False
    return any("\ud800" <= character <= "\udfff" for character in key)


def _jsonable(value: Any) -> Any:
    """Return ``value`` as JSON's types, whatever its keys hold."""
    if isinstance(value, dict):
        # Whatever is no text (a number, an enum) is spelled as pydantic does it.
        return {
            key if type(key) is str else next(iter(to_jsonable_python({key: None}))): _jsonable(part)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_jsonable(part) for part in value]
    return to_jsonable_python(value)


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


class Record(BaseModel):
    """Base of all records: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def as_dict(self) -> JsonObject:
        """Return a JSON-ready dict, fit for checkpoints and files."""
        plain: JsonObject = self.model_dump()
        if _has_half_pair(plain):  # in a key pydantic fails at it, or replaces it
            return {key: _jsonable(part) for key, part in plain.items()}
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, data: JsonObject) -> Self:
        """Rebuild the record from `as_dict`'s result; raises ``ValidationError``."""
        return cls.model_validate(data)


class SparseRecord(Record):
    """A record that leaves some fields out of what is written while they are empty.

    So a field can be added that few records have: the others are written, and identified by their content,
    as they were before there was such a field, and a version from before it reads them.
    """

    LEFT_OUT_EMPTY: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_empty(self, handler: SerializerFunctionWrapHandler) -> JsonObject:
        written: JsonObject = handler(self)
        return {key: value for key, value in written.items() if value or key not in self.LEFT_OUT_EMPTY}
