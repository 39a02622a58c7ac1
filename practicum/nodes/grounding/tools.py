"""Tools narrowed to the values that a text contains.

`practicum.values` says which values a text contains. Here that knowledge rules
on tools as a whole: a tool whose required argument nothing in the text can fill
is not offered; what the text says and only one optional argument can take is
taken; and two arguments of one kind (from and to, origin and destination) get
different values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from practicum.nodes.grounding.copied import takes_codes, with_copied
from practicum.nodes.grounding.dealing import narrowed_at, sharing
from practicum.nodes.grounding.exemplified import exemplified
from practicum.nodes.grounding.frames import framed
from practicum.nodes.grounding.measures import paired, with_kinds
from practicum.nodes.grounding.named import with_named
from practicum.nodes.grounding.numbers import with_numbers
from practicum.nodes.grounding.strange import shown_letters, without_strange
from practicum.nodes.grounding.told import with_told
from practicum.nodes.schema_parts import closed_values, without_null
from practicum.records import JsonObject, Lessons, ToolSpec, canonical_json

OPEN_FORMATS = frozenset({"text", "identifier", "boolean", "city", "formula", "uri", "email"})
"""Formats for which silence proves nothing: a text may mean such a value in words no resolver knows."""


def ground_tools(specs: Sequence[ToolSpec], text: str) -> list[ToolSpec]:
    """Return the tools with their values narrowed to those that ``text`` contains.

    Args:
        specs: The tools.
        text: The query, and what was observed since.
    """
    return [narrowed for _, narrowed in possible_tools(specs, text)]


def possible_tools(
    specs: Sequence[ToolSpec], text: str, lessons: Mapping[str, Lessons] | None = None
) -> list[tuple[ToolSpec, ToolSpec]]:
    """Return the tools that ``text`` can mean, each with its narrowed form; all if it can mean none.

    Args:
        specs: The tools.
        text: The query, and what was observed since.
        lessons: By tool, what practice taught about its arguments.
    """
    specs = exemplified(specs, lessons)
    letters = shown_letters(specs)
    grounded = [
        (spec, without_strange(spec, ground_tool(spec, text, (lessons or {}).get(spec.name)), letters))
        for spec in specs
    ]
    return [pair for pair in grounded if not missing(*pair)] or grounded


def fillable(
    specs: Sequence[ToolSpec], text: str, lessons: Mapping[str, Lessons] | None = None
) -> dict[str, bool]:
    """Return the tools whose required arguments ``text`` can fill, by name.

    True where that says something: some required argument is of a format that would be recognised.
    A tool that takes any text can be filled by any text. Arguments as for `possible_tools`.
    """
    return {
        spec.name: any(_is_exhaustive(spec, name) for name in spec.required)
        for spec in exemplified(specs, lessons)
        if not missing(spec, ground_tool(spec, text, (lessons or {}).get(spec.name)))
    }


def with_vocabulary(spec: ToolSpec, lessons: Lessons, text: str | None = None) -> ToolSpec:
    """Return the tool with closed sets that practice found in place of free text.

    Args:
        spec: The tool.
        lessons: What practice taught about it.
        text: The query. Where it mentions no member, the set of a required argument stays open that is only
            what practice has met: something is meant, which may be none of these.
    """
    from practicum.values.word_choice import mentioned_members

    learned = lessons.vocabulary
    unsaid = [
        name
        for name, members in learned.items()
        if text is not None and name in spec.required and name not in lessons.listed
        if not mentioned_members(tuple(members), text)
    ]
    properties = {
        name: _closed(schema, learned[name]) if name in learned and name not in unsaid else schema
        for name, schema in spec.properties.items()
    }
    return spec.model_copy(update={"parameters": {**spec.parameters, "properties": properties}})


def _closed(schema: JsonObject, members: Sequence[Any]) -> JsonObject:
    items = without_null(schema).get("items")
    if isinstance(items, dict):
        return {**without_null(schema), "items": {**items, "enum": list(members)}}
    return {**schema, "enum": list(members)}


def ground_tool(spec: ToolSpec, text: str, lessons: Lessons | None = None) -> ToolSpec:
    """Return one tool, narrowed: optional arguments that the text speaks of become required, others go."""
    from practicum import values

    narrowed = _with_one_sign(values.ground(spec, text))
    if lessons is not None:
        narrowed = with_kinds(spec, narrowed, lessons.kinds)
        narrowed = paired(spec, narrowed, text, lessons.pairs)
        narrowed = with_told(spec, narrowed, text, lessons.told)
        narrowed = framed(spec, narrowed, text, lessons.frames)
    narrowed = with_named(spec, narrowed, text)
    narrowed = with_copied(spec, narrowed, text, lessons.vocabulary if lessons else {})
    narrowed = with_numbers(spec, narrowed, text, lessons.numbers if lessons else {})
    said = [name for name in narrowed.properties if _is_said(spec, narrowed, name)]
    required = [name for name in spec.properties if name in narrowed.required or name in said]
    properties = {
        name: schema
        for name, schema in narrowed.properties.items()
        if name in spec.required
        or not (_is_silent(spec, narrowed, name) or _is_used_up(spec, narrowed, name, text))
    }
    for name in spec.required & properties.keys():
        properties[name] = _with_some(properties[name])
    parameters = {**narrowed.parameters, "properties": properties, "required": required}
    return narrowed.model_copy(update={"parameters": parameters})


def _with_some(schema: JsonObject) -> JsonObject:
    """Return the schema of a required list so that it holds something: nobody asks for nothing to be done."""
    if schema.get("type") != "array" or "enum" in schema:
        return schema
    return {**schema, "minItems": max(1, schema.get("minItems", 0))}


def _with_one_sign(narrowed: ToolSpec) -> ToolSpec:
    """Keep, of a number that is offered with both signs, the one that the text points to: it comes first."""
    properties = dict(narrowed.properties)
    for name, schema in properties.items():
        offered = schema.get("enum") or []
        if schema.get("type") == "integer" and any(-value in offered for value in offered if value):
            sign = 1 if offered[0] > 0 else -1
            properties[name] = {**schema, "enum": [value for value in offered if value * sign > 0]}
    return narrowed.model_copy(update={"parameters": {**narrowed.parameters, "properties": properties}})


def missing(spec: ToolSpec, narrowed: ToolSpec) -> list[str]:
    """Return the required arguments that nothing in the text can fill.

    Of arguments of one kind there must be as many values: a conversion from a unit to itself is none.
    """
    unfilled = [
        name
        for name in spec.properties
        if name in spec.required and _is_exhaustive(spec, name) and not narrowed_at(spec, narrowed, name)
    ]
    twins = sharing(spec, narrowed)
    offered = len(narrowed.properties[twins[0]]["enum"]) if twins else 0
    return [*unfilled, *twins[offered:]]


def _is_said(spec: ToolSpec, narrowed: ToolSpec, name: str) -> bool:
    """Whether the text speaks of an optional argument, and no other argument can take what it says."""
    if name in spec.required or not narrowed_at(spec, narrowed, name):
        return False
    kind = _format(spec, name)
    if kind == "boolean":
        return True
    if kind == "identifier":
        return _is_own_code(spec, narrowed, name)
    if kind in {"text", "number"}:
        return False
    if takes_codes(spec, name):
        return True
    others = [other for other in spec.properties if other != name and kind and _format(spec, other) == kind]
    return not others


def _is_own_code(spec: ToolSpec, narrowed: ToolSpec, name: str) -> bool:
    """Whether the text holds one code that is put together as this argument's are, and no other takes it."""
    from practicum.values.codes import is_alike
    from practicum.values.slots import slot_of

    offered = narrowed.properties[name].get("enum") or []
    if len(offered) != 1 or not is_alike(slot_of(name, spec.properties[name]), str(offered[0])):
        return False
    taken = (each.get("enum") or [] for other, each in narrowed.properties.items() if other != name)
    return not any(offered[0] in each for each in taken)


