"""Whether other words for a query still ask for what its call was made from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from practicum.records import JsonObject, ToolCall, ToolSpec, canonical_json
from practicum.training.mentions import Offsets, digits, mentions, readings
from practicum.training.opposites import turned_round

LEFT_OUT = "a value is left out"
ADDED = "a number is added"
SWAPPED = "values in another order"
TURNED = "the opposite of a word"
_MEANT = ("number", "quantity", "duration")
_CHANGERS = re.compile(
    r"\b(?:half|halves|quarters?|thirds?|double|twice|triple|dozens?|hundreds?|thousands?|millions?|billions?"
    r"|trillions?|minus|negative|below)\b",
    re.IGNORECASE,
)
"""Words that make another number of the one beside them."""


class _Said(NamedTuple):
    """A value that both texts say: what it is, and where each says it."""

    kind: str | None
    value: Any
    before: list[Offsets]
    after: list[Offsets]


def why_unfaithful(spec: ToolSpec, call: ToolCall, query: str, other: str) -> str | None:
    """Return why ``other`` may not ask for what ``query`` asks for, None when nothing is found.

    Every value of the call that the query says has to be said, in any spelling that its format knows; so
    has every number, quantity and duration. No number may be new. Values of one kind keep their order, and
    numbers keep theirs among them: what is turned round may ask for the opposite. That refuses some good
    paraphrases, too. Not looked for: booleans, and what the query leaves to a default or to the model.

    Args:
        spec: The tool.
        call: What the query led to.
        query: The words it was made from.
        other: The other words.
    """
    said: list[_Said] = []
    for name, schema, value in _leaves(spec, call):
        before = mentions(name, schema, value, query, as_in=query)
        after = mentions(name, schema, value, other, as_in=query)
        if before and not after:
            return LEFT_OUT
        if before:
            said.append(_Said(_kind(name, schema, value), value, before, after))
    if any(_loses(kind, query, other) for kind in _MEANT):
        return LEFT_OUT
    if _adds(call, query, other):
        return ADDED
    if _swaps(said):
        return SWAPPED
    return TURNED if turned_round(query, other) else None


def _leaves(spec: ToolSpec, call: ToolCall) -> Iterator[tuple[str, JsonObject, Any]]:
    """Yield (parameter, schema, value) of all values of a call that can be said, those in lists included."""
    for name, value in call.arguments.items():
        yield from _parts(name, spec.properties.get(name, {}), value)


def _parts(name: str, schema: JsonObject, value: Any) -> Iterator[tuple[str, JsonObject, Any]]:
    if isinstance(value, list):
        items = schema.get("items")
        for part in value:
            yield from _parts(name, items if isinstance(items, dict) else {}, part)
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        for key, part in value.items():
            yield from _parts(key, known.get(key, {}), part)
    elif value is not None and not isinstance(value, bool):
        yield name, schema, value


def _kind(name: str, schema: JsonObject, value: Any) -> str | None:
    """Return what sort of thing a value is; None when that isn't known."""
    from practicum import values

    return "number" if isinstance(value, int | float) else values.detect(name, schema)


def _loses(kind: str, query: str, other: str) -> bool:
    """Whether something of this format that the query says is missing; "one" and "a" are no numbers."""
    found = {meaning for span in readings(kind, other) for meaning in span.values}
    return any(found.isdisjoint(span.values) for span in readings(kind, query) if span.values != (1,))


def _adds(call: ToolCall, query: str, other: str) -> bool:
    """Whether a number, or a word that changes one, is in ``other`` and in neither query nor call."""
    written = canonical_json(call.arguments)
    known: set[Any] = {meaning for span in readings("number", query) for meaning in span.values}
    whole = digits(query) | digits(written)
    known |= whole | set(_numbers(call.arguments))
    # The first reading is the likelier one: "5 below" is -5.
    spans = [span for span in readings("number", other) if span.values[0] not in known | {1}]
    if spans or digits(other) - whole - {each for each in known if isinstance(each, int)}:
        return True
    explained = [span.text.casefold() for span in readings("number", other)]
    words = {match.group().casefold() for match in _CHANGERS.finditer(other)}
    return any(
        not any(word in text for text in explained)
        for word in words - {match.group().casefold() for match in _CHANGERS.finditer(f"{query} {written}")}
    )


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _numbers(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def _swaps(said: Iterable[_Said]) -> bool:
    """Whether two values that could be taken for each other come in another order."""
    pairs = list(combinations(said, 2))
    several = {one.kind for one, two in pairs if _alike(one, two)}
    return any(
        _turned(one, two)
        for one, two in pairs
        if _alike(one, two)
        or ("number" in (one.kind, two.kind) and {one.kind, two.kind} & (several - {"number"}))
    )


def _alike(one: _Said, two: _Said) -> bool:
    if one.value == two.value or (one.kind != two.kind and "number" in (one.kind, two.kind)):
        return False
    return one.kind == two.kind or None in (one.kind, two.kind)


def _turned(one: _Said, two: _Said) -> bool:
    """Whether the first or the last mentions of two values come in another order."""
    return any((end(one.before) < end(two.before)) != (end(one.after) < end(two.after)) for end in (min, max))
