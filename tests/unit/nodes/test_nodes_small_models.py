"""What is done for a model that copies well and translates badly."""

from __future__ import annotations

from collections.abc import Mapping

from langchain_core.messages import AIMessage, HumanMessage
from nodes_episodes import calling, scripted

from practicum.nodes.decide import make_decide
from practicum.nodes.grounding import fillable
from practicum.nodes.recollect import Recollection, make_recollect
from practicum.nodes.spoken import in_free_words, spoken_call, understood
from practicum.records import Demonstration, Lessons, ToolCall, ToolSpec
from practicum.tools.sources import load_tools

SPECS = {spec.name: spec for spec in load_tools(["almanac:everyday"]).specs}
UNITS, DATES, FLIGHTS = SPECS["convert_units"], SPECS["add_to_date"], SPECS["airport_distance"]
SHOWN = Demonstration(
    id="d",
    tool=DATES.name,
    tool_schema_hash=DATES.schema_hash,
    query="What is 3 weeks after 5 March 2024?",
    call=ToolCall(name=DATES.name, arguments={"date": "2024-03-05", "amount": 3, "unit": "weeks"}),
    observation="2024-03-26",
)


class Far:
    """Every tool is far from every query, and so is every request that needs none."""

    async def similar(self, query: str) -> dict[str, float]:
        del query
        return dict.fromkeys(SPECS, 0.0)

    async def nearest_prototype(self, query: str) -> float:
        del query
        return 0.2


async def choice(query: str, *, grounded: bool) -> str:
    recollect = make_recollect(list(SPECS.values()), nearness=Far(), small=True, grounded=grounded)
    return (await recollect(query)).tool_choice


async def test_a_query_that_fills_a_tools_arguments_calls_it_however_far_its_words_are() -> None:
    assert await choice("5 ft 3 in centimeters", grounded=True) == "any"
    assert await choice("5 ft 3 in centimeters", grounded=False) == "none"


async def test_a_query_that_can_fill_no_tool_is_answered_in_words() -> None:
    assert await choice("who invented the celsius scale", grounded=True) == "none"


def test_a_tool_that_any_text_fills_says_nothing_of_the_query() -> None:
    echo = ToolSpec(
        name="echo",
        description="Repeat.",
        parameters={
            "type": "object",
            "properties": {"text": {"type": "string", "description": "Any text"}},
            "required": ["text"],
        },
    )
    assert fillable([echo, DATES, UNITS], "3 days after 5 March 2026") == {"echo": False, "add_to_date": True}


def test_a_call_is_written_in_the_words_of_its_query_and_understood_again() -> None:
    query = "how many miles from heathrow to Frankfurt?"
    call = ToolCall(name=FLIGHTS.name, arguments={"origin": "LHR", "destination": "FRA", "unit": "mi"})

    said = spoken_call(FLIGHTS, call, query, closed=True)

    assert said.arguments == {"origin": "heathrow", "destination": "Frankfurt", "unit": "miles"}
    assert understood(FLIGHTS, said) == call
    odd = ToolCall(name=FLIGHTS.name, arguments={"origin": "nowhere at all", "destination": "FRA"})
    assert understood(FLIGHTS, odd) == odd


def test_free_words_leave_numbers_and_unknown_formats_to_the_schema() -> None:
    free = in_free_words(DATES).properties
    assert "pattern" not in free["date"]
    assert free["amount"] == DATES.properties["amount"]
    assert (
        in_free_words(SPECS["element_property"]).properties["property"]
        == (SPECS["element_property"].properties["property"])
    )


async def test_with_demonstrations_a_small_model_answers_in_the_words_of_the_query() -> None:
    words = {"date": "2 May 2025", "amount": 10, "unit": "days"}
    model, script = scripted(calling(ToolCall(name=DATES.name, arguments=words)))
    recollection = Recollection((DATES,), (SHOWN,), "any", documented=False)

    reply = await make_decide(model)([HumanMessage("ten days from 2 May 2025")], recollection)

    assert reply.calls[0].arguments == {"date": "2025-05-02", "amount": 10, "unit": "days"}
    calls = [call for m in script.prompts[0] if isinstance(m, AIMessage) for call in m.tool_calls]
    assert calls[0]["args"]["date"] == "5 March 2024"


async def test_lessons_of_a_tool_that_has_changed_are_not_used() -> None:
    lessons = {
        DATES.name: Lessons(tool_schema_hash="before"),
        UNITS.name: Lessons(tool_schema_hash=UNITS.schema_hash),
    }

    class Shelf:
        async def retrieve(self, query: str, k: int = 4, *, current: object = None) -> list[Demonstration]:
            del query, k, current
            return []

        async def tool_scores(self, query: str, current: Mapping[str, str]) -> dict[str, float]:
            del query, current
            return {}

    found = await make_recollect([DATES, UNITS], Shelf(), lessons=lessons)("q")
    assert set(found.lessons) == {UNITS.name}
