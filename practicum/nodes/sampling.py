"""Arguments sampled under a tool's schema, for call-first imagination.

A value comes from the schema (enum, examples, default), from what execution
accepted or named before, from the parameter's format, or from the model; values
that were tried least come first, so that practice covers what it can.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from practicum.nodes.harvest import KnownValues, fits
from practicum.nodes.human_numbers import human_number
from practicum.nodes.moments import KINDS as MOMENTS
from practicum.nodes.moments import sample_moment
from practicum.nodes.periods import in_order
from practicum.nodes.ranges import Range, is_numeric, range_of
from practicum.nodes.schema_parts import closed_values, type_of, without_null
from practicum.records import JsonObject, ToolCall, ToolSpec, canonical_json

OPTIONAL_SHARE = 0.4
"""Share of calls in which an optional parameter is given."""
REUSE_SHARE = 0.35
"""Share of samples drawn from values known to be accepted, where a format could make new ones."""
VARY_SHARE = 0.5
"""Share of calls that vary an earlier confirmed one, so that values that must agree stay together."""

NAMED_SHARE = 0.95
"""Share of samples that are a known name or code, where one is known."""
KNOWN_SHARE = 0.8
"""The same of other values that were named as right."""
CURIOUS_VALUE = "other"
"""Tried where nothing tells what is allowed: the refusal often lists it."""
CURIOUS_SHARE = 0.5
KIN_SHARE = 0.8
KIN_TRIES = 40
"""Draws until two arguments of one kind go together."""
MOST_LISTED = 3
"""Known values that are put into one list."""

AskValue = Callable[[str, JsonObject], Awaitable[Any]]
"""Asks the model for a value of a parameter (name, schema); None when it has none."""


@dataclass(frozen=True)
class Pool:
    """What is known of the tool's values before sampling."""

    accepted: KnownValues
    named: KnownValues
    calls: Sequence[ToolCall] = ()
    """Confirmed calls, to be varied."""
    ranges: Mapping[str, Range] = field(default_factory=dict)
    """By parameter, between which numbers refusals said that its values lie."""
    days: tuple[date, date] | None = None
    """Between which days lies what tools told of."""
    today: date | None = None
    """The day of the trial."""
    refused: frozenset[str] = frozenset()
    """The signatures of calls that were refused."""


async def sample_call(spec: ToolSpec, pool: Pool, rng: random.Random, ask: AskValue) -> ToolCall:
    """Return a call that fits the schema as far as it can be told before executing it."""
    if pool.calls and rng.random() < VARY_SHARE:
        return await vary_call(spec, rng.choice(list(pool.calls)), pool, rng, ask)
    arguments: JsonObject = {}
    for parameter in spec.properties:
        if parameter in spec.required or rng.random() < OPTIONAL_SHARE:
            value = await _fitting_value(spec, parameter, arguments, pool, rng, ask)
            if value is not None:
                arguments[parameter] = value
    return ToolCall(name=spec.name, arguments=in_order(spec, arguments))


async def _fitting_value(
    spec: ToolSpec, parameter: str, given: JsonObject, pool: Pool, rng: random.Random, ask: AskValue
) -> Any:
    """Return a value that goes with the arguments of the same format that were chosen before it."""
    from practicum import values
    from practicum.values.kinds import same_kind

    kind = _format(spec, parameter)
    twins = [name for name in given if name != parameter and kind and _format(spec, name) == kind]
    beside = [given[name] for name in twins]
    told = range_of(spec, parameter, pool.ranges) if _is_plain_number(spec, parameter) else None
    if told is not None and told.below in given:  # a final gravity is at most the original one
        high = Range(None, given[told.below], told.decimals).filled(told)
        pool = replace(pool, ranges={**pool.ranges, parameter: high})
    value = await sample_value(spec, parameter, pool, rng, ask, beside=beside)
    # Now and then they need not go together: a distance and a speed both have a unit.
    if kind in {None, "number", "text"} or not twins or rng.random() > KIN_SHARE:
        return value
    schema = spec.properties[parameter]
    for _ in range(KIN_TRIES):
        same = any(values.equivalent(parameter, schema, value, other) for other in beside)
        if not same and all(same_kind(kind, value, other) for other in beside):
            break
        value = await sample_value(spec, parameter, pool, rng, ask, beside=beside)
    return value


def _format(spec: ToolSpec, parameter: str) -> str | None:
    from practicum import values

    return values.detect(parameter, spec.properties[parameter])


def _is_unexplained(spec: ToolSpec, parameter: str) -> bool:
    """Whether neither schema nor format tells what a required text may be: its message may."""
    kind = _format(spec, parameter)
    required = parameter in spec.required and len(spec.properties) > 1
    schema = without_null(spec.properties[parameter])
    plain = "string" in {type_of(schema), type_of(schema.get("items") or {"type": "object"})}
    return required and kind in {None, "text"} and plain


def _is_plain_number(spec: ToolSpec, parameter: str) -> bool:
    """Whether the parameter is a quantity, not a year or another number with a meaning of its own."""
    number = type_of(spec.properties[parameter]) in {"integer", "number"}
    return number and _format(spec, parameter) in {None, "number", "quantity", "percent"}


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
        value = await _fitting_value(spec, parameter, arguments, pool, rng, ask)
        if value is not None:
            arguments[parameter] = value
    return ToolCall(name=spec.name, arguments=in_order(spec, arguments))


