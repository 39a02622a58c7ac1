"""Real tools: nine in ten of their sampled calls have a phrase, and it survives the round trip."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.tools import StructuredTool
from pydantic import BaseModel

from practicum import values
from practicum.nodes.phrasing import phrase, phrasings
from practicum.records import ToolCall, ToolSpec
from practicum.tools import almanac

_TOOLS = almanac.functions()


def spec_of(function: Callable[..., Any]) -> ToolSpec:
    made = StructuredTool.from_function(function)
    schema = made.tool_call_schema
    assert isinstance(schema, type)
    assert issubclass(schema, BaseModel)
    return ToolSpec(name=made.name, description=made.description, parameters=schema.model_json_schema())


def draw(spec: ToolSpec, rng: random.Random) -> ToolCall:
    arguments = {}
    for name, schema in spec.properties.items():
        if name not in spec.required and rng.random() < 0.5:
            continue
        value = values.sample(name, schema, rng) if "enum" not in schema else rng.choice(schema["enum"])
        known = value is not None and rng.random() < 0.8
        arguments[name] = value if known else rng.choice(schema["examples"])
    return ToolCall(name=spec.name, arguments=arguments)


@pytest.mark.parametrize("function", _TOOLS, ids=[function.__name__ for function in _TOOLS])
def test_nine_calls_in_ten_of_every_tool_are_phrased(function: Callable[..., Any]) -> None:
    spec, rng = spec_of(function), random.Random(11)
    calls = [draw(spec, rng) for _ in range(20)]
    found = [phrase(spec, call, rng) for call in calls]
    assert sum(one is not None for one in found) >= 18


@pytest.mark.parametrize("function", _TOOLS, ids=[function.__name__ for function in _TOOLS])
def test_one_call_has_many_phrases(function: Callable[..., Any]) -> None:
    spec, rng = spec_of(function), random.Random(7)
    call = ToolCall(name=spec.name, arguments={n: s["examples"][0] for n, s in spec.properties.items()})
    queries = [one.query for one in phrasings(spec, call, rng, 15)]
    assert len(queries) == 15
    assert len({query.casefold() for query in queries}) == 15
