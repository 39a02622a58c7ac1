"""Required arguments that neither schema nor model explains."""

from __future__ import annotations

import random

import pytest
from nodes_episodes import episode

import practicum
from practicum.models.caller import ModelCaller
from practicum.models.silent import NONE, SilentChatModel
from practicum.nodes.harvest import fits
from practicum.nodes.imagine_call import make_imagine_call
from practicum.nodes.made_up import make_up
from practicum.records import JsonObject, Step
from practicum.tools.executor import Executor
from practicum.tools.langchain_tools import make_catalog

POINT = {
    "type": "object",
    "properties": {"x": {"type": "number"}, "y": {"type": "number"}, "label": {"type": "string"}},
    "required": ["x", "y"],
}
SCHEMAS: list[JsonObject] = [
    {"type": "string"},
    {"type": "string", "enum": ["a", "b"]},
    {"type": "integer", "minimum": 7, "maximum": 9},
    {"type": "array", "items": {"type": "string"}},
    {"type": "array", "items": POINT, "minItems": 3},
    {"type": "array", "items": {"type": "string"}, "minItems": 2.0},
    {"type": "array"},
    {"type": "object"},
    POINT,
    {"anyOf": [{"type": "null"}, POINT]},
    {"type": "object", "properties": {"points": {"type": "array", "items": POINT}}, "required": ["points"]},
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_what_is_made_up_fits(schema: JsonObject) -> None:
    for seed in range(20):
        made = make_up("thing", schema, random.Random(seed))
        assert made is not None
        assert fits(made, schema)


def test_a_list_holds_nothing_that_could_not_be_said() -> None:
    anything: JsonObject = {"type": "array", "items": {"type": "object"}}
    assert make_up("thing", anything, random.Random(0)) == []
    assert make_up("thing", {**anything, "minItems": 1}, random.Random(0)) in ([{}], [{}, {}])


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[0-9]{40}$"},
        {"type": "array", "items": {"type": "string"}, "minItems": 10**9},
        {
            "type": "object",
            "properties": {"key": {"type": "string", "pattern": "^\\d+$"}},
            "required": ["key"],
        },
    ],
)
def test_what_does_not_fit_is_not_made_up(schema: JsonObject) -> None:
    assert make_up("thing", schema, random.Random(0)) is None


def create(entities: list[dict[str, float]], path: str, mood: dict[str, str] | None = None) -> str:
    """Create entities."""
    return f"{len(entities)} in {path}"


@pytest.mark.parametrize("name", [NONE, "mine"])
async def test_a_call_has_what_is_required_and_nothing_else_though_nobody_says_a_value(name: str) -> None:
    tool = make_catalog([practicum.read_only(create)]).tools[0]
    silent = ModelCaller(SilentChatModel(), name=name)
    for seed in range(20):
        update = await make_imagine_call(silent, tool.spec, Executor([tool]))(episode(seed=seed))
        steps = [Step.from_dict(each) for each in update["probes"]]
        assert [step.observation.error for step in steps] == [None]
        assert all(step.call and step.call.arguments.keys() == {"entities", "path"} for step in steps)
