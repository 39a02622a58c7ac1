"""Redaction of records: their words and values are redacted, and never what they are read by.

Whatever a secret is spelled like, a record without it can be read again: names of fields, ids, names of
tools, hashes, closed sets of words, times and numbers stay. What else stays, the types of fields say
(`practicum.records.kept`).
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache, partial
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from practicum.hostile.redaction import redact, redact_told, redact_used, redact_value
from practicum.records import JsonObject, Kept, Record

Clean = Callable[[str], str]


def _as_it_is(value: Any, *_: Any) -> Any:
    return value


@dataclass(frozen=True)
class Visit:
    """What is done with the parts of a record."""

    free: Callable[[Any], Any] = _as_it_is
    """With words, and with JSON that others made."""
    told: Callable[[Any], Any] = _as_it_is
    """With JSON that Practicum makes itself."""
    used: Callable[[Any], Any] = _as_it_is
    """With what says what was used or called."""
    fixed: Callable[[Any, Any], Any] = _as_it_is
    """With what a record is read by, given its type."""
    opened: Callable[[type[Record], JsonObject], JsonObject] = lambda _, fields: fields
    """With the fields of a record, before they are visited."""


Walk = Callable[[Any, Visit], Any]


def redact_record(record: Record, clean: Clean = redact) -> JsonObject:
    """Return a record's dict as it may be stored: `Record.from_dict` reads it, whatever the secrets are."""
    stored: JsonObject = redact_as(type(record), record.as_dict(), clean)
    return stored


def redact_as(kind: type[Record], body: Any, clean: Clean = redact) -> Any:
    """Return the dict of a record of this kind as it may be stored.

    Args:
        kind: Says which of its fields are words. A key that is no field of it stays as it is.
        body: As the record's `as_dict` or `model_dump` made it.
        clean: Redacts a text.
    """
    free, told = partial(redact_value, clean=clean), partial(redact_value, clean=redact_told, keys=False)
    used = partial(redact_value, clean=redact_used, keys=False)
    return visited(kind, body, Visit(free=free, told=told, used=used))


def visited(kind: type[Record], body: Any, visit: Visit) -> Any:
    """Return the dict of a record with each part as ``visit`` makes it."""
    if not isinstance(body, dict):
        return body
    fields = _fields(kind)
    return {
        key: fields[key](part, visit) if key in fields else part
        for key, part in visit.opened(kind, body).items()
    }


@cache
def _fields(kind: type[Record]) -> Mapping[str, Walk]:
    return {
        name: _marked(field.annotation, field.metadata) or _walk(field.annotation)
        for name, field in kind.model_fields.items()
    }


def _walk(annotation: Any) -> Walk:
    """Return how a value of this type is gone through.

    Raises:
        TypeError: it is a type that no record has had; what is in it has to be said here.
    """
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _marked(parts[0], parts[1:]) or _walk(parts[0])
    if origin in {Union, types.UnionType}:
        return _of_some(annotation, [part for part in parts if part is not type(None)])
    if origin in {tuple, list}:
        return partial(_each, _walk(parts[0]))
    if origin is dict and parts != (str, Any):
        return partial(_entries, _walk(parts[0]), _walk(parts[1]))
    return _of_one(annotation)


def _of_one(annotation: Any) -> Walk:
    if get_origin(annotation) is Literal or _is_fixed(annotation):
        return lambda value, visit: visit.fixed(value, annotation)
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return lambda value, visit: visited(annotation, value, visit)
    if get_origin(annotation) is dict or annotation in {str, Any}:
        return lambda value, visit: visit.free(value)
    raise TypeError(f"how is a field of the type {annotation} redacted?")


def _marked(annotation: Any, marks: Any) -> Walk | None:
    if Kept.WHOLE in marks and Kept.TOLD in marks:
        return lambda value, visit: visit.fixed(visit.used(value), annotation)
    if Kept.WHOLE in marks:
        return lambda value, visit: visit.fixed(value, annotation)
    if Kept.TOLD in marks:
        return lambda value, visit: visit.used(value)
    if Kept.KEYS in marks:
        return lambda value, visit: visit.told(value)
    return None


def _is_fixed(annotation: Any) -> bool:
    if not isinstance(annotation, type) or annotation is str:
        return False
    return issubclass(annotation, Enum | bool | int | float | datetime)


def _of_some(annotation: Any, kinds: list[Any]) -> Walk:
    if len(kinds) != 1:
        raise TypeError(f"which of {annotation} is it?")
    walk = _walk(kinds[0])
    return lambda value, visit: value if value is None else walk(value, visit)


def _each(walk: Walk, value: Any, visit: Visit) -> Any:
    return [walk(part, visit) for part in value] if isinstance(value, list | tuple) else value


def _entries(keys: Walk, walk: Walk, value: Any, visit: Visit) -> Any:
    if not isinstance(value, dict):
        return value
    return {keys(key, visit): walk(part, visit) for key, part in value.items()}
