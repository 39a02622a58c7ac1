"""A confirmed call becomes what a user would have said: frame, style, round trip."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any

from practicum.nodes.phrasing import saying, style
from practicum.nodes.phrasing.clauses import draw_clause
from practicum.nodes.phrasing.roles import Role
from practicum.nodes.phrasing.roundtrip import recoverable
from practicum.nodes.phrasing.saying import SaidArgument
from practicum.nodes.phrasing.scene import Clause, Scene
from practicum.nodes.phrasing.sketch import Sketch, sketch
from practicum.records import ToolCall, ToolSpec

_SAY_DEFAULT = 0.35
_STALE_DRAWS = 6
_NOTHING: tuple[Any, ...] = (None, "", [], {})
"""Values that nobody says."""


@dataclass(frozen=True)
class Phrase:
    """A query for a call."""

    query: str
    said: dict[str, str]
    """How each argument was said, by parameter: a part of the query, free of quotation marks.

    A negative offset takes in the word of its sign (``3 weeks before``). Arguments equal to
    the schema's default may be left unsaid and are then missing.
    """


def phrase(spec: ToolSpec, call: ToolCall, rng: random.Random, *, tries: int = 12) -> Phrase | None:
    """Say what a user who needs ``call`` would say.

    Args:
        spec: The tool's specification.
        call: A call that execution confirmed.
        rng: Source of every choice: the same state gives the same phrase.
        tries: How many attempts may fail the round trip.

    Returns:
        The phrase, every argument recoverable from its query; None when no attempt succeeded.
    """
    known, arguments = _prepare(spec, call)
    return _phrase(known, arguments, rng, tries)


def phrasings(spec: ToolSpec, call: ToolCall, rng: random.Random, n: int) -> list[Phrase]:
    """Return ``n`` phrases with distinct queries, fewer when the frames run out."""
    known, arguments = _prepare(spec, call)
    found: dict[str, Phrase] = {}
    stale = 0
    while len(found) < n and stale < _STALE_DRAWS:
        one = _phrase(known, arguments, rng, tries=12)
        if one is None or one.query.casefold() in found:
            stale += 1
            continue
        stale = 0
        found[one.query.casefold()] = one
    return list(found.values())


def _prepare(spec: ToolSpec, call: ToolCall) -> tuple[Sketch, list[SaidArgument]]:
    given = {name: value for name, value in call.arguments.items() if value not in _NOTHING}
    known = sketch(spec, frozenset(given))
    return known, [saying.argument(parameter, given) for parameter in known.parameters.values()]


def _phrase(known: Sketch, arguments: list[SaidArgument], rng: random.Random, tries: int) -> Phrase | None:
    for _ in range(tries):
        scene = Scene(known, {one.parameter.name: one for one in arguments if _is_said(one, rng)})
        made = _dressed(known, draw_clause(scene, rng), rng)
        if all(_survives(one, made) for one in scene.arguments.values()):
            return made
    return None


def _is_said(one: SaidArgument, rng: random.Random) -> bool:
    """Arguments equal to the default may stay unsaid; the unit of a number never does."""
    default: Any = one.parameter.schema.get("default")
    if default is None or default != one.value or one.parts or one.parameter.role is Role.OFFSET_UNIT:
        return True
    return rng.random() < _SAY_DEFAULT


def _survives(one: SaidArgument, made: Phrase) -> bool:
    if one.parts:
        return all(_survives(part, made) for part in one.parts)
    said = made.said.get(one.parameter.name, "")
    return recoverable(one.parameter, one.value, made.query, said)


def _dressed(known: Sketch, clause: Clause, rng: random.Random) -> Phrase:
    kind = clause.kind
    if kind == "np" and clause.about_noun and not known.wording.definite:
        kind = "np_indefinite"
    copula = known.copula if clause.about_noun else "is"
    text = style.dress(kind, clause.text, copula, style.draw_register(rng), rng)
    text = style.settle(re.sub(r"\b(\w+) \1\b(?! \1)", r"\1", text), clause.spoken)
    return _spoken(text, clause)


def _spoken(text: str, clause: Clause) -> Phrase:
    """Put the values in the place of their marks, noting where each stands."""
    out = ""
    places: dict[str, tuple[int, int]] = {}
    for character in text:
        if not style.is_mark(character):
            out += character
            continue
        index = ord(character) - style.FIRST_MARK
        words = clause.spoken[index]
        for owner in clause.owners[index]:
            start, end = places.get(owner, (len(out), 0))
            places[owner] = (min(start, len(out)), max(end, len(out) + len(words)))
        out += words
    return Phrase(out, {owner: out[start:end] for owner, (start, end) in places.items()})
