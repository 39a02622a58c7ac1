"""Which role each parameter of a tool plays, by names, formats, types and descriptions.

General rules only: no tool is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from practicum import values
from practicum.nodes.phrasing.english import acts, humanise, lexicon, singular, split_name
from practicum.nodes.phrasing.groups import grouped, settled
from practicum.nodes.phrasing.roles import Parameter, Role, inlined, json_type, plain
from practicum.records import JsonObject, ToolSpec

_DIRECTED = {
    "unit": (Role.SOURCE, Role.TARGET),
    "currency": (Role.SOURCE, Role.TARGET),
    "language": (Role.LANGUAGE_FROM, Role.LANGUAGE_TO),
    "time-zone": (Role.ZONE_FROM, Role.ZONE_TO),
    "date": (Role.START, Role.END),
    "date-time": (Role.START, Role.END),
    "time": (Role.START, Role.END),
    "year": (Role.START, Role.END),
    "number": (Role.START, Role.END),
    "month": (Role.START, Role.END),
    "year-month": (Role.START, Role.END),
}
_BY_FORMAT = {
    "date": Role.DATE,
    "date-time": Role.MOMENT,
    "time": Role.TIME,
    "duration": Role.DURATION,
    "year": Role.YEAR,
    "month": Role.MONTH,
    "year-month": Role.MONTH,
    "weekday": Role.WEEKDAY,
    "time-zone": Role.ZONE,
    "language": Role.LANGUAGE,
    "currency": Role.SOURCE,
    "unit": Role.SOURCE,
    "country": Role.PLACE,
    "subdivision": Role.PLACE,
    "airport": Role.PLACE,
    "city": Role.PLACE,
    "element": Role.SUBJECT,
    "email": Role.PERSON,
}
_BY_TYPE = {"array": Role.ITEMS, "object": Role.RECORD, "boolean": Role.SWITCH}
_MOMENTS = frozenset({"date", "date-time", "time", "year", "month", "year-month"})
_CODES = frozenset(
    {
        "iban",
        "bic",
        "isbn",
        "phone",
        "uri",
        "cron",
        "formula",
        "hex",
        "uuid",
        "hex-color",
        "identifier",
        "postal-code",
        "ipv4",
    }
)
_FROM_NAME = {
    "timezone": "time-zone",
    "zone": "time-zone",
    "tz": "time-zone",
    "date": "date",
    "day": "date",
    "unit": "unit",
    "units": "unit",
    "currency": "currency",
    "language": "language",
    "lang": "language",
    "time": "time",
    "year": "year",
    "month": "month",
    "airport": "airport",
    "country": "country",
    "datetime": "date-time",
}


_WITH_DIGITS = re.compile(r"\b(co|pm|ipv|sha|mp|nox|so|no|o|n) (\d{1,3})\b")
"""Names of things that end with digits, which are no number of their own: CO2."""
_WANTED = re.compile(r"\b(?:convert|translate|change|express|transform)\b.* (?:to|into|in)$|\bwanted\b")


def assign(spec: ToolSpec, given: frozenset[str] | None = None) -> dict[str, Parameter]:
    """Return the parameters of a tool with their roles, in the order of declaration.

    Args:
        spec: The tool.
        given: The parameters that a call gives; all of them when None. What belongs together
            (a number and its unit, the parts of a date) becomes one parameter with members.
    """
    words = frozenset(split_name(spec.name)) | frozenset(re.findall(r"[a-z]+", spec.description.lower()))
    found = [
        _parameter(name, inlined(schema, spec.parameters), words)
        for name, schema in spec.properties.items()
        if given is None or name in given
    ]
    settled_ones = settled(
        found,
        spec.required,
        shifts=bool(words & set(lexicon()["roles"]["shift_words"])),
        acts=acts(split_name(spec.name)),
    )
    return {parameter.name: parameter for parameter in grouped(settled_ones)}


def _parameter(name: str, schema: JsonObject, spec_words: frozenset[str]) -> Parameter:
    description = str(schema.get("description", ""))
    kind = json_type(schema)
    detected = (
        values.detect(name, schema, description=description) if kind not in {"array", "object"} else None
    )
    words = split_name(name) or (name,)
    unit = _unit(name, words, kind, schema, description)
    if unit:  # m2 are two words
        words = words[: -2 if words[-1].isdigit() else -1] or words
    detected = "number" if unit else detected
    role = _role(words, kind, detected, schema, spec_words)
    label = _label(name, words, description)
    return Parameter(name, schema, description, detected, role, words, label, unit)


def _unit(name: str, words: tuple[str, ...], kind: str, schema: JsonObject, description: str) -> str:
    """The unit at the end of a number's name (``volume_l``); none for what is counted (``last_days``)."""
    from practicum.values.implied_units import unit_in_name
    from practicum.values.slots import slot_of

    counted = words[-1] in lexicon()["roles"]["offset"] or words[0] in lexicon()["roles"]["offset"]
    if kind not in {"number", "integer"} or len(words) < 2 or counted:
        return ""
    return unit_in_name(slot_of(name, schema, description)) or ""


