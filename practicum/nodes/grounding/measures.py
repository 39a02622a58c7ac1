"""Measures: what is measured in a unit, and which number goes with it, learned from practice.

"I'm 59.5kg and 169cm" holds two numbers and two units. That one argument takes masses and another lengths,
and that a number stands right before the unit it is counted in, the queries of practice show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from practicum.nodes.grounding.evidence import FEWEST, MOST_READ
from practicum.records import JsonObject, ToolCall, ToolSpec

FEWEST_CALLS = 10
"""Calls below which a kind of unit is not ruled out that was not met."""
USUAL = 0.8
"""Share of the queries in which a number stands before a unit that makes them a pair."""
"""What may stand between a number and its unit."""

Pairs = Sequence[tuple[str, ToolCall]]


def learn_kinds(spec: ToolSpec, calls: Iterable[ToolCall]) -> dict[str, str]:
    """Return, by argument that takes units, the kind of unit that it took whenever it was tried.

    Args:
        spec: The tool.
        calls: Those that execution accepted. Arguments that took units of several kinds are left out.
    """
    taken: dict[str, list[str | None]] = {name: [] for name in _of_format(spec, "unit")}
    for call in calls:
        for name, kinds in taken.items():
            if isinstance(call.arguments.get(name), str):
                kinds.append(_kind(call.arguments[name]))
    return {
        name: kinds[0]
        for name, kinds in taken.items()
        if len(kinds) >= FEWEST_CALLS and len(set(kinds)) == 1 and kinds[0] is not None
    }


def learn_pairs(spec: ToolSpec, said: Pairs) -> dict[str, str]:
    """Return, by argument that takes a number, the one with the unit that usually stands right behind it.

    Args:
        spec: The tool.
        said: Queries with the calls they mean; the newest 200 are read.
    """
    found: dict[str, str] = {}
    for number in _of_format(spec, "number"):
        for unit in _of_format(spec, "unit"):
            both = [
                _stand_together(spec, number, unit, call, query)
                for query, call in said[-MOST_READ:]
                if number in call.arguments and unit in call.arguments
            ]
            if len(both) >= FEWEST and sum(both) >= USUAL * len(both):
                found.setdefault(number, unit)
    return found


def with_kinds(spec: ToolSpec, narrowed: ToolSpec, kinds: Mapping[str, str]) -> ToolSpec:
    """Return the narrowed tool without units of another kind than practice knows an argument to take.

    Where none is left the argument is as the tool's schema has it: the text does not say it.

    Args:
        spec: The tool.
        narrowed: The same with its values narrowed to those of a text.
        kinds: From `learn_kinds`.
    """
    properties = dict(narrowed.properties)
    for name, kind in kinds.items():
        offered = properties.get(name, {}).get("enum")
        if offered and offered != spec.properties[name].get("enum"):
            fitting = [value for value in offered if _kind(value) == kind]
            properties[name] = {**properties[name], "enum": fitting} if fitting else spec.properties[name]
    return _with(narrowed, properties)


def paired(spec: ToolSpec, narrowed: ToolSpec, text: str, pairs: Mapping[str, str]) -> ToolSpec:
    """Return the narrowed tool with numbers and units kept that stand together, where some do.

    Of units that another required argument is offered as well, all stay: which of the two takes which, cues
    tell (`practicum.nodes.grounding.cues`).

    Args:
        spec: The tool.
        narrowed: The same with its values narrowed to those of ``text``.
        text: The query, and what was observed since.
        pairs: From `learn_pairs`.
    """
    properties = dict(narrowed.properties)
    for number, unit in pairs.items():
        numbers, units = (properties.get(name, {}).get("enum") for name in (number, unit))
        if not numbers or not units or len(numbers) * len(units) == 1:
            continue
        together = _together(spec, number, numbers, unit, units, text)
        if together:
            properties[number] = _only(properties[number], [one for one, _ in together])
            if not _is_shared(spec, properties, unit):
                properties[unit] = _only(properties[unit], [other for _, other in together])
    return _with(narrowed, properties)


def _is_shared(spec: ToolSpec, properties: JsonObject, unit: str) -> bool:
    offered = properties[unit]["enum"]
    others = [name for name in _of_format(spec, "unit") if name != unit and name in spec.required]
    return any(properties.get(name, {}).get("enum") == offered for name in others)


def _stand_together(spec: ToolSpec, number: str, unit: str, call: ToolCall, text: str) -> bool:
    values = call.arguments
    return bool(_together(spec, number, [values[number]], unit, [values[unit]], text))


def _together(
    spec: ToolSpec, number: str, numbers: Sequence[Any], unit: str, units: Sequence[Any], text: str
) -> list[tuple[Any, Any]]:
    """The numbers and units that ``text`` says one right before the other, with either sign: "3 days ago"."""
    from practicum.nodes.grounding.cues import mentions

    begins = {start: value for value in units for start, _ in mentions(spec, unit, value, text)}
    found = []
    for value in numbers:
        if isinstance(value, int | float):
            ends = [end for _, end in mentions(spec, number, abs(value), text)]
            behind = (
                end + len(gap)
                for end in ends
                for gap in ("", " ", "-", "\u00a0")
                if text[end:].startswith(gap)
            )
            found += [(value, begins[place]) for place in behind if place in begins]
    return found


def _of_format(spec: ToolSpec, wanted: str) -> list[str]:
    from practicum import values

    return values.arguments_of(spec, wanted)


def _kind(unit: Any) -> str | None:
    """What a unit measures; None where it is unknown."""
    from practicum.values.unit_table import unit_named, unit_of

    named = unit_named(unit_of(unit)) if isinstance(unit, str) else None
    return None if named is None else named.kind


def _only(schema: JsonObject, kept: Sequence[Any]) -> JsonObject:
    return {**schema, "enum": [value for value in schema["enum"] if value in kept]}


def _with(narrowed: ToolSpec, properties: JsonObject) -> ToolSpec:
    return narrowed.model_copy(update={"parameters": {**narrowed.parameters, "properties": properties}})
