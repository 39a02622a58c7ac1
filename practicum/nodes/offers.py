"""Offers: ids, names and paths that earlier calls of any tool returned, as arguments for later ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from practicum.hostile import holds_redacted, instruction_like
from practicum.nodes.coverage import was_tried
from practicum.nodes.harvest import KnownValues, fits
from practicum.nodes.quarantine import clean, quarantined
from practicum.nodes.result_parts import json_parts
from practicum.nodes.schema_parts import closed_values, without_null
from practicum.records import JsonObject, Step, ToolSpec, Trial, canonical_json

VALUES_A_PARAMETER = 3
VALUE_CHARACTERS = 60
MOST_FIELDS = 400
"""Fields read of one result."""
DEEPEST = 5

NUMBERED = frozenset({"id", "number", "no", "index"})
"""A whole number is offered only where a parameter's last word says that it names something."""
NAMING = frozenset({None, "text", "identifier", "email", "phone", "uuid", "iban"})
"""Formats of what somebody or something goes by, which must exist; any date or unit is right."""
ANYTHING = frozenset({"id", "name", "key", "title", "code", "path", "number", "url", "type", "user"})
"""Fields that mean something else in the result of another tool, unless the tools speak of one thing."""
_PATHS = frozenset({"path", "file", "filename", "folder", "directory", "dir"})
_PATH = re.compile(r"(?<![\w/:.])(?:~|\.{1,2})?/?[\w.-]*(?:/[\w.-]+)+")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

Field = tuple[str, str, Any]
"""What a value stands under in a result: the key around it, its own key, the value."""


def offers(spec: ToolSpec, trials: Iterable[Trial]) -> tuple[str, ...]:
    """Return a line for each parameter that earlier results hold values for, which were not given to it yet.

    Values of calls that were made up or not executed are left out, and so is what is quarantined or redacted.

    Args:
        spec: The tool to be called.
        trials: Trials of any tools, oldest first; the newest values are offered.
    """
    told, given = offered_values(spec, trials)
    lines = []
    for parameter, values in told.items():
        fresh = [value for value in values if canonical_json(value) not in given.get(parameter, set())]
        if fresh:
            shown = ", ".join(canonical_json(value) for value in fresh[-VALUES_A_PARAMETER:])
            lines.append(f"{parameter}, returned by earlier calls: {shown}")
    return tuple(lines)


def offered_values(spec: ToolSpec, trials: Iterable[Trial]) -> tuple[KnownValues, dict[str, set[str]]]:
    """Return the values that results hold for each parameter, and those that were given to it, as JSON."""
    wanted = [name for name in spec.properties if takes_names(spec, name)]
    told: dict[str, dict[str, Any]] = {}
    given: dict[str, set[str]] = {}
    for trial in trials:
        if quarantined(trial) is not None:
            continue
        for step in (*trial.probes, *trial.steps):
            if step.call is None or not was_tried(step):
                continue
            if step.call.name == spec.name:
                for name, value in step.call.arguments.items():
                    given.setdefault(name, set()).add(canonical_json(value))
            if step.observation.ok:
                for name, value in _found(spec, wanted, step):
                    held = told.setdefault(name, {})
                    written = canonical_json(value)
                    held.pop(written, None)  # met again, it is the newest
                    held[written] = value
    ordered = {name: list(told[name].values()) for name in wanted if name in told}
    return ordered, given


def fed(spec: ToolSpec, steps: Iterable[Step]) -> KnownValues:
    """Return the values that these steps returned for each parameter of a tool, the newest last.

    As for `offers`: nothing that was made up, not executed or redacted, or that reads like an order.
    """
    wanted = [name for name in spec.properties if takes_names(spec, name)]
    found: dict[str, dict[str, Any]] = {}
    for step in steps:
        if step.call is not None and was_tried(step) and step.observation.ok and clean(step):
            for name, value in _found(spec, wanted, step):
                held = found.setdefault(name, {})
                written = canonical_json(value)
                held.pop(written, None)
                held[written] = value
    return {name: list(values.values()) for name, values in found.items()}


