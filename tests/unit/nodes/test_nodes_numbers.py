from typing import Any

import pytest

from practicum.nodes.grounding import dealt_out, ground_tool
from practicum.nodes.grounding.evidence import FEWEST
from practicum.nodes.grounding.numbers import learn_numbers
from practicum.records import Lessons, ToolCall, ToolSpec

INTEGER = {"type": "integer"}


def tool(required: list[str], **properties: Any) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": required}
    return ToolSpec(name="charge", description="Charges.", parameters=parameters)


MILEAGE = tool(
    ["km_out", "km_back", "days"],
    km_out={**INTEGER, "description": "Odometer at pick-up."},
    km_back={**INTEGER, "description": "Odometer at return."},
    days={**INTEGER, "description": "Days of the rental."},
)
FINE = tool(["days_overdue"], days_overdue=INTEGER, items={**INTEGER, "default": 1})
QUOTE = tool(
    ["pickup"],
    pickup={"type": "string", "format": "date"},
    driver_age={**INTEGER, "default": 30, "description": "Age of the driver in years."},
)


def dealt(spec: ToolSpec, query: str, lessons: Lessons | None = None) -> dict[str, Any]:
    """What each argument that takes a number may choose from."""
    narrowed = ground_tool(spec, query, lessons)
    return {name: schema["enum"] for name, schema in narrowed.properties.items() if "enum" in schema}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("3 days, 38,120 km at handover, 39,004 km on return", (38120, 39004, 3)),
        ("rented for 5 days, 60233 going out and 62410 when it came back", (60233, 62410, 5)),
        ("km back: 150, km out: 8, for 190 days", (8, 150, 190)),
    ],
)
def test_each_number_goes_to_the_argument_whose_words_stand_beside_it(
    query: str, expected: tuple[int, int, int]
) -> None:
    assert dealt(MILEAGE, query) == dict(
        zip(("km_out", "km_back", "days"), ([one] for one in expected), strict=True)
    )


def test_a_number_that_is_left_is_the_only_optional_arguments() -> None:
    narrowed = ground_tool(FINE, "Four DVDs came back 6 days late, what do they owe?")
    assert {name: schema["enum"] for name, schema in narrowed.properties.items()} == {
        "days_overdue": [6],
        "items": [4],
    }
    assert narrowed.required == {"days_overdue", "items"}


def test_an_optional_argument_that_is_named_is_given_and_no_other() -> None:
    named = ground_tool(QUOTE, "22 year old driver, picking up 2025-09-01")
    assert named.properties["driver_age"]["enum"] == [22]
    assert "driver_age" in named.required
    unnamed = ground_tool(QUOTE, "picking up 2025-09-01, I called you 3 times")
    assert "driver_age" not in unnamed.required


def test_units_tell_what_a_number_counts_and_are_converted() -> None:
    slots = tool(["room"], room={"type": "string"}, minutes={**INTEGER, "default": 20})
    narrowed = ground_tool(slots, "is room Oslo free for a one-hour meeting")
    assert narrowed.properties["minutes"]["enum"] == [60]
    assert "minutes" in narrowed.required
    rota = tool(["days"], days=INTEGER)
    assert dealt(rota, "the rota for two weeks") == {"days": [14]}
    assert dealt(tool(["working_days"], working_days=INTEGER), "two weeks from now") == {"working_days": [2]}


def test_the_a_of_a_year_is_a_number_only_where_there_is_no_other() -> None:
    tariff = tool(["annual_kwh"], annual_kwh=INTEGER)
    assert dealt(tariff, "We use 3,400 kWh a year")["annual_kwh"] == [3400]
    assert dealt(tool(["years"], years=INTEGER), "what was it a year ago") == {"years": [1]}


def test_where_nothing_tells_the_numbers_apart_every_way_is_open_and_none_is_taken_twice() -> None:
    pair = tool(["first", "second"], first=INTEGER, second=INTEGER)
    query = "7 9"
    narrowed = ground_tool(pair, query)
    assert [narrowed.properties[name]["enum"] for name in ("first", "second")] == [[7, 9], [7, 9]]
    ways = [
        (way.properties["first"]["enum"], way.properties["second"]["enum"])
        for way in dealt_out(pair, narrowed, query, {})
    ]
    assert ways == [([7], [9]), ([9], [7])]


