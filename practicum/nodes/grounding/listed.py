"""Listed: sets of codes that documentation lists with what each means, where the schema leaves a text open.

"any of HU (hull), ME (mechanical), EL (electrical)" is an enumeration in words: its members are offered, and
understood by what is said of them. What a tool's own description says of an argument counts as its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from practicum.nodes.schema_parts import closed_values, is_open_text, without_null
from practicum.records import JsonObject, ToolSpec

FEWEST = 3
"""Codes that make a list."""
MOST_CHARACTERS = 4_000
_MEANT = re.compile(r"(?<![\w-])([A-Z][A-Z0-9]{1,7})\s{0,3}(?:=\s{0,3}[A-Za-z]|\(\s{0,3}[A-Za-z])")
"""A code in capitals, and what follows it tells what it means."""
_EXAMPLES = re.compile(
    r"\b(?:e\.?g|for example|for instance|such as|like|including|examples?|any other|functions?|etc|supports?"
    r"|statements?|free text|or similar|and so on|among others|(?:and|or) (?:more|others?))\b|\.\.\.|\u2026",
    re.IGNORECASE,
)
"""What tells of a listing that it is none of all there is."""
_REMARKS = frozenset(
    {"NOTE", "TIP", "OR", "AND", "NOT", "WARNING", "TODO", "ISO", "URL", "UTC", "JSON", "SQL"}
)
"""Words in capitals that are no codes: with one of them what stands there is prose."""


def with_listed(spec: ToolSpec) -> ToolSpec:
    """Return the tool with the sets that its documentation lists in place of open texts, and explained."""
    properties = {name: _closed(name, _explained(spec, schema)) for name, schema in spec.properties.items()}
    if properties == spec.properties:
        return spec
    return spec.model_copy(update={"parameters": {**spec.parameters, "properties": properties}})


def _closed(name: str, schema: JsonObject) -> JsonObject:
    """The schema with an enumeration that its description gives in words; of a known format it is none."""
    from practicum import values

    members = listed_members(str(schema.get("description", ""))) if is_open_text(schema) else ()
    if not members or values.detect(name, schema) not in {None, "identifier", "text"}:
        return schema
    return {**_enumerated(schema, members), "description": schema["description"]}


def _enumerated(schema: JsonObject, members: Sequence[str]) -> JsonObject:
    """The schema of texts, or of lists of them however deep, that takes these alone."""
    plain = without_null(schema)
    if isinstance(plain.get("items"), dict):
        return {**plain, "items": _enumerated(plain["items"], members)}
    return {**plain, "enum": list(members)}


def listed_members(description: str) -> tuple[str, ...]:
    """Return the codes that a description lists, each with what it means; none where they are not a list."""
    text = description[:MOST_CHARACTERS]
    found = tuple(dict.fromkeys(_MEANT.findall(text)))
    return found if len(found) >= FEWEST and not _REMARKS & {*found} and not _EXAMPLES.search(text) else ()


def _explained(spec: ToolSpec, schema: JsonObject) -> JsonObject:
    """The schema of an enumeration with what the tool's description says of its members."""
    members = [member for member in _members(schema) if isinstance(member, str)]
    own = str(schema.get("description", ""))
    if len(members) < 2 or _named(members, own) > 1 or _named(members, spec.description) < 2:
        return schema
    return {**schema, "description": f"{own} {spec.description}".strip()}


def _members(schema: JsonObject) -> Sequence[Any]:
    items = without_null(schema).get("items")
    return closed_values(items) if isinstance(items, dict) else closed_values(schema)


def _named(members: Sequence[str], text: str) -> int:
    """How many members a text names, written as they are."""
    return sum(re.search(rf"(?<![\w-]){re.escape(member)}(?![\w-])", text) is not None for member in members)
