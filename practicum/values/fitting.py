"""Values and schemas brought together: candidates, samples, and comparing by meaning."""

from __future__ import annotations

import math
import random
from typing import Any

from practicum.records import JsonObject, canonical_json
from practicum.values.detection import detect_slot, item_slot
from practicum.values.exact import tidy
from practicum.values.offers import MAX_OFFERS, offers
from practicum.values.registry import get
from practicum.values.slots import Slot, fits, slot_of
from practicum.values.spans import phrase_key
from practicum.values.spelling import meaning, spell, told_apart

_DRAWS = 40
"""Values drawn before a sample is given up."""
_MOST_ITEMS = 32
"""Items that a list may have to have: of more nobody could say each."""


def spellings(format: str, value: Any) -> tuple[str, ...]:  # noqa: A002 - the schema's own word for it
    """Return the ways people say ``value``, most usual first; () when it is not of the format.

    Raises:
        SetupError: There is no such format.
    """
    return get(format).verbalise(value)


def candidates(parameter: str, schema: JsonObject, text: str, *, description: str = "") -> tuple[Any, ...]:
    """Return the values for a parameter that ``text`` contains, best first, each once.

    Args:
        parameter: The parameter's name.
        schema: Its JSON Schema; an array's one candidate is the list of all items.
        text: A query; the first 2,000 characters are read.
        description: Words about the parameter; the schema's own when empty.

    Returns:
        Values that are valid under the schema, in order of mention; () when there are none.
    """
    slot = slot_of(parameter, schema, description)
    if "array" in slot.types:
        listed = offers(item_slot(slot), text) if item_slot(slot) is not slot else []
        return (listed,) if listed and fits(slot.schema, listed) else ()
    return unique(offers(slot, text))


def unique(values: list[Any]) -> tuple[Any, ...]:
    """Return each of ``values`` once, in order."""
    return tuple({canonical_json(value): value for value in reversed(values)}.values())[::-1][:MAX_OFFERS]


def sample(parameter: str, schema: JsonObject, rng: random.Random, *, description: str = "") -> Any | None:
    """Return a plausible value that is valid under a parameter's schema, as it spells values.

    Args:
        parameter: The parameter's name.
        schema: Its JSON Schema.
        rng: The source of chance.
        description: Words about the parameter; the schema's own when empty.

    Returns:
        A value, or None when no format is known and the schema shows no values.
    """
    return _sample(slot_of(parameter, schema, description), rng)


def _sample(slot: Slot, rng: random.Random) -> Any | None:
    if slot.enum:
        return rng.choice(slot.enum)
    if "array" in slot.types:
        return _sample_list(slot, rng)
    if slot.examples and rng.random() < 0.25:
        shown = [value for value in slot.examples if fits(slot.schema, value)]
        if shown:
            return rng.choice(shown)
    name = detect_slot(slot)
    if name == "number":
        return _sample_number(slot, rng)
    if name is not None:
        for _ in range(_DRAWS):
            drawn = get(name).sample(rng)
            spelled = None if drawn is None else spell(slot, get(name), drawn)
            if spelled is not None:
                return spelled
    valid = [value for value in slot.examples if fits(slot.schema, value)]
    return rng.choice(valid) if valid else None


def _sample_list(slot: Slot, rng: random.Random) -> list[Any] | None:
    item = item_slot(slot)
    low = max(1, int(slot.schema.get("minItems", 2)))  # which may be written 2.0
    if low > _MOST_ITEMS:
        return None
    size = rng.randint(low, max(low, min(low + 3, int(slot.schema.get("maxItems", low + 3)))))
    # Nobody asks for what a fridge and a fridge cost, though a schema allows it.
    distinct = bool(slot.schema.get("uniqueItems")) or len(item.enum) > low
    found: list[Any] = []
    for _ in range(size + _DRAWS if item is not slot else 0):
        value = _sample(item, rng)
        if value is not None and not (distinct and value in found):
            found.append(value)
        if len(found) == size:
            break
    return found if len(found) >= low else None


def _sample_number(slot: Slot, rng: random.Random) -> Any | None:
    """Return a number within the schema's bounds, small and round ones more often."""
    schema = slot.schema
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    for _ in range(_DRAWS):
        drawn = get("number").sample(rng)
        if not _between(low, drawn, high) and low is not None and high is not None:
            drawn = rng.uniform(low, high)
            drawn = round(drawn) if high - low > 10 else round(drawn, 2)
        elif not _between(low, drawn, high):
            drawn = drawn + low if low is not None else high - drawn
        step = schema.get("multipleOf")
        drawn = tidy(round(drawn / step) * step) if step else tidy(drawn)
        whole = round(drawn) if slot.types[:1] == ("integer",) else drawn
        spelled = spell(slot, get("number"), whole)
        if spelled is not None:
            return spelled
    return None


def _between(low: float | None, value: float, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def equivalent(parameter: str, schema: JsonObject, a: Any, b: Any, *, description: str = "") -> bool:
    """Whether two values of a parameter mean the same.

    Numbers compare by value, values of a known format by meaning (kg is kilogram,
    DE is Germany), other strings without case and surplus spaces, lists item by item.
    """
    slot = slot_of(parameter, schema, description)
    if isinstance(a, list) and isinstance(b, list):
        item = item_slot(slot)
        return len(a) == len(b) and all(_same(item, x, y) for x, y in zip(a, b, strict=True))
    return _same(slot, a, b)


def _same(slot: Slot, a: Any, b: Any) -> bool:
    if a == b and isinstance(a, bool) == isinstance(b, bool):
        return True
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return False
    if isinstance(a, dict | list) or isinstance(b, dict | list):
        return False
    if _number(slot, a) is not None and _number(slot, b) is not None:
        return math.isclose(_number(slot, a) or 0, _number(slot, b) or 0, rel_tol=1e-9, abs_tol=1e-12)
    name = detect_slot(slot)
    if name is not None and name != "text":
        form = get(name)
        apart = told_apart(form, a, b)
        if apart is not None or meaning(form, a) == meaning(form, b):
            return not apart
    return isinstance(a, str) and isinstance(b, str) and _plain(a) == _plain(b)


def _number(slot: Slot, value: Any) -> float | None:
    """Return a number, or a string that stands for one where the schema wants numbers."""
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e300 else None
    if not slot.numeric:
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _plain(text: str) -> str:
    return phrase_key(text) or " ".join(text.casefold().split())
