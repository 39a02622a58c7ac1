"""What is measured in a unit, and which number goes with it, learned from practice."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.nodes.grounding import ground_tool, missing, possible_tools
from practicum.nodes.grounding.evidence import FEWEST
from practicum.nodes.grounding.measures import FEWEST_CALLS, learn_kinds, learn_pairs
from practicum.records import Lessons, ToolCall, ToolSpec

UNIT = {"type": "string", "format": "unit"}
NUMBER = {"type": "number"}


def tool(name: str, **properties: dict[str, Any]) -> ToolSpec:
    """A tool that needs all of these."""
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return ToolSpec(name=name, description="", parameters=parameters)


INDEX = tool("index", weight=NUMBER, weight_unit=UNIT, height=NUMBER, height_unit=UNIT)
MOVE = tool("move", date={"type": "string", "format": "date"}, amount={"type": "integer"}, unit=UNIT)
SAID = [
    (f"I am {m} cm tall and weigh {kg} kg", ToolCall(name="index", arguments={**tall, **heavy}))
    for m, kg in ((150, 50), (160, 60), (170, 70), (180, 80))
    for tall in [{"height": m, "height_unit": "cm"}]
    for heavy in [{"weight": kg, "weight_unit": "kg"}]
]
KINDS = {"weight_unit": "mass", "height_unit": "length"}
PAIRS = {"weight": "weight_unit", "height": "height_unit"}


def lessons(spec: ToolSpec, **learned: Any) -> Lessons:
    """What was learned of a tool."""
    return Lessons(tool_schema_hash=spec.schema_hash, **learned)


def test_an_argument_that_took_units_of_one_kind_takes_that_kind() -> None:
    calls = [call for _, call in SAID] * 3
    assert learn_kinds(INDEX, calls) == KINDS
    assert learn_kinds(INDEX, calls[: FEWEST_CALLS - 1]) == {}
    mixed = calls[-1].model_copy(update={"arguments": {**calls[-1].arguments, "weight_unit": "cm"}})
    assert learn_kinds(INDEX, [*calls, mixed]) == {"height_unit": "length"}
    unknown = calls[-1].model_copy(update={"arguments": {**calls[-1].arguments, "weight_unit": "zorps"}})
    assert learn_kinds(INDEX, [*calls, unknown]) == {"height_unit": "length"}


def test_a_number_that_stands_before_a_unit_goes_with_it() -> None:
    assert learn_pairs(INDEX, SAID) == PAIRS
    assert learn_pairs(INDEX, SAID[: FEWEST - 1]) == {}
    apart = [(query.replace(" cm", "").replace(" kg", ""), call) for query, call in SAID]
    assert learn_pairs(INDEX, apart) == {}
    back = ToolCall(name="move", arguments={"date": "2026-01-05", "amount": -3, "unit": "days"})
    assert learn_pairs(MOVE, [("3 days before 2026-01-05?", back)] * FEWEST) == {"amount": "unit"}


@pytest.mark.parametrize("query", ["bmi? i'm 59.5kg and 169cm", "169 centimetres, 59.5 kilos: my bmi"])
def test_numbers_and_units_are_offered_as_they_stand_together(query: str) -> None:
    narrowed = ground_tool(INDEX, query, lessons(INDEX, kinds=KINDS, pairs=PAIRS)).properties
    assert (narrowed["weight"]["enum"], narrowed["height"]["enum"]) == ([59.5], [169])
    assert (len(narrowed["weight_unit"]["enum"]), len(narrowed["height_unit"]["enum"])) == (1, 1)
    without = ground_tool(INDEX, query).properties
    assert len(without["weight"]["enum"]) == len(without["weight_unit"]["enum"]) == 2


def test_of_numbers_that_count_nothing_else_the_one_before_the_unit_is_offered() -> None:
    query = "three weeks after the first jab on 12 February 2026"
    assert ground_tool(MOVE, query, lessons(MOVE, pairs={"amount": "unit"})).properties["amount"]["enum"] == [
        3
    ]


def test_a_tool_whose_kind_of_unit_is_not_said_cannot_be_meant() -> None:
    learned = {"index": lessons(INDEX, kinds=KINDS)}
    narrowed = ground_tool(INDEX, "340 nautical miles -> 12 km", learned["index"])
    assert missing(INDEX, narrowed) == ["weight_unit"]
    convert = tool("convert", value=NUMBER, from_unit=UNIT, to_unit=UNIT)
    possible = possible_tools([INDEX, convert], "340 nautical miles -> km", learned)
    assert [spec.name for spec, _ in possible] == ["convert"]


def test_where_no_number_stands_before_a_unit_all_stay() -> None:
    learned = lessons(INDEX, kinds=KINDS, pairs=PAIRS)
    narrowed = ground_tool(INDEX, "in cm: 169, in kg: 59.5", learned).properties
    assert sorted(narrowed["weight"]["enum"]) == [59.5, 169]
    named = ground_tool(INDEX, "height in cm: 169, weight in kg: 59.5", learned).properties
    assert (named["weight"]["enum"], named["height"]["enum"]) == ([59.5], [169])


def test_units_that_two_arguments_may_take_are_left_to_cues() -> None:
    convert = tool("convert", value=NUMBER, from_unit=UNIT, to_unit=UNIT)
    learned = lessons(convert, pairs={"value": "from_unit"})
    narrowed = ground_tool(convert, "In 2026, how many lb is 5 kg?", learned).properties
    assert narrowed["value"]["enum"] == [5]
    assert narrowed["from_unit"]["enum"] == narrowed["to_unit"]["enum"] == ["lb", "kg"]


def test_many_numbers_and_units_are_read_once() -> None:
    query = " ".join(f"{number} {unit}" for number in range(100, 160) for unit in ("kg", "cm", "lb"))
    narrowed = ground_tool(INDEX, query, lessons(INDEX, pairs=PAIRS)).properties
    assert narrowed["weight"]["enum"] == list(range(100, 111))
