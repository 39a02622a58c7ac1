"""How far the arguments of a call are the expected ones, where no schema is known."""

from __future__ import annotations

from enum import IntEnum
from math import isclose
from typing import Any

from practicum.evaluation.matching.comparing import Comparison, equal, plain_number
from practicum.evaluation.matching.texts import resembles
from practicum.evaluation.ste.texts import says_the_same
from practicum.records import JsonObject

NEAR = 1e-4
"""Relative difference up to which two fractions are similar: ten metres in a coordinate."""


class Level(IntEnum):
    """How right arguments are; each level holds the ones above it."""

    WRONG = 0
    SIMILAR = 1
    """They would likely do: texts nearly in the same words (`resembles`: unlike for `Matcher`, some may be
    others), more arguments than expected, any value where an empty text was expected, a fraction that is
    `NEAR`."""
    EQUIVALENT = 2
    """The same but for case, punctuation, spaces and spelling: ``"3"`` is 3, ``Rome`` is ``rome``."""
    EXACT = 3
    """Equal as JSON."""

    @property
    def label(self) -> str:
        """Its name in figures."""
        return self.name.lower()


def level_of(expected: JsonObject, given: JsonObject) -> Level:
    """Return the highest level at which ``given`` are the ``expected`` arguments; no tool is looked at.

    Exact is what `Matcher` calls strict for a tool whose schema it does not know.
    """
    try:
        return _level(expected, given)
    except RecursionError:  # nested too deeply for any tool
        return Level.WRONG


def _level(expected: JsonObject, given: JsonObject) -> Level:
    wanted, made = _without_nulls(expected), _without_nulls(given)
    if Comparison({}, _equal).same("", {}, wanted, made):
        return Level.EXACT
    if Comparison({}, _equivalent).same("", {}, wanted, made):
        return Level.EQUIVALENT
    asked_for = {name: value for name, value in made.items() if name in wanted}
    return Level.SIMILAR if Comparison({}, _similar).same("", {}, wanted, asked_for) else Level.WRONG


def _without_nulls(arguments: JsonObject) -> JsonObject:
    """As the matcher does: null stands for an argument that was left out."""
    return {name: value for name, value in arguments.items() if value is not None}


def _equal(_name: str, _schema: JsonObject, expected: Any, given: Any) -> bool:
    return equal(expected, given)


def _equivalent(name: str, _schema: JsonObject, expected: Any, given: Any) -> bool:
    if equal(expected, given):
        return True
    numbers = plain_number(expected), plain_number(given)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] == numbers[1]
    if isinstance(expected, bool) or isinstance(given, bool):
        return str(expected).strip().lower() == str(given).strip().lower()
    return isinstance(expected, str) and isinstance(given, str) and says_the_same(name, expected, given)


def _similar(name: str, schema: JsonObject, expected: Any, given: Any) -> bool:
    if expected == "" and isinstance(given, str | int | float):
        return True
    if isinstance(expected, float) and isinstance(given, float):
        return isclose(expected, given, rel_tol=NEAR)
    if isinstance(expected, str) and isinstance(given, str) and resembles(expected, given):
        return True
    return _equivalent(name, schema, expected, given)
