"""Arguments sampled under a tool's schema, for call-first imagination.

A value comes from the schema (enum, examples, default), from what execution
accepted or named before, from the parameter's format, or from the model; values
that were tried least come first, so that practice covers what it can.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from practicum.nodes.harvest import Known, fits
from practicum.records import JsonObject, ToolCall, ToolSpec, canonical_json

OPTIONAL_SHARE = 0.4
"""Share of calls in which an optional parameter is given."""
REUSE_SHARE = 0.35
"""Share of samples drawn from values known to be accepted, where a format could make new ones."""
VARY_SHARE = 0.5
"""Share of calls that vary an earlier confirmed one, so that values that must agree stay together."""

AskValue = Callable[[str, JsonObject], Awaitable[Any]]
"""Asks the model for a value of a parameter (name, schema); None when it has none."""


@dataclass(frozen=True)
class Pool:
    """What is known of the tool's values before sampling."""

    accepted: Known
    named: Known
    calls: Sequence[ToolCall] = ()
    """Confirmed calls, to be varied."""


async def sample_call(spec: ToolSpec, pool: Pool, rng: random.Random, ask: AskValue) -> ToolCall:
    """Return a call that fits the schema as far as it can be told before executing it."""
    if pool.calls and rng.random() < VARY_SHARE:
        return await vary_call(spec, rng.choice(list(pool.calls)), pool, rng, ask)
    arguments: JsonObject = {}
    for parameter in spec.properties:
        if parameter in spec.required or rng.random() < OPTIONAL_SHARE:
            value = await sample_value(spec, parameter, pool, rng, ask)
            if value is not None:
                arguments[parameter] = value
    return ToolCall(name=spec.name, arguments=arguments)


async def vary_call(
    spec: ToolSpec,
    call: ToolCall,
    pool: Pool,
    rng: random.Random,
    ask: AskValue,
    *,
    only: Sequence[str] = (),
) -> ToolCall:
    """Return ``call`` with one or two arguments sampled anew (one of ``only``, if given)."""
    arguments = dict(call.arguments)
    choice = list(only) or list(arguments) or list(spec.properties)
    count = 1 if only else rng.choice((1, 2))
    for parameter in rng.sample(choice, min(count, len(choice))):
        value = await sample_value(spec, parameter, pool, rng, ask)
        if value is not None:
            arguments[parameter] = value
    return ToolCall(name=spec.name, arguments=arguments)


async def sample_value(spec: ToolSpec, parameter: str, pool: Pool, rng: random.Random, ask: AskValue) -> Any:
    """Return a value for one parameter, or None when nothing is known and the model has none."""
    schema = spec.properties[parameter]
    closed = _closed_values(schema)
    if closed:
        return least_tried(closed, pool.calls, parameter, rng)
    named = [value for value in pool.named.get(parameter, []) if fits(value, schema)]
    if named and rng.random() < 0.8:
        return least_tried(named, pool.calls, parameter, rng)
    accepted = pool.accepted.get(parameter, [])
    if accepted and rng.random() < REUSE_SHARE:
        return rng.choice(accepted)
    return await _new_value(spec, parameter, schema, accepted, rng, ask)


async def _new_value(
    spec: ToolSpec, parameter: str, schema: JsonObject, accepted: list[Any], rng: random.Random, ask: AskValue
) -> Any:
    from practicum import values

    examples = [
        *schema.get("examples", []),
        *([schema["default"]] if schema.get("default") is not None else []),
    ]
    if examples and rng.random() < 0.25:
        return rng.choice(examples)
    value = values.sample(parameter, schema, rng, description=spec.description)
    if value is not None and fits(value, schema):
        return value
    kind = _type_of(schema)
    if kind in {"integer", "number"}:
        return human_number(schema, rng)
    asked = await ask(parameter, schema)
    if asked is not None and fits(asked, schema):
        return asked
    return rng.choice([*examples, *accepted]) if examples or accepted else None


def least_tried(values: Sequence[Any], calls: Sequence[ToolCall], parameter: str, rng: random.Random) -> Any:
    """Return one of ``values``, preferring those that earlier calls used least."""
    tried = Counter(canonical_json(call.arguments.get(parameter)) for call in calls)
    weights = [1.0 / (1 + tried[canonical_json(value)]) ** 2 for value in values]
    return rng.choices(list(values), weights)[0]


def human_number(schema: Mapping[str, Any], rng: random.Random) -> int | float:
    """Return a number within the schema's bounds of the kind that people mention: short and mostly round."""
    low = schema.get("minimum", schema.get("exclusiveMinimum", 1))
    high = schema.get("maximum", schema.get("exclusiveMaximum", max(low, 1) * 1000))
    options: list[float] = [
        n for n in (1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 40, 50, 75, 100, 250, 500, 1000) if low < n < high
    ]
    options.append(rng.uniform(low, min(high, low + 1000)))
    value = rng.choice(options)
    if _type_of(dict(schema)) == "integer":
        return min(max(round(value), int(low)), int(high))
    return round(value, rng.choice((0, 0, 1, 2))) if value != int(value) else int(value)


def _closed_values(schema: JsonObject) -> list[Any]:
    if "const" in schema:
        return [schema["const"]]
    if "enum" in schema:
        return [value for value in schema["enum"] if value is not None]
    if _type_of(schema) == "boolean":
        return [True, False]
    for option in schema.get("anyOf", []):
        values = _closed_values(option)
        if values:
            return values
    return []


def _type_of(schema: JsonObject) -> str:
    kind = schema.get("type")
    if isinstance(kind, str):
        return kind
    kinds = [_type_of(option) for option in schema.get("anyOf", []) if option.get("type") != "null"]
    return kinds[0] if kinds else "string"
