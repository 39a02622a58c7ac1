"""Optional numbers that a query gives whenever it holds one for them."""

from __future__ import annotations

from typing import Any

from practicum.nodes.grounding import ground_tool
from practicum.nodes.grounding.evidence import FEWEST
from practicum.nodes.grounding.told import learn_told
from practicum.records import Lessons, ToolCall, ToolSpec

RUNS = ToolSpec(
    name="runs",
    description="",
    parameters={
        "type": "object",
        "properties": {
            "expression": {"type": "string", "format": "cron"},
            "count": {"type": "integer", "minimum": 1, "default": 3},
        },
        "required": ["expression"],
    },
)
QUERY = "next {} runs of 0 */6 * * *"


def call(**arguments: Any) -> ToolCall:
    """A call with the expression."""
    return ToolCall(name="runs", arguments={"expression": "0 */6 * * *", **arguments})


def test_a_number_that_practice_gave_wherever_it_was_said_is_told() -> None:
    said = [(QUERY.format(n), call(count=n)) for n in range(2, 2 + FEWEST)]
    silent = [("when does 0 */6 * * * run", call())] * 9
    assert learn_told(RUNS, [*said, *silent]) == ("count",)
    assert learn_told(RUNS, [*said[1:], *silent]) == ()
    assert learn_told(RUNS, [*said, (QUERY.format(7), call())]) == ()


def test_where_another_argument_takes_numbers_nothing_is_concluded() -> None:
    more = {**RUNS.properties, "offset": {"type": "integer"}}
    two = RUNS.model_copy(update={"parameters": {**RUNS.parameters, "properties": more}})
    assert learn_told(two, [(QUERY.format(n), call(count=n)) for n in range(2, 9)]) == ()


def test_what_is_told_is_required_where_the_text_holds_it() -> None:
    learned = Lessons(tool_schema_hash=RUNS.schema_hash, told=("count",))
    narrowed = ground_tool(RUNS, QUERY.format(5), learned).parameters
    assert narrowed["required"] == ["expression", "count"]
    assert narrowed["properties"]["count"]["enum"] == [5]
    assert ground_tool(RUNS, "runs of 0 */6 * * *", learned).parameters["required"] == ["expression"]
    assert ground_tool(RUNS, QUERY.format(5)).parameters["required"] == ["expression"]


def test_observations_tell_nothing_and_a_text_may_hold_the_number() -> None:
    learned = Lessons(tool_schema_hash=RUNS.schema_hash, told=("count",))
    seen = "when does it run next?\n{'cron': '0 */6 * * *', 'owner': 42}"
    assert ground_tool(RUNS, seen, learned).parameters["required"] == ["expression"]
    titled = {"title": {"type": "string", "description": "Words of the title."}, "limit": {"type": "integer"}}
    books = ToolSpec(
        name="books",
        description="",
        parameters={"type": "object", "properties": titled, "required": ["title"]},
    )
    said = [
        (f"{n} books about apollo", ToolCall(name="books", arguments={"title": "apollo", "limit": n}))
        for n in range(2, 9)
    ]
    assert learn_told(books, said) == ()
