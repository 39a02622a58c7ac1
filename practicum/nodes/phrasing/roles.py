"""Roles of parameters in a request, and the parameter as the realiser sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from practicum.nodes.phrasing.english import singular
from practicum.records import JsonObject


class Role(StrEnum):
    """The part of a parameter in a request."""

    QUANTITY = "quantity"
    SOURCE = "source"
    TARGET = "target"
    LANGUAGE = "language"
    LANGUAGE_FROM = "language_from"
    LANGUAGE_TO = "language_to"
    DATE = "date"
    MOMENT = "moment"
    TIME = "time"
    START = "start"
    END = "end"
    YEAR = "year"
    MONTH = "month"
    WEEKDAY = "weekday"
    ORIGIN = "origin"
    DESTINATION = "destination"
    PLACE = "place"
    ZONE = "zone"
    ZONE_FROM = "zone_from"
    ZONE_TO = "zone_to"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    SUBJECT = "subject"
    PROPERTY = "property"
    OFFSET = "offset"
    OFFSET_UNIT = "offset_unit"
    DURATION = "duration"
    NUMBER = "number"
    FIRST = "first"
    SECOND = "second"
    COUNT = "count"
    PEOPLE = "people"
    PRECISION = "precision"
    CODE = "code"
    TEXT = "text"
    QUERY = "query"
    PATH = "path"
    PERSON = "person"
    SWITCH = "switch"
    OPTION = "option"
    ITEMS = "items"
    RECORD = "record"
    ORDINAL = "ordinal"
    MEASURE = "measure"
    """A number with a unit of its own, such as a weight."""
    MEASURE_UNIT = "measure_unit"
    OTHER = "other"


_LEAD = re.compile(
    r"(?:the |an? )?((?:[a-z]+ ){0,3}?[a-z]+)"
    r"(?= (?:to|of|for|in|from|as|at|with|whose|that|on|it|is|are|you|we|by)\b|[,.:;(]|$)"
)
_SYNONYMS = {
    "time-zone": frozenset({"timezone"}),
    "email": frozenset({"address"}),
    "phone": frozenset({"number", "telephone"}),
    "uri": frozenset({"url", "link", "address"}),
    "date-time": frozenset({"moment"}),
}
_EMPTY_WORDS = frozenset({"from", "to", "the", "a", "an", "of", "name"})

TOPICS = (
    Role.SUBJECT,
    Role.CODE,
    Role.PLACE,
    Role.ZONE,
    Role.PATH,
    Role.LANGUAGE,
    Role.PERSON,
    Role.QUERY,
    Role.NUMBER,
)
"""Roles of a thing that something is asked of, the likeliest first."""


@dataclass(frozen=True)
class Parameter:
    """A parameter with its part in a request."""

    name: str
    schema: JsonObject
    description: str
    format: str | None
    """Name of its format in `practicum.values`; None when it has none."""
    role: Role
    words: tuple[str, ...]
    label: str
    """The name as words."""
    unit: str = ""
    """Of a number, the unit that its name ended with, which ``words`` and ``label`` leave out."""
    members: tuple[Parameter, ...] = ()
    """The parameters that are said together as this one: year, month and day; number and unit."""

    @property
    def kind(self) -> str:
        """JSON type, the first one that is not null."""
        return json_type(self.schema)

    @property
    def enum(self) -> tuple[object, ...]:
        """Allowed values; empty when the schema does not enumerate them."""
        return tuple(plain(self.schema).get("enum", ()))


def json_type(schema: JsonObject) -> str:
    """Return the JSON type of a schema; ``string`` when it does not say."""
    found = plain(schema).get("type", "string")
    if isinstance(found, list):
        found = next((kind for kind in found if kind != "null"), "string")
    return str(found)


def plain(schema: JsonObject) -> JsonObject:
    """Return the schema itself, or the first alternative of an optional one that is not null."""
    for key in ("anyOf", "oneOf"):
        for option in schema.get(key, ()):
            if isinstance(option, dict) and option.get("type") != "null":
                return option
    return schema


def inlined(schema: JsonObject, root: JsonObject, depth: int = 6) -> JsonObject:
    """Return ``schema`` with local references (``#/$defs/...``) replaced by what they name."""
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/") and depth:
        found: Any = root
        for step in reference.removeprefix("#/").split("/"):
            found = found.get(step, {}) if isinstance(found, dict) else {}
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return inlined({**found, **rest}, root, depth - 1)
    return {key: _inlined_value(value, root, depth) for key, value in schema.items()}


def _inlined_value(value: Any, root: JsonObject, depth: int) -> Any:
    if isinstance(value, dict):
        return inlined(value, root, depth)
    return [_inlined_value(one, root, depth) for one in value] if isinstance(value, list) else value


def heads(parameter: Parameter) -> frozenset[str]:
    """Return the nouns a description may mention the parameter by, in the singular."""
    names = {singular(word) for word in (*parameter.words, *(parameter.format or "").split("-"))}
    lead = _LEAD.match(parameter.description.strip().lower())
    if lead:
        names.add(singular(lead[1]).rpartition(" ")[2])
    names |= _SYNONYMS.get(parameter.format or "", frozenset())
    if parameter.role in {Role.QUANTITY, Role.MEASURE, Role.NUMBER}:
        names |= {"quantity", "amount", "value", "number"}
    return frozenset(names - _EMPTY_WORDS | {singular(parameter.words[-1])})
