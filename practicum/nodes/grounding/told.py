"""Told: optional numbers that a query gives whenever it holds one for them, learned from practice.

"The next 5 runs after noon": a model that may leave the count out often does. Whether a number that no other
argument takes is meant for it, the queries of practice show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from practicum.nodes.grounding.evidence import FEWEST, MOST_READ
from practicum.records import ToolCall, ToolSpec

USUAL = 0.9
"""Share of those queries whose call gives the number."""


def learn_told(spec: ToolSpec, said: Sequence[tuple[str, ToolCall]]) -> tuple[str, ...]:
    """Return the optional arguments that take a number and were given wherever the query offered one.

    Args:
        spec: The tool.
        said: Queries with the calls they mean; the newest 200 are read.
    """
    from practicum import values

    found = []
    for name in _optional_numbers(spec):
        given = [
            name in call.arguments
            for query, call in said[-MOST_READ:]
            if values.ground(spec, query).properties[name] != spec.properties[name]
        ]
        if len(given) >= FEWEST and sum(given) >= USUAL * len(given):
            found.append(name)
    return tuple(found)


def with_told(spec: ToolSpec, narrowed: ToolSpec, text: str, told: Iterable[str]) -> ToolSpec:
    """Return the narrowed tool with the optional numbers required that its text holds.

    Args:
        spec: The tool.
        narrowed: The same with its values narrowed to those of ``text``.
        text: The query; of one with observations, which are lines of their own, nothing is concluded.
        told: From `learn_told`.
    """
    if "\n" in text:
        return narrowed
    held = [
        name
        for name in told
        if name in narrowed.properties and narrowed.properties[name] != spec.properties[name]
    ]
    required = [name for name in spec.properties if name in {*narrowed.required, *held}]
    return narrowed.model_copy(update={"parameters": {**narrowed.parameters, "required": required}})


def _optional_numbers(spec: ToolSpec) -> list[str]:
    """The optional argument that takes numbers, where no other does, nor a text: numbers could be theirs."""
    from practicum import values

    formats = {name: values.detect(name, schema) for name, schema in spec.properties.items()}
    numbers = values.arguments_of(spec, "number")
    open_ = any(formats[name] in {None, "text", "identifier"} for name in spec.required if name in formats)
    return [name for name in numbers if name not in spec.required] if len(numbers) == 1 and not open_ else []