def returned_values(spec: ToolSpec, trials: Iterable[Trial]) -> KnownValues:
    """Return the values that results hold for each parameter; of a list, those that may be its items."""
    properties = {name: _of_items(schema) for name, schema in spec.properties.items()}
    one_each = spec.model_copy(update={"parameters": {**spec.parameters, "properties": properties}})
    return offered_values(one_each, trials)[0]


def _of_items(schema: JsonObject) -> JsonObject:
    items = without_null(schema).get("items")
    return items if isinstance(items, dict) else schema


def takes_names(spec: ToolSpec, parameter: str) -> bool:
    """Whether a parameter takes what something is called, and not a date, a unit or one of a list."""
    from practicum import values

    schema = spec.properties[parameter]
    kinds = NAMING | ({"number"} if _is_numbered(parameter) else set())
    return not closed_values(schema) and values.detect(parameter, schema) in kinds


def _found(spec: ToolSpec, wanted: Iterable[str], step: Step) -> Iterator[tuple[str, Any]]:
    name = step.call.name if step.call is not None else ""
    fields = _fields(step.observation.text)
    said = set(map(canonical_json, step.call.arguments.values())) if step.call is not None else set()
    for parameter in wanted:
        for around, key, value in fields:
            if not _stands_for(parameter, around, key, spec.name, name) or not _is_name(value, parameter):
                continue
            if canonical_json(value) not in said and fits(value, spec.properties[parameter]):
                yield parameter, value


@lru_cache(maxsize=1024)
def _fields(text: str) -> tuple[Field, ...]:
    """The fields of a result; kept, since each trial that begins looks at the newest results once more."""
    return tuple(_fields_of(text))


def _fields_of(text: str) -> Iterator[Field]:
    """The fields of the JSON in a result; of a text without any, what looks like a path."""
    left = [(*part, 0) for part in json_parts(text)]
    if not left:
        for path in _PATH.findall(text)[:MOST_FIELDS]:
            yield "", "path", path.rstrip(".")
    for _ in range(MOST_FIELDS):
        if not left:
            return
        around, key, value, depth = left.pop(0)
        if isinstance(value, dict) and depth < DEEPEST:
            left += [(key or around, name, inner, depth + 1) for name, inner in value.items()]
        elif isinstance(value, list) and depth < DEEPEST:
            # The things in a list are each called what the list is called, but for the plural.
            left += [(around, key, inner, depth + 1) for inner in value]
        elif isinstance(value, str | int):
            yield around, key, value


def _is_name(value: Any, parameter: str) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return _is_numbered(parameter)
    if not isinstance(value, str) or not 0 < len(value) <= VALUE_CHARACTERS or "\n" in value:
        return False
    return bool(value.strip()) and not holds_redacted(value) and instruction_like(value) is None


def _is_numbered(parameter: str) -> bool:
    return bool(NUMBERED & set(words_of(parameter)[-1:]))


def _stands_for(parameter: str, around: str, key: str, own: str, other: str) -> bool:
    """Whether a field holds what a parameter takes: called alike, or with the thing it belongs to.

    Args:
        parameter: The parameter of the tool ``own``.
        around: The key that the field stands under; empty where there is none.
        key: The field's own key.
        own: The tool to be called.
        other: The tool that returned the field.
    """
    wanted, called = words_of(parameter), words_of(key)
    if not called:
        return False
    if _PATHS & set(wanted[-1:]) and _PATHS & set(called[-1:]):
        return True
    if wanted == called:
        # The first word of a tool's name is a verb; what comes after it is what the tool speaks of.
        kin = own == other or bool(set(words_of(own)[1:]) & set(words_of(other)[1:]))
        return kin or len(wanted) > 1 or wanted[0] not in ANYTHING
    things = [*words_of(around)[-1:], *words_of(other)]
    return wanted in [(each, *called) for each in things]


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, none in the plural: ``accountIds`` is ``account id``."""
    return tuple(_singular(word.lower()) for word in _WORDS.findall(name))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return (
        word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2 else word
    )
