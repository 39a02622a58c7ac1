"""How alike two values of a parameter are, under its schema: by their format, or as free text."""

from __future__ import annotations

from typing import Any

from practicum.evaluation.matching.comparing import equal, plain_number
from practicum.evaluation.matching.texts import Likeness, likeness, negatives
from practicum.records import JsonObject, canonical_json

_MOST_CHARACTERS = 60
"""A longer text is no date and no quantity."""


class Meanings:
    """Compares values, and remembers what it found."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str, str], Likeness] = {}

    def likeness(self, name: str, schema: JsonObject, expected: Any, given: Any) -> Likeness:
        """Return how alike two values of the parameter ``name`` are; no containers."""
        if equal(expected, given):
            return Likeness.SAME
        key = (name, canonical_json(schema), canonical_json(expected), canonical_json(given))
        if key not in self._known:
            self._known[key] = _likeness(name, schema, expected, given)
        return self._known[key]


def _likeness(name: str, schema: JsonObject, expected: Any, given: Any) -> Likeness:
    if isinstance(expected, bool) or isinstance(given, bool):
        return _as_same(str(expected).strip().lower() == str(given).strip().lower())
    if not (isinstance(expected, str) and isinstance(given, str)):
        numbers = plain_number(expected), plain_number(given)
        if None not in numbers and numbers[0] == numbers[1]:
            return Likeness.SAME
        return _as_same(_equivalent(name, schema, expected, given))
    return _of_texts(name, schema, expected, given)


def _of_texts(name: str, schema: JsonObject, expected: str, given: str) -> Likeness:
    from practicum.values import detect
    from practicum.values.units import differ_carelessly

    if differ_carelessly(expected, given):  # "16 mb" and "16 MB": nobody meant millibars
        return likeness(expected, given)
    same = _same_by_themselves(expected, given)
    if same is not None:
        return _as_same(same)
    if detect(name, schema, description=str(schema.get("description", ""))) not in {None, "text"}:
        same_sign = negatives(expected) == negatives(given)
        return _as_same(same_sign and _equivalent(name, schema, expected, given))
    found = likeness(expected, given)
    return found if found is Likeness.SAME or _is_free(schema) else Likeness.DIFFERENT


def _is_free(schema: JsonObject) -> bool:
    """Whether any text may stand there: words, rather than a code."""
    types = schema.get("type", "string")
    named = [types] if isinstance(types, str) else types
    declared = schema.get("format", "text") == "text"
    return declared and "string" in named and not {"enum", "const", "pattern"} & schema.keys()


def _equivalent(name: str, schema: JsonObject, expected: Any, given: Any) -> bool:
    from practicum.values import equivalent

    return equivalent(name, schema, expected, given, description=str(schema.get("description", "")))


def _same_by_themselves(expected: str, given: str) -> bool | None:
    """Whether two texts are one date, moment, time or quantity: "5 March 2024" is "2024-03-05".

    None where they are no two of one kind, and their words must tell.
    """
    from practicum.values import get
    from practicum.values.spelling import told_apart

    texts = (expected, given)
    if not all(len(text) <= _MOST_CHARACTERS and any(map(str.isdigit, text)) for text in texts):
        return None
    apart = {told_apart(get(name), expected, given) for name in _tellable(texts)} - {None}
    return False in apart if apart else None


def _tellable(texts: tuple[str, str]) -> tuple[str, ...]:
    """Return the formats whose values tell what they are, whatever the parameter is called.

    A moment is no date: its time of day counts. And a date is no moment, not even its midnight.
    """
    from practicum.values import get

    clocks = {bool(get("time").resolve(text)) for text in texts}
    if clocks == {True}:
        return ("date-time", "time", "quantity")
    return ("date", "quantity") if clocks == {False} else ("quantity",)


def _as_same(same: bool) -> Likeness:
    return Likeness.SAME if same else Likeness.DIFFERENT