def _label(name: str, words: tuple[str, ...], description: str) -> str:
    if len(name) > 2:
        return _WITH_DIGITS.sub(lambda match: f"{match[1].upper()}{match[2]}", " ".join(words)) or humanise(
            name
        )
    noun = re.match(r"(?:the |a |an )?([a-z]+(?: [a-z]+)?)\b", description.strip().lower())
    return noun[1] if noun else "value"


def _role(
    words: tuple[str, ...], kind: str, detected: str | None, schema: JsonObject, spec_words: frozenset[str]
) -> Role:
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    directed = _directed(words, kind, detected, schema)
    if directed is not None:
        return directed
    if kind in {"number", "integer"}:
        return _numeric(words, detected, schema, spec_words)
    if plain(schema).get("enum") and (detected not in _BY_FORMAT or detected == "unit"):
        return _enumerated(words, schema)
    return Role.CODE if detected in _CODES else _textual(words, detected, schema)


def _textual(words: tuple[str, ...], detected: str | None, schema: JsonObject) -> Role:
    if detected in _BY_FORMAT and words[-1] not in lexicon()["roles"]["property"]:
        return _BY_FORMAT[str(detected)]
    role = _named(words)
    wanted = _WANTED.search(str(schema.get("description", "")))
    return Role.TARGET if role is Role.OTHER and wanted else role


def _directed(words: tuple[str, ...], kind: str, detected: str | None, schema: JsonObject) -> Role | None:
    """Roles that come in pairs: from and to, start and end."""
    lists = lexicon()["roles"]
    families = [_FROM_NAME[word] for word in words if word in _FROM_NAME]
    family = detected if detected in _DIRECTED else (families[-1] if families else None)
    if kind in {"number", "integer"} and family not in {"year", "month"}:
        return _ends(words, lists["low"], lists["high"], (Role.START, Role.END))
    if family in _MOMENTS:
        alone = len(words) == 1 and family in families
        return None if alone else _ends(words, lists["start"], lists["end"], (Role.START, Role.END))
    if family in _DIRECTED:
        return _ends(words, lists["source"], lists["target"], _DIRECTED[str(family)])
    if plain(schema).get("enum"):
        return _ends(words, ("from",), ("to", "into"), (Role.SOURCE, Role.TARGET))
    if detected == "email":
        return None
    return _ends(words, lists["origin"], lists["destination"], (Role.ORIGIN, Role.DESTINATION))


def _ends(
    words: tuple[str, ...], starts: Iterable[str], ends: Iterable[str], roles: tuple[Role, Role]
) -> Role | None:
    """The first or second of ``roles``, as the first telling word of the name says."""
    for word in words:
        if word in starts:
            return roles[0]
        if word in ends:
            return roles[1]
    return None


def _numeric(
    words: tuple[str, ...], detected: str | None, schema: JsonObject, spec_words: frozenset[str]
) -> Role:
    lists = lexicon()["roles"]
    name, last = "_".join(words), words[-1]
    if detected in {"year", "month"} or last in {"year", "month"}:
        return Role.YEAR if "year" in {detected, last} else Role.MONTH
    if last in lists["offset"] or words[0] in lists["offset"]:
        signed = plain(schema).get("minimum", -1) < 0
        return Role.OFFSET if signed and spec_words & set(lists["shift_words"]) else Role.DURATION
    if set(words) & set(lists["people"]):
        return Role.PEOPLE
    for key in ("latitude", "longitude", "precision", "quantity"):
        if last in lists[key] or name in lists[key]:
            return Role(key)
    if last in lists["count"] or words[0] in {"max", "num", "top", "limit"}:
        return Role.COUNT if len(name) > 1 else Role.NUMBER
    return Role.CODE if last in lists["code"] and last != "number" else Role.NUMBER


def _enumerated(words: tuple[str, ...], schema: JsonObject) -> Role:
    members = {humanise(str(member)).lower() for member in plain(schema).get("enum", ())}
    spans = set(lexicon()["roles"]["spans"])
    if len(members & spans) >= 2:
        return Role.OFFSET_UNIT
    if words[-1] in lexicon()["roles"]["place"]:
        return Role.PLACE
    if words[-1] in {"unit", "units", "scale"}:
        return Role.TARGET
    return Role.PROPERTY if words[-1] in lexicon()["roles"]["property"] else Role.OPTION


def _named(words: tuple[str, ...]) -> Role:
    lists = lexicon()["roles"]
    for word in reversed(words):
        if _FROM_NAME.get(word) in _BY_FORMAT:
            return _BY_FORMAT[_FROM_NAME[word]]
        for key in ("path", "place", "person", "code", "query", "text", "property", "subject"):
            if word in lists[key]:
                return Role(key)
    return Role.OTHER


def members(parameter: Parameter) -> Parameter:
    """Return the parameter that each element of an array is for."""
    schema = plain(parameter.schema).get("items") or {}
    return _inner(singular(parameter.name), schema, parameter)


def part(parameter: Parameter, name: str) -> Parameter:
    """Return the parameter that the member ``name`` of an object is for."""
    return _inner(name, plain(parameter.schema).get("properties", {}).get(name, {}), parameter)


def _inner(name: str, schema: JsonObject, outer: Parameter) -> Parameter:
    made = _parameter(name, schema, frozenset())
    return replace(made, description=made.description or outer.description)
