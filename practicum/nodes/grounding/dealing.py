"""Dealing out: values that several arguments of one kind share are given one each, in the likeliest ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import permutations
from math import perm

from practicum.nodes.grounding.cues import LISTED, kind_of, likeliest
from practicum.nodes.periods import DAYS, in_order
from practicum.records import ToolSpec, canonical_json

MOST_VARIANTS = 30
"""Bound of the ways that one tool's arguments of one kind are dealt out."""


def dealt_out(
    spec: ToolSpec, narrowed: ToolSpec, text: str, cues: Mapping[str, Mapping[str, int]]
) -> Iterable[ToolSpec]:
    """Yield the tool once for each way of giving its required arguments of one kind different values.

    For decoding under a grammar, which takes them as alternatives; providers refuse two tools of one name.

    Args:
        spec: The tool.
        narrowed: The same with its values narrowed to those of ``text``.
        text: The query, and what was observed since.
        cues: What practice taught about where each argument stands (`practicum.nodes.grounding.cues`): ways
            that they speak against are left out.
    """
    twins = sharing(spec, narrowed, numbers=True)
    values = narrowed.properties[twins[0]]["enum"] if twins else []
    few = 1 < perm(len(values), len(twins)) <= MOST_VARIANTS if len(twins) > 1 else False
    ways = list(permutations(values, len(twins))) if few else []
    if not ways:
        yield narrowed
        return
    dealt = [dict(zip(twins, way, strict=True)) for way in ways]
    in_time = [way for way in dealt if in_order(spec, way, DAYS) == way]  # periods end after they begin
    for way in likeliest(spec, in_time or dealt, text, cues):
        fixed = {name: {"enum": [value]} for name, value in way.items()}
        properties = {name: {**schema, **fixed.get(name, {})} for name, schema in narrowed.properties.items()}
        yield narrowed.model_copy(update={"parameters": {**narrowed.parameters, "properties": properties}})


def sharing(spec: ToolSpec, narrowed: ToolSpec, *, numbers: bool = False) -> list[str]:
    """The required arguments that share a format and are offered the same values; the first such group.

    Numbers, and members of enumerations, only where asked for: a room may be 5 by 5.
    """
    apart = {"text"} if numbers else {"text", "number", LISTED}
    groups: dict[tuple[str, str], list[str]] = {}
    for name, schema in narrowed.properties.items():
        kind = kind_of(spec, name)
        if kind and kind not in apart and name in narrowed.required and narrowed_at(spec, narrowed, name):
            groups.setdefault((kind, canonical_json(schema["enum"])), []).append(name)
    return next((names for names in groups.values() if len(names) > 1), [])


def narrowed_at(spec: ToolSpec, narrowed: ToolSpec, name: str) -> bool:
    """Whether an argument was narrowed to values of the text."""
    enum = narrowed.properties[name].get("enum")
    return enum is not None and enum != spec.properties[name].get("enum")
