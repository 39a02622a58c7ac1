"""Exemplified: arguments that take codes get examples of them where nothing shows what they look like.

"only this route" tells nothing of a ``route_code``; another tool's documentation of the same argument does,
and so does practice, which has met some. What is put together like them is one, and other words are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from practicum.nodes.schema_parts import closed_values, without_null
from practicum.records import JsonObject, Lessons, ToolCall, ToolSpec

MOST_MET = 6
MOST_READ = 200
_CODE = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])#?\w[\w./-]{1,29}")
_VAGUE = frozenset(
    {"id", "code", "name", "key", "number", "no", "ref", "value", "item", "type", "query", "text"}
)
"""Names that mean something else in another tool."""


def learn_met(spec: ToolSpec, calls: Iterable[ToolCall]) -> dict[str, tuple[str, ...]]:
    """Return some of the codes that execution accepted, by argument; none where other texts were, too.

    Args:
        spec: The tool.
        calls: Those that execution accepted; the newest 200 are read.
    """
    found: dict[str, tuple[str, ...]] = {}
    newest = list(calls)[-MOST_READ:]
    for name, schema in spec.properties.items():
        given = [call.arguments[name] for call in newest if isinstance(call.arguments.get(name), str)]
        met = list(dict.fromkeys(given))
        if met and _is_open(schema) and all(map(_CODE.fullmatch, met)):
            found[name] = tuple(met[-MOST_MET:])
    return found


def exemplified(
    specs: Sequence[ToolSpec], lessons: Mapping[str, Lessons] | None = None
) -> tuple[ToolSpec, ...]:
    """Return the tools with examples of codes where their own documentation shows none.

    Args:
        specs: The tools; an argument is shown what is shown of one of the same name in another tool.
        lessons: By tool, what practice met.
    """
    shared = _shared(specs)
    met = {name: one.met for name, one in (lessons or {}).items()}
    return tuple(_with_examples(spec, {**shared, **met.get(spec.name, {})}) for spec in specs)


def _shared(specs: Sequence[ToolSpec]) -> dict[str, tuple[str, ...]]:
    """By name of an argument, the codes that any of the tools shows of it."""
    shared: dict[str, tuple[str, ...]] = {}
    for spec in specs:
        for name, schema in spec.properties.items():
            if name not in _VAGUE and (codes := _codes(name, schema)):
                shared.setdefault(name, codes)
    return shared


def _codes(name: str, schema: JsonObject) -> tuple[str, ...]:
    from practicum import values

    shown = [str(value) for value in values.shown(name, schema)] if _is_open(schema) else []
    return tuple(shown) if shown and all(map(_CODE.fullmatch, shown)) else ()


def _with_examples(spec: ToolSpec, codes: Mapping[str, Sequence[str]]) -> ToolSpec:
    from practicum import values

    properties = dict(spec.properties)
    for name, schema in spec.properties.items():
        bare = name in codes and _is_open(schema) and not values.shown(name, schema)
        if bare and values.detect(name, schema) in {None, "identifier", "text"}:
            shown = f"{schema.get('description', '')} Such as {', '.join(codes[name])}.".strip()
            properties[name] = {**schema, "description": shown}
    if properties == spec.properties:
        return spec
    return spec.model_copy(update={"parameters": {**spec.parameters, "properties": properties}})


def _is_open(schema: JsonObject) -> bool:
    """Whether a parameter takes any text."""
    plain = without_null(schema)
    return (
        plain.get("type") == "string"
        and not closed_values(schema)
        and not {"pattern", "format"} & plain.keys()
    )
