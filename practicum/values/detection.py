"""Which format a parameter has, told from its schema, its name and its description."""

from __future__ import annotations

import functools
import random
import re
from typing import Any

from practicum.records import JsonObject, ToolSpec
from practicum.values.registry import ValueFormat, get, known, remembered
from practicum.values.shown import shown_at
from practicum.values.slots import Slot, fits, slot_of
from practicum.values.tables import table

_IN_NAME, _IN_DESCRIPTION, _IN_ENUM, _IN_EXAMPLES = 4.0, 2.0, 5.0, 3.0
_ENUMERATED = ("weekday", "month", "unit")
"""Formats whose members are recognised in an enumeration without any hint."""
_BY_EXAMPLE = ("date", "date-time", "time", "email", "uri", "iban", "time-zone", "uuid", "cron")
"""Formats recognised by their spelling alone."""
_CODE = re.compile(r"(?=.*[A-Z])(?=.*\d)[A-Z\d][A-Z\d-]*")
_PLURAL = re.compile(r"(?<=\w\w)s$")
"""The ending of a list's name: skus, time zones. Of other names it leaves half a word that no hint knows."""


def detect(parameter: str, schema: JsonObject, *, description: str = "") -> str | None:
    """Return the name of the format that a parameter has.

    Args:
        parameter: The parameter's name.
        schema: Its JSON Schema; for an array the format of the items is told.
        description: Words about the parameter; the schema's own when empty.

    Returns:
        A name that `practicum.values.get` knows, None when no format is known.
    """
    return detect_slot(item_slot(slot_of(parameter, schema, description)))


def item_slot(slot: Slot) -> Slot:
    """Return the slot of an array's items, named in the singular; a slot that is no array as it is."""
    items = slot.schema.get("items")
    if "array" not in slot.types or not isinstance(items, dict):
        return slot
    one = _PLURAL.sub("", slot.parameter)
    return item_slot(slot_of(one, items, items.get("description") or slot.description))


@remembered(2048)
def detect_slot(slot: Slot) -> str | None:
    """Return the format of a slot: schema ``format``, then the best-scored one."""
    declared = slot.schema.get("format")
    name = known(declared) if isinstance(declared, str) else None
    if name is not None:
        return name
    if slot.types == ("boolean",):
        return "boolean"
    if set(slot.types) & {"object", "array"}:
        return None
    scores = _hints(slot)
    for format_name in _recognised(slot, scores):
        scores[format_name] = scores.get(format_name, 0) + (_IN_ENUM if slot.enum else _IN_EXAMPLES)
    for format_name in sorted(scores, key=lambda n: -scores[n]):
        if _possible(slot, get(format_name)):
            return format_name
    if _shows_codes(slot):
        return "identifier"
    counted = slot.enum and all(isinstance(m, int | float) and not isinstance(m, bool) for m in slot.enum)
    return "number" if slot.numeric or counted else None


def _hints(slot: Slot) -> dict[str, float]:
    """Score the formats that the name or the description speak of."""
    scores: dict[str, float] = {}
    name = " ".join(slot.name_words)
    for format_name, hint in _patterns().items():
        in_name, in_words = hint
        if in_name and (match := in_name.search(name)):
            scores[format_name] = _IN_NAME + len(match.group()) / 100
        if in_words and (match := in_words.search(slot.description)):
            early = 1 - match.start() / (len(slot.description) + 1)
            telling = len(match.group()) / 8
            scores[format_name] = scores.get(format_name, 0) + _IN_DESCRIPTION + early + telling
    return scores


@functools.cache
def _patterns() -> dict[str, tuple[re.Pattern[str] | None, re.Pattern[str] | None]]:
    hints: dict[str, list[str]] = table("hints")
    return {
        name: (
            re.compile(rf"\b(?:{in_name})\b") if in_name else None,
            re.compile(rf"\b(?:{in_words})\b", re.IGNORECASE) if in_words else None,
        )
        for name, (in_name, in_words) in hints.items()
        if known(name)
    }


def _recognised(slot: Slot, hinted: dict[str, float]) -> list[str]:
    """Return the formats that the enumeration or the examples are written in."""
    if slot.enum:
        trials, shown = dict.fromkeys((*hinted, *_ENUMERATED)), slot.enum
    else:
        trials, shown = dict.fromkeys((*hinted, *_BY_EXAMPLE)), slot.examples
    return [name for name in trials if shown and known(name) and _all_of(get(name), shown)]


def _shows_codes(slot: Slot) -> bool:
    """Whether a text's description shows codes, letters with digits: PX938201774DE."""
    examples = shown_at(slot) if "string" in slot.types and not slot.enum else ()
    mixed = all(any(char.isalpha() for char in str(value)) for value in examples)
    return bool(examples) and mixed and all(get("identifier").verbalise(value) for value in examples)


def _all_of(form: ValueFormat, values: tuple[Any, ...]) -> bool:
    """Whether at least four of five values are of the format."""
    if form.name in {"text", "number", "identifier"}:
        return False
    return sum(bool(form.verbalise(value)) for value in values) >= 0.8 * len(values)


def _possible(slot: Slot, form: ValueFormat) -> bool:
    """Whether some plausible value of the format is valid under the schema."""
    if form.name == "text":
        return not slot.enum and not slot.numeric
    if slot.enum:
        return _all_of(form, slot.enum)
    if _is_shown_otherwise(slot, form):
        return False
    shown = () if slot.numeric or form.name == "identifier" else slot.examples
    if shown and not any(form.verbalise(value) for value in shown):
        return False
    rng = random.Random(0)
    drawn = [form.sample(rng) for _ in range(12)]
    return any(
        fits(slot.schema, f) for v in drawn if v is not None for f in form.forms(v, slot) if f is not None
    )


def _is_shown_otherwise(slot: Slot, form: ValueFormat) -> bool:
    """Whether a description shows codes, and none that is of the format: "BS6" is no whole postal code."""
    codes = [str(value) for value in shown_at(slot)] if "string" in slot.types else []
    mixed = codes and all(_CODE.fullmatch(code) for code in codes)
    return bool(mixed) and form.name != "identifier" and not any(form.verbalise(code) for code in codes)


def arguments_of(spec: ToolSpec, format: str) -> list[str]:  # noqa: A002 - the schema's own word for it
    """Return the names of a tool's arguments that have a format, in the order of its schema."""
    return [name for name, schema in spec.properties.items() if detect(name, schema) == format]