def _is_silent(spec: ToolSpec, narrowed: ToolSpec, name: str) -> bool:
    """Whether the text would be recognised if it spoke of an argument, and does not.

    Of an enumeration some word would be said, and of a switch its name: a small model adds them as it likes.
    """
    kind = _format(spec, name)
    if kind == "boolean" or (kind is None and closed_values(spec.properties[name])):
        return not narrowed_at(spec, narrowed, name)
    if kind == "identifier" and not narrowed_at(spec, narrowed, name):
        return _shows_digits(name, spec.properties[name])
    if takes_codes(spec, name):
        return not narrowed_at(spec, narrowed, name)
    if kind is None and _lists_items(spec.properties[name]):
        return narrowed.properties[name] == spec.properties[name]
    return kind is not None and kind not in OPEN_FORMATS and not narrowed_at(spec, narrowed, name)


def _lists_items(schema: JsonObject) -> bool:
    """Whether a schema lists what its items may be."""
    items = without_null(schema).get("items")
    return isinstance(items, dict) and bool(closed_values(items))


def _is_used_up(spec: ToolSpec, narrowed: ToolSpec, name: str, text: str) -> bool:
    """Whether required arguments of its format need all that the text says of it, so that none is left.

    Numbers are not looked at: what one counts, its format does not tell.
    """
    from practicum import values

    kind = _format(spec, name)
    if kind is None or kind == "number" or kind in OPEN_FORMATS or not narrowed_at(spec, narrowed, name):
        return False
    alike = [other for other in spec.properties if _format(spec, other) == kind]
    offered = {
        canonical_json(value) for other in alike for value in narrowed.properties[other].get("enum") or ()
    }
    wanted = sum(other in spec.required for other in alike)
    return max(len(offered), len(values.get(kind).resolve(text))) <= wanted


def _is_exhaustive(spec: ToolSpec, name: str) -> bool:
    """Whether every value of the argument would be recognised in a text that says it."""
    schema = spec.properties[name]
    if "enum" in schema or schema.get("default") is not None:
        return False
    kind = _format(spec, name)
    if kind == "identifier":
        return _shows_digits(name, schema)
    return schema.get("type") in ("integer", "number") or (kind is not None and kind not in OPEN_FORMATS)


def _shows_digits(name: str, schema: JsonObject) -> bool:
    """Whether all ids that a description shows have digits: then one that is said would be recognised."""
    from practicum import values

    shown = values.shown(name, schema)
    return bool(shown) and all(any(char.isdigit() for char in str(value)) for value in shown)


def _format(spec: ToolSpec, name: str) -> str | None:
    from practicum import values

    return values.detect(name, spec.properties[name])
