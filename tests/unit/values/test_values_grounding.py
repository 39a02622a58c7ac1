from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicum import values
from practicum.records import ToolSpec

UNIT = {"type": "string", "format": "unit"}
ZONE = {"type": "string", "description": "IANA time zone"}
CODE = {"type": "string", "pattern": "^[A-Z]{3}$"}


def tool(**properties: Any) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return ToolSpec(name="tool", description="", parameters=parameters)


CONVERT_UNITS = tool(value={"type": "number"}, from_unit=UNIT, to_unit=UNIT)
CONVERT_TIME = tool(time={"type": "string", "pattern": r"^\d\d:\d\d$"}, from_zone=ZONE, to_zone=ZONE)
CONVERT_MONEY = tool(amount={"type": "number", "minimum": 0}, from_currency=CODE, to_currency=CODE)
ADD_TO_DATE = tool(
    date={"type": "string", "format": "date"},
    amount={"type": "integer"},
    unit={"type": "string", "enum": ["days", "weeks", "months"]},
)


def offered(spec: ToolSpec, text: str) -> dict[str, Any]:
    return {name: schema.get("enum") for name, schema in values.ground(spec, text).properties.items()}


def test_a_conversion_is_offered_its_number_and_its_units() -> None:
    assert offered(CONVERT_UNITS, "How many pounds are 70 kg?") == {
        "value": [70],
        "from_unit": ["lb", "kg"],
        "to_unit": ["lb", "kg"],
    }


def test_cities_become_time_zones_in_order_of_mention() -> None:
    assert offered(CONVERT_TIME, "what's 3pm Tokyo time in NYC") == {
        "time": ["15:00"],
        "from_zone": ["Asia/Tokyo", "America/New_York"],
        "to_zone": ["Asia/Tokyo", "America/New_York"],
    }


def test_slang_becomes_currency_codes() -> None:
    assert offered(CONVERT_MONEY, "45 quid in yen") == {
        "amount": [45],
        "from_currency": ["GBP", "JPY"],
        "to_currency": ["GBP", "JPY"],
    }


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("three weeks before 5 March 2024", [-3, 3], ["weeks"]),
        ("10 days after 5 March 2024", [10, -10], ["days"]),
        ("a month earlier than March 5, 2024", [-1, 1], ["months"]),
    ],
)
def test_signed_integers_are_offered_both_signs_and_dates_keep_their_digits(
    text: str, amount: list[int], unit: list[str]
) -> None:
    assert offered(ADD_TO_DATE, text) == {"date": ["2024-03-05"], "amount": amount, "unit": unit}


def test_the_digits_of_a_date_are_never_an_amount() -> None:
    assert offered(ADD_TO_DATE, "the month after 2024-03-05")["amount"] is None


def test_an_enumeration_that_the_text_does_not_mention_stays_whole() -> None:
    assert offered(ADD_TO_DATE, "the time after 2024-03-05")["unit"] == ["days", "weeks", "months"]


def test_what_the_text_does_not_offer_stays_as_it_was() -> None:
    grounded = values.ground(CONVERT_UNITS, "hello there")
    assert grounded == CONVERT_UNITS


def test_year_month_and_day_come_from_one_date() -> None:
    spec = tool(
        year={"type": "integer"},
        month={"type": "integer", "maximum": 12},
        day={"type": "integer", "maximum": 31},
    )
    assert offered(spec, "What weekday was 20 July 1969?") == {"year": [1969], "month": [7], "day": [20]}


def test_members_are_kept_by_synonym_and_by_word() -> None:
    spec = tool(
        unit={"type": "string", "enum": ["C", "F", "K"]},
        property={"type": "string", "enum": ["boiling_point", "melting_point"]},
    )
    found = offered(spec, "boiling point in degrees Fahrenheit")
    assert found == {"unit": ["F"], "property": ["boiling_point"]}


def test_a_list_of_numbers_is_offered_whole_when_no_other_parameter_wants_numbers() -> None:
    numbers = {"type": "array", "items": {"type": "number"}}
    assert offered(tool(numbers=numbers), "mean of 3, 5, 5 and 10") == {"numbers": [[3, 5, 5, 10]]}
    shared = values.ground(
        tool(numbers=numbers, digits={"type": "integer", "minimum": 0}), "3, 5 to 2 digits"
    )
    assert shared.properties["numbers"]["items"]["enum"] == [3, 5, 2]


