"""What earlier calls tell about a tool's values: which were accepted, which a message names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from practicum.hostile import holds_redacted, instruction_like
from practicum.hostile.schema_patterns import validator_of
from practicum.nodes.quarantine import clean
from practicum.records import ErrorKind, JsonObject, Mode, Step, ToolCall, ToolSpec, canonical_json

MOST_VALUES = 60
"""Bound of the values kept per parameter, newest kept."""

MOST_WORDS = 16
"""Above so many distinct values a parameter is no closed set."""
TIMES_MET = 2
"""How often, on average, each value must have been accepted for the set to count as closed."""

TELLING_DIGITS = 3
"""Digits of a number that a message repeats on purpose: a 5 is in many."""

_QUOTED = re.compile(r"'([^'\n]{1,60})'|\"([^\"\n]{1,60})\"")
_LISTED = re.compile(
    r"(?:one of|allowed|choose from|choose|valid|supported|available|known|are|expected)[^:\n]{0,40}:\s*(.+)"
    r"|\b(?:we have|there are|one of|choose (?:from|between)|use|try)[ \t]+(?:one of[ \t]+)?"
    r"(?P<bare>[^\s:;,][^:;,\n]{0,60}(?:,[^:;,\n]{1,60}){1,60})",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
_COMMA = re.compile(r",(?:\s*(?:and|or)\s)?| or ")
_LAST_AND = re.compile(r" and (?=[^,]*$)")
_PROSE = re.compile(
    r"\s*(?:an?|the|this|that|no|none|any|some|your|our|another|again|later|please|sorry|such as|for|if|it|to"
    r"|in|on|with|which|instead|like|only|but|then|so|\d+ [a-z]{3,})\b",
    re.IGNORECASE,
)
"""What a part of a sentence begins with, and a value does not: "try again later, or contact us"."""
_WORD = re.compile(r"^[\w./+-][\w ./+-]{0,40}$")

_MOMENTS = frozenset({"date", "date-time", "time", "year", "month", "year-month"})

KnownValues = dict[str, list[Any]]
"""Values by parameter, in the order they were met, each once."""


def accepted_values(spec: ToolSpec, calls: Iterable[ToolCall]) -> KnownValues:
    """Return the values of calls that execution accepted, by parameter."""
    known: KnownValues = {}
    for call in calls:
        for parameter, value in call.arguments.items():
            if parameter in spec.properties:
                _add(known, parameter, value)
    return known


def named_values(spec: ToolSpec, steps: Iterable[Step]) -> KnownValues:
    """Return the values that error messages name as right, and result fields named like a parameter."""
    known: KnownValues = {}
    for step in steps:
        if step.call is None or step.observation.mode is Mode.SIMULATED or not clean(step):
            continue
        if step.observation.ok:
            _harvest_result(spec, step.call, step.observation.text, known)
        elif step.observation.error is ErrorKind.RAISED and step.call.name == spec.name:
            about = blamed(spec, step.call, step.observation.text)
            _harvest_limits(spec, step.call, step.observation.text, about, known)
            for parameter in about:
                listed = listed_values(step.observation.text, step.call)
                for value in [*listed, *_codes(spec, parameter, step.call, step.observation.text)]:
                    _add(known, parameter, value)
    return known


def blamed(spec: ToolSpec, call: ToolCall, message: str) -> list[str]:
    """Return the parameters an error message is about: named in it, or whose value it repeats."""
    given = [name for name in spec.properties if name in call.arguments]
    by_value = [name for name in given if _is_repeated(call.arguments[name], message)]
    return by_value or [name for name in given if re.search(rf"\b{re.escape(name)}\b", message)]


def _is_repeated(value: Any, message: str) -> bool:
    """Whether a text, or one of a list, is repeated as a whole: "m" is in every message, a unit in some."""
    if isinstance(value, list):
        return any(_is_repeated(item, message) for item in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        telling = len(str(value)) >= TELLING_DIGITS
        return telling and re.search(rf"(?<![\w.]){re.escape(str(value))}(?![\w]|\.\d)", message) is not None
    if not isinstance(value, str) or not value.strip():
        return False
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", message, re.I) is not None


def listed_values(message: str, call: ToolCall) -> list[str]:
    """Return what a message offers instead: quoted words, and lists after a colon."""
    given = [
        item for value in call.arguments.values() for item in (value if isinstance(value, list) else [value])
    ]
    said = {str(value).lower() for value in given}
    words = [first or second for first, second in _QUOTED.findall(message)]
    for listing in _listings(message):
        words += [part.strip(" .'\"[](){}") for part in listing]
    return [word for word in dict.fromkeys(words) if _WORD.match(word) and word.lower() not in said]


def _listings(message: str) -> list[list[str]]:
    """Return the parts of each list; without a colon before it, only if none of them is plainly no value."""
    found = []
    for match in _LISTED.finditer(message):
        listed = _SENTENCE_END.split(match["bare"], maxsplit=1)[0] if match["bare"] else match[1]
        parts = _COMMA.split(_LAST_AND.sub(",", listed) if "," in listed else listed)
        if not match["bare"] or (len(parts) > 1 and not any(map(_PROSE.match, parts))):
            found.append(parts)
    return found


def _codes(spec: ToolSpec, parameter: str, call: ToolCall, message: str) -> list[str]:
    """Return the ids in a message that may be meant for a parameter: "No order X-1, did you mean X-12?"."""
    from practicum import values

    if values.detect(parameter, spec.properties[parameter]) != "identifier":
        return []
    codes = values.choices(values.ground(spec, message).properties[parameter])
    said = canonical_json(list(call.arguments.values()))
    return [code for code in codes if isinstance(code, str) and canonical_json(code) not in said]


def _harvest_limits(
    spec: ToolSpec, call: ToolCall, message: str, about: list[str], known: KnownValues
) -> None:
    """Keep the dates and times that a message names: "Readings only cover 2024-10-01 to 2025-03-01"."""
    from practicum import values

    for name in about or [name for name in spec.properties if name in call.arguments]:
        if values.detect(name, spec.properties[name]) in _MOMENTS:
            for value in values.choices(values.ground(spec, message).properties[name]):
                if value != call.arguments.get(name):
                    _add(known, name, value)


def _harvest_result(spec: ToolSpec, call: ToolCall, text: str, known: KnownValues) -> None:
    """Keep texts of a result whose field is called like a parameter: ids, names, paths for later calls."""
    from practicum import values

    try:
        result = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(result, dict):
        for parameter, schema in spec.properties.items():
            told = result.get(parameter)
            # What the call said itself is nothing new, and formats have values enough.
            new = isinstance(told, str) and told != call.arguments.get(parameter)
            if new and values.detect(parameter, schema) is None:
                _add(known, parameter, told)


def _add(known: KnownValues, parameter: str, value: Any) -> None:
    if isinstance(value, str) and (holds_redacted(value) or instruction_like(value) is not None):
        return  # neither a mark nor an order is a value
    values = known.setdefault(parameter, [])
    if all(canonical_json(value) != canonical_json(other) for other in values):
        values.append(value)
        del values[:-MOST_VALUES]


def vocabulary(spec: ToolSpec, calls: Sequence[ToolCall], steps: Sequence[Step] = ()) -> KnownValues:
    """Return the closed sets that practice found for parameters that the schema leaves open.

    What a refusal lists as allowed; else values met again and again. Parameters with a format or an
    enumeration are left out: there other values are as good as those met. So are they where a parameter
    takes free text or identifiers, unless a refusal lists the others.

    Args:
        spec: The tool.
        calls: Those that execution accepted.
        steps: All that was tried, refusals included.
    """
    from practicum import values
    from practicum.values.texts import is_drawn

    listed = listed_sets(spec, steps)
    found: KnownValues = {}
    for name, schema in spec.properties.items():
        kind = values.detect(name, schema)
        if "enum" in schema or kind not in {None, "text", "identifier"}:
            continue
        given = [call.arguments[name] for call in calls if isinstance(call.arguments.get(name), str)]
        shown = values.shown(name, schema)  # tried again and again because nothing else was known
        given = [value for value in given if not is_drawn(value) and value not in shown]
        distinct = list(dict.fromkeys([*listed.get(name, []), *given]))
        enough = len(distinct) <= MOST_WORDS and len(given) >= TIMES_MET * len(distinct)
        met_often = enough and kind is None
        if len(distinct) > 1 and (met_often or (name in listed and len(distinct) <= MOST_VALUES)):
            found[name] = distinct
    return found


def listed_sets(spec: ToolSpec, steps: Iterable[Step]) -> KnownValues:
    """Return, by parameter, what refusals list as the values that are allowed: nothing else is."""
    listed: KnownValues = {}
    for step in steps:
        refused = step.call is not None and step.observation.error is ErrorKind.RAISED and clean(step)
        if step.call is None or not refused or not _listings(step.observation.text):
            continue
        about = blamed(spec, step.call, step.observation.text)
        values = listed_values(step.observation.text, step.call)
        if len(about) == 1 and len(values) > 1:
            for value in values:
                _add(listed, about[0], value)
    return listed


def confirmed_calls(tool: str, steps: Sequence[Step]) -> list[ToolCall]:
    """Return the calls of a tool among ``steps`` that execution accepted."""
    own = [step for step in steps if step.call is not None and step.call.name == tool]
    return [
        step.call
        for step in own
        if step.call is not None and step.observation.ok and step.observation.mode is not Mode.SIMULATED
    ]


def refused_calls(spec: ToolSpec, steps: Iterable[Step]) -> frozenset[str]:
    """Return the signatures of a tool's calls that it refused: the same again is refused again."""
    return frozenset(
        step.call.signature
        for step in steps
        if step.call is not None
        and step.call.name == spec.name
        and step.observation.error is ErrorKind.RAISED
        and step.observation.mode is not Mode.SIMULATED
    )


def fits(value: Any, schema: JsonObject) -> bool:
    """Whether ``value`` validates against a parameter's schema."""
    return bool(validator_of(schema).is_valid(value))