async def sample_value(
    spec: ToolSpec,
    parameter: str,
    pool: Pool,
    rng: random.Random,
    ask: AskValue,
    *,
    beside: Sequence[Any] = (),
) -> Any:
    """Return a value for one parameter, or None when nothing is known and the model has none.

    Args:
        spec: The tool.
        parameter: The parameter's name.
        pool: What is known of the tool's values.
        rng: The source of chance.
        ask: Asks the model.
        beside: Values of the call's other arguments of the same format.
    """
    schema = spec.properties[parameter]
    closed = closed_values(schema)
    if closed:
        return least_tried(closed, pool.calls, parameter, rng)
    named = _named(spec, parameter, pool, rng)
    if named and rng.random() < (NAMED_SHARE if _takes_names(spec, parameter) else KNOWN_SHARE):
        return least_tried(named, pool.calls, parameter, rng)
    strange: Any = [CURIOUS_VALUE] if type_of(schema) == "array" else CURIOUS_VALUE
    curious = not named and _is_unexplained(spec, parameter) and fits(strange, schema)
    if curious and rng.random() < CURIOUS_SHARE:
        return strange
    accepted = pool.accepted.get(parameter, [])
    if accepted and rng.random() < REUSE_SHARE:
        return rng.choice(accepted)
    kind = _format(spec, parameter)
    if kind in MOMENTS:
        near = sample_moment(parameter, schema, kind, rng, told=pool.days, today=pool.today, beside=beside)
        if near is not None and fits(near, schema):
            return near
    return await _new_value(spec, parameter, accepted, pool, rng, ask)


def _named(spec: ToolSpec, parameter: str, pool: Pool, rng: random.Random) -> list[Any]:
    """Return what is known to be right: values that calls named and, of names and codes, those described.

    An id that is made up names nothing. Of a list of such it is one list, of a few of them.
    """
    from practicum import values

    schema = without_null(spec.properties[parameter])
    described = values.shown(parameter, schema) if _format(spec, parameter) in {None, "identifier"} else ()
    known = list(dict.fromkeys([*pool.named.get(parameter, []), *described]))
    if _format(spec, parameter) in MOMENTS:  # a message may tell them in another form than it asks for
        known = [each for value in known for each in values.candidates(parameter, schema, str(value))[:1]]
    whole = [value for value in known if fits(value, schema)]
    items = schema.get("items")
    if whole or not isinstance(items, dict):
        return whole
    fitting = [value for value in known if fits(value, items)]
    few = rng.sample(fitting, min(len(fitting), rng.randint(1, MOST_LISTED)))
    return [few] if few and fits(few, schema) else []


def _takes_names(spec: ToolSpec, parameter: str) -> bool:
    """Whether values are codes or names: one that is made up names nothing."""
    return _format(spec, parameter) in {None, "identifier"} and not is_numeric(spec.properties[parameter])


def _human_number(spec: ToolSpec, parameter: str, pool: Pool, rng: random.Random) -> int | float:
    """Return a number between the bounds of the schema, of the documentation, or of a refusal."""
    schema = without_null(spec.properties[parameter])
    told = range_of(spec, parameter, pool.ranges) or Range()
    within = told.within(schema)
    number = human_number(within, rng, decimals=told.decimals)
    return number if fits(number, schema) else human_number(schema, rng)


async def _new_value(
    spec: ToolSpec, parameter: str, accepted: list[Any], pool: Pool, rng: random.Random, ask: AskValue
) -> Any:
    from practicum import values

    schema = spec.properties[parameter]
    if _is_plain_number(spec, parameter):
        return _human_number(spec, parameter, pool, rng)
    offered = [*schema.get("examples", []), schema.get("default")]
    examples = [value for value in offered if value is not None and fits(value, schema)]
    if examples and rng.random() < 0.25:
        return rng.choice(examples)
    value = values.sample(parameter, schema, rng)
    if value is not None and fits(value, schema):
        return value
    if type_of(schema) in {"integer", "number"}:
        return _human_number(spec, parameter, pool, rng)
    described = [value for value in values.shown(parameter, schema) if fits(value, schema)]
    asked = _like(rng.choice(described), schema, rng) if described else await ask(parameter, schema)
    if asked is not None and fits(asked, schema):
        return asked
    return rng.choice([*examples, *accepted]) if examples or accepted else None


def _like(value: Any, schema: JsonObject, rng: random.Random) -> Any:
    """Return a text with other digits, as long as it is right by the schema: 3.71.5 for 2.14.0."""
    other = re.sub(r"\d", lambda _: str(rng.randint(1, 9)), value) if isinstance(value, str) else value
    return other if fits(other, schema) else value


def least_tried(values: Sequence[Any], calls: Sequence[ToolCall], parameter: str, rng: random.Random) -> Any:
    """Return one of ``values``, preferring those that earlier calls used least."""
    tried = Counter(canonical_json(call.arguments.get(parameter)) for call in calls)
    weights = [1.0 / (1 + tried[canonical_json(value)]) ** 2 for value in values]
    return rng.choices(list(values), weights)[0]