def test_a_number_beside_codes_from_memory_is_no_member_of_their_list() -> None:
    codes = {"type": "array", "items": {"type": "string"}, "description": "Accessions, e.g. SB-000417"}
    listing = tool(accessions=codes)
    for text in ("cost of sb 001350 for customer 4711", "sb 001350 via 123"):
        assert offered(listing, text) == {"accessions": [["SB-001350"]]}
    both = "cost of sb 001350 and sb-3874"
    assert offered(listing, both) == {"accessions": [["SB-001350", "SB-3874"]]}


def test_null_stays_where_it_may_have_to_be_given() -> None:
    zone = {"anyOf": [ZONE, {"type": "null"}]}
    assert offered(tool(zone=zone), "in Madrid") == {"zone": ["Europe/Madrid", None]}
    optional = ToolSpec(name="t", description="", parameters={"type": "object", "properties": {"zone": zone}})
    assert offered(optional, "in Madrid") == {"zone": ["Europe/Madrid"]}


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("17:00 on 3 June 2026, what time is that?", None),
        ("2pm on 3 June 2026, and 5 days more", [5, -5]),
        ("the book of 3 June 2026 is wanted back in 4 weeks", [4, -4]),
        ("two months ahead of 3 June 2026", [-2, 2]),
        ("move 3 June 2026 back by 3 days", [-3, 3]),
    ],
)
def test_digits_of_a_time_are_no_amount_and_words_say_its_sign(text: str, amounts: list[int] | None) -> None:
    assert offered(ADD_TO_DATE, text)["amount"] == amounts


def test_a_bare_whole_number_has_no_sign_but_beside_a_moment() -> None:
    age = tool(age={"type": "integer"})
    assert offered(age, "a driver of 22 who comes back earlier")["age"] == [22]
    booked = tool(day={"type": "string", "format": "date"}, age={"type": "integer"})
    assert offered(booked, "driver of 22, out on 2026-06-03 and back the next week")["age"] == [22, -22]
    told = tool(amount={"type": "integer", "description": "How many; negative goes back"})
    assert offered(told, "15 earlier")["amount"] == [-15, 15]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the number 17 may be prime", [17]),
        ("a ratio of 16:10", [16]),
        ("a quarter of a million", [1_000_000]),
        ("one third-party app", [1, 3]),
    ],
)
def test_numbers_that_may_be_a_time_count_where_nothing_else_does(text: str, numbers: list[int]) -> None:
    assert offered(tool(number={"type": "number"}), text) == {"number": numbers}


def test_references_are_followed() -> None:
    spec = ToolSpec(
        name="t",
        description="",
        parameters={
            "type": "object",
            "$defs": {"Zone": ZONE},
            "properties": {"zone": {"$ref": "#/$defs/Zone"}},
        },
    )
    assert offered(spec, "in Madrid") == {"zone": ["Europe/Madrid"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Send "see you at 8" to Bob', ["see you at 8"]),
        ("Add a note: buy milk", ["buy milk"]),
        ("play something by Nina Simone", ["Nina Simone"]),
        ("play something nice", None),
    ],
)
def test_free_text_is_what_is_quoted_follows_a_colon_or_has_capitals(
    text: str, expected: list[str] | None
) -> None:
    assert offered(tool(message={"type": "string"}), text) == {"message": expected}


def test_patterns_of_no_known_format_pick_words() -> None:
    spec = tool(part={"type": "string", "pattern": r"^[A-Z]{2}\d{4}$"})
    assert offered(spec, "do you have QX1234, or qx9?") == {"part": ["QX1234"]}


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_can_be_grounded_and_nothing_but_the_properties_changes(text: str) -> None:
    for spec in (CONVERT_UNITS, CONVERT_TIME, CONVERT_MONEY, ADD_TO_DATE):
        grounded = values.ground(spec, text)
        assert (grounded.name, grounded.required) == (spec.name, spec.required)
        assert grounded.properties.keys() == spec.properties.keys()


@pytest.mark.parametrize(
    ("schema", "numbers"),
    [
        ({"type": "integer", "maximum": 100}, None),
        ({"type": "integer", "maximum": 0}, [-500]),
        ({"type": "integer", "minimum": -1000, "maximum": 100}, [-500]),
    ],
)
def test_a_number_over_the_bound_is_meant_below_zero_only_where_that_may_be(
    schema: dict[str, Any], numbers: list[int] | None
) -> None:
    assert offered(tool(limit=schema), "give me 500") == {"limit": numbers}