def test_of_many_those_that_nothing_tells_apart_stand_in_the_order_of_the_arguments() -> None:
    size = dict.fromkeys(("length_cm", "width_cm", "height_cm"), INTEGER)
    box = tool([*size, "gross_kg"], **size, gross_kg={"type": "number"})
    assert dealt(box, "a box of 60 x 40 x 45 cm, 14.2 kg") == {
        "length_cm": [60],
        "width_cm": [40],
        "height_cm": [45],
        "gross_kg": [14.2],
    }


def test_one_number_of_many_is_left_to_the_model() -> None:
    amount = tool(["amount"], amount=INTEGER)
    assert dealt(amount, "45 of these 10 in 2026 7")["amount"] == [45, 10, 2026, 7]


def test_a_room_may_be_5_by_5() -> None:
    room = tool(["width", "length"], width=INTEGER, length=INTEGER)
    assert dealt(room, "a room of 5 by 5") == {"width": [5], "length": [5]}


def test_what_practice_showed_counts_where_names_say_nothing() -> None:
    span = tool(["a", "b"], a=INTEGER, b=INTEGER)
    said = [
        (f"up to {high} starting at {low}", ToolCall(name="charge", arguments={"a": low, "b": high}))
        for low, high in ((2, 11), (3, 12), (4, 13), (5, 14))
    ]
    cues = learn_numbers(span, said)
    learned = Lessons(tool_schema_hash=span.schema_hash, numbers=cues)
    assert dealt(span, "up to 90 starting at 80", learned) == {"a": [80], "b": [90]}
    assert learn_numbers(span, said[: FEWEST - 1]) == {}


def test_of_a_conversation_with_results_nothing_is_concluded() -> None:
    query = "3 days, 10 km out, 20 km back\n{'seen': 7}"
    assert dealt(MILEAGE, query)["days"] == [3, 10, 20, 7]


def test_many_numbers_are_left_to_the_model() -> None:
    query = " ".join(str(number) for number in range(10, 40))
    assert len(dealt(MILEAGE, query)["days"]) > 5


@pytest.mark.parametrize("query", ["2 hours and 30 minutes", "2h 30 min", "30 minutes and 2 hours"])
def test_a_number_in_the_unit_of_one_argument_is_not_converted_for_another(query: str) -> None:
    both = tool(["hours", "minutes"], hours={"type": "number"}, minutes={"type": "number"})
    assert dealt(both, query) == {"hours": [2], "minutes": [30]}


def test_what_ends_and_begins_is_said_in_other_words() -> None:
    brew = tool(
        ["original_gravity", "final_gravity"],
        original_gravity={"type": "number"},
        final_gravity={"type": "number"},
    )
    narrowed = ground_tool(brew, "It finished at 1.011, started at 1.058.")
    offered = {name: schema["enum"] for name, schema in narrowed.properties.items()}
    assert offered == {"original_gravity": [1.058], "final_gravity": [1.011]}


def test_a_number_that_counts_the_things_of_a_list_is_nothing_else() -> None:
    things = {"type": "array", "items": {"type": "string", "enum": ["sofa", "mattress"]}}
    fee = tool(["things"], things=things, floor={**INTEGER, "default": 0})
    assert "floor" not in ground_tool(fee, "What do you charge for two mattresses?").properties
    assert ground_tool(fee, "two sofas from the 4th floor").properties["floor"]["enum"] == [4]


def test_the_number_of_a_code_counts_nothing() -> None:
    stay = tool(
        ["site_id", "nights"],
        site_id={"type": "string", "description": "For example CL-03."},
        nights=INTEGER,
        adults={**INTEGER, "default": 2},
        children={**INTEGER, "default": 0},
    )
    narrowed = ground_tool(stay, "21 nights on CL-01, 1 child, for 5 adults").properties
    assert {name: narrowed[name]["enum"] for name in ("nights", "adults")} == {"nights": [21], "adults": [5]}
    seven = ground_tool(stay, "CL-05 for 5 adults with nights seven").properties
    assert {name: schema["enum"] for name, schema in seven.items()} == {
        "site_id": ["CL-05"],
        "nights": [7],
        "adults": [5],
    }
