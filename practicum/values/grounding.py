"""Grounding: a tool's schema narrowed to the values that a query contains."""

from __future__ import annotations

from typing import Any

from practicum.records import JsonObject, ToolSpec
from practicum.values.codes import numbered, only_taker, own_codes
from practicum.values.detection import detect_slot, item_slot
from practicum.values.fitting import unique
from practicum.values.free_text import set_apart
from practicum.values.offers import OPAQUE, offers
from practicum.values.respelled import respelled
from practicum.values.shown import shown_at
from practicum.values.slots import Slot, fits, nullable, slot_of
from practicum.values.spans import MAX_CHARS
from practicum.values.switches import switched


def ground(spec: ToolSpec, text: str) -> ToolSpec:
    """Return the same tool with its parameters narrowed to what ``text`` offers.

    Each parameter for which the text offers values gets an ``enum`` of them, in
    order of mention, spelled as its schema asks. A parameter with an enumeration
    keeps the members that the text mentions. Everything else stays as it was. An
    array is narrowed to the one list of all its items, or item by item where
    another parameter of the tool could claim some of them.

    Args:
        spec: The tool.
        text: A query, or a query followed by observations; 2,000 characters are read.
    """
    text = text[:MAX_CHARS]
    slots = {name: slot_of(name, schema, "", spec.parameters) for name, schema in spec.properties.items()}
    formats = {name: detect_slot(item_slot(slot)) for name, slot in slots.items()}
    properties = {
        name: _narrowed(spec, name, slots, formats, text) or spec.properties[name] for name in slots
    }
    properties |= _free_text(spec, slots, formats, properties, text)
    return spec.model_copy(update={"parameters": {**spec.parameters, "properties": properties}})


def _free_text(
    spec: ToolSpec,
    slots: dict[str, Slot],
    formats: dict[str, str | None],
    properties: dict[str, JsonObject],
    text: str,
) -> dict[str, JsonObject]:
    """Return the arguments that take free text, narrowed by what others take.

    A code that another argument is offered is no note. And what is quoted or follows a colon is meant for the
    one argument of no known format of which nothing tells what it looks like.
    """
    single = [name for name, slot in slots.items() if item_slot(slot) is slot]
    texts = [name for name in single if formats[name] == "text" and "enum" in properties[name]]
    taken = {
        value
        for name in slots
        if formats[name] == "identifier"
        for value in _offered(properties[name], spec, name)
    }
    found: dict[str, JsonObject] = {}
    for name in texts:
        left = [value for value in properties[name]["enum"] if value not in taken]
        if name not in spec.required and len(left) < len(properties[name]["enum"]):
            found[name] = {**properties[name], "enum": left} if left else spec.properties[name]
    unknown = [name for name, slot in slots.items() if formats[name] is None and _is_unknown(slot)]
    said = [value for value in set_apart(text) if value not in taken] if len(unknown) == 1 else []
    if said and not any(formats[name] == "text" for name in slots):
        found[unknown[0]] = _enumerated(spec, unknown[0], slots[unknown[0]], said)
    return found


def _is_unknown(slot: Slot) -> bool:
    plain_text = (
        slot.types == ("string",) and not slot.enum and not {"pattern", "format"} & slot.schema.keys()
    )
    return plain_text and not shown_at(slot) and not slot.examples


def _offered(schema: JsonObject, spec: ToolSpec, name: str) -> list[Any]:
    """The values that an argument was narrowed to, one by one."""
    return [] if schema == spec.properties[name] else choices(schema)


def choices(schema: JsonObject) -> list[Any]:
    """Return the values that a schema lists, one by one; of an array those of its items."""
    members = [*schema.get("enum", ()), *(schema.get("items") or {}).get("enum", ())]
    return [each for member in members for each in (member if isinstance(member, list) else [member])]


def _narrowed(
    spec: ToolSpec, name: str, slots: dict[str, Slot], formats: dict[str, str | None], text: str
) -> JsonObject | None:
    """Return the narrowed schema of one parameter, None when the text offers nothing."""
    slot = slots[name]
    item = item_slot(slot)
    needed = sum(formats[other] == formats[name] for other in spec.required if other in formats)
    wanted = needed if name in spec.required else 0
    opaque = [f for f in OPAQUE if f in formats.values()]
    called = spec.name.replace("_", " ")
    found = offers(item, text, opaque=opaque, strict=True, wanted=wanted, around=called)
    alike = {other: slots[other] for other in slots if formats[other] == formats[name]}
    if formats[name] == "identifier":
        found = own_codes(name, alike, found) or numbered(item, text)
    if formats[name] in {"identifier", None} and not item.enum:
        found = respelled(item, text, found)
    if formats[name] == "boolean" and item is slot:
        others = (each.description for other, each in slots.items() if other != name)
        around = " ".join([spec.name.replace("_", " "), spec.description, *others])
        told = switched(slot, text, around=around)
        found = [told] if told is not None else list(unique(found))
        return _enumerated(spec, name, slot, found) if len(found) == 1 else None
    if not found:
        return None
    if item is slot:
        return _enumerated(spec, name, slot, list(unique(found)))
    alone = len(alike) == 1 or bool(item.enum) or (formats[name] == "identifier" and only_taker(name, alike))
    if alone and fits(slot.schema, found):
        return {**slot.schema, "enum": [found]}
    return {**slot.schema, "items": {**item.schema, "enum": list(unique(found))}}


def _enumerated(spec: ToolSpec, name: str, slot: Slot, values: list[Any]) -> JsonObject:
    """Return a slot's schema with ``values``; null stays where it may have to be given."""
    schema = {**slot.schema, "enum": values}
    if name in spec.required and nullable(spec.properties[name]):
        schema.pop("type", None)
        schema["enum"] = [*values, None]
    return schema
