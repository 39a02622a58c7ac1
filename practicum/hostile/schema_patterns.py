"""JSON Schemas that strangers wrote, applied in bounded time: their patterns may be made never to end.

jsonschema applies patterns with `re`, which can't be stopped. Here they are applied with `regex`, which
can; what can't be read, or was slow once, is not applied at all: it excludes nothing.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator
    from regex import Match, Pattern

LONGEST_S = 0.2
"""Seconds a pattern may take for a text, once."""
LONGEST_PATTERN = 2000
_slow: set[str] = set()


class NotAppliedError(Exception):
    """A pattern can't be read, or takes too long: whether a text fits it is not known."""


def search(pattern: str, text: str) -> Match[str] | None:
    """Return where a schema's pattern fits ``text``, None where it does nowhere.

    Raises:
        NotAppliedError: that can't be told.
    """
    compiled = _compiled(pattern)
    if compiled is None or pattern in _slow:
        raise NotAppliedError(pattern)
    try:
        return compiled.search(text, timeout=LONGEST_S)
    except TimeoutError as error:
        _slow.add(pattern)
        raise NotAppliedError(pattern) from error


def fits_pattern(pattern: str, text: str) -> bool:
    """Whether ``text`` fits a schema's pattern; True where that can't be told."""
    try:
        return search(pattern, text) is not None
    except NotAppliedError:
        return True


def validator_of(schema: Any) -> Validator:
    """Return what checks values against a schema of JSON Schema's draft 2020-12.

    Its registry is empty: a stranger's schema must not make us fetch what it refers to.
    """
    from referencing import Registry

    made: Validator = _bounded()(schema, registry=Registry())
    return made


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Pattern[str] | None:
    import regex

    if len(pattern) > LONGEST_PATTERN:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError, MemoryError):
        return None


@cache
def _bounded() -> Any:
    from jsonschema import Draft202012Validator, validators

    extend: Any = validators.extend  # jsonschema leaves it untyped
    ours = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "unevaluatedProperties": _unevaluated_properties,
    }
    return extend(Draft202012Validator, ours)


def _original(keyword: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator.VALIDATORS[keyword]


def _pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    del schema
    if validator.is_type(value, "string") and not fits_pattern(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: dict[str, Any], value: Any, schema: Any
) -> Iterator[ValidationError]:
    del schema
    if validator.is_type(value, "object"):
        for pattern, inner in patterns.items():
            for name, given in value.items():
                if fits_pattern(pattern, name):
                    yield from validator.descend(given, inner, path=name, schema_path=pattern)


def _additional_properties(validator: Any, others: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    """The keyword, with the names that fit a pattern passed over."""
    patterns = schema.get("patternProperties", {})
    if patterns and validator.is_type(value, "object"):
        value = {
            name: given
            for name, given in value.items()
            if not any(fits_pattern(pattern, name) for pattern in patterns)
        }
        schema = {key: inner for key, inner in schema.items() if key != "patternProperties"}
    yield from _original("additionalProperties")(validator, others, value, schema)


def _unevaluated_properties(
    validator: Any, others: Any, value: Any, schema: Any
) -> Iterator[ValidationError]:
    """The keyword, where no pattern of names has a say: jsonschema would apply it with `re`."""
    if "patternProperties" not in str(schema):
        yield from _original("unevaluatedProperties")(validator, others, value, schema)
