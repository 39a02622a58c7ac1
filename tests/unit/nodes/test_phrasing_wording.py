"""Verb, noun and template are read from names and descriptions that nobody wrote for us."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.nodes.phrasing.assigning import assign
from practicum.nodes.phrasing.mentions import fill_parts
from practicum.nodes.phrasing.roles import Role
from practicum.nodes.phrasing.wording import Wording, read
from practicum.records import ToolSpec

STRING = {"type": "string"}
INTEGER = {"type": "integer"}


def tool(name: str, description: str, required: tuple[str, ...] = (), **properties: Any) -> ToolSpec:
    schema = {"type": "object", "properties": properties, "required": list(required or properties)}
    return ToolSpec(name=name, description=description, parameters=schema)


def wording(spec: ToolSpec) -> Wording:
    return read(spec, assign(spec))


def roles(spec: ToolSpec) -> dict[str, Role]:
    return {name: one.role for name, one in assign(spec).items()}


def test_one_unit_and_another_are_the_two_units() -> None:
    spec = tool(
        "convert",
        "Converts a quantity from one unit of measurement to another.",
        value={"type": "number"},
        from_unit={"type": "string", "format": "unit"},
        to_unit={"type": "string", "format": "unit"},
    )
    assert wording(spec).template == "{value}[ from {from_unit}][ to {to_unit}]"
    assert roles(spec) == {"value": Role.QUANTITY, "from_unit": Role.SOURCE, "to_unit": Role.TARGET}


def test_two_cities_are_both_ends_of_the_way() -> None:
    spec = tool("distance", "Compute the distance between two cities.", city_a=STRING, city_b=STRING)
    assert roles(spec) == {"city_a": Role.ORIGIN, "city_b": Role.DESTINATION}
    found = wording(spec)
    assert found.noun == "the distance"
    assert found.template == "the distance between {city_a} and {city_b}"


@pytest.mark.parametrize(
    ("description", "noun"),
    [
        ("Get the weather forecast for a city on a given date.", "the weather forecast"),
        ("This tool can be used to look up the weather forecast.", "the weather forecast"),
        ("Weather forecast for a city", "the weather forecast"),
        ("Retrieves weather forecast (hourly), including wind.", "the weather forecast"),
        ("Use this to fetch the weather forecast. It is free.", "the weather forecast"),
        ("", "the forecast"),
    ],
)
def test_what_is_asked_for_is_found_behind_many_openings(description: str, noun: str) -> None:
    assert wording(tool("get_forecast", description, city=STRING)).noun == noun


@pytest.mark.parametrize(
    ("description", "noun"),
    [
        ("List incidents, open ones unless asked otherwise.", "the incidents"),
        ("Find employees, with their number, name and address.", "the employees"),
        ("Quote the shipping costs for a parcel.", "the shipping costs"),
    ],
)
def test_what_is_asked_for_ends_where_something_else_is_told(description: str, noun: str) -> None:
    assert wording(tool("q", description, city=STRING)).noun == noun


def test_a_name_that_is_a_question_names_nothing() -> None:
    assert wording(tool("who_is_on_call", "Tell who is on call.", team=STRING)).noun == ""


def test_one_or_more_of_something_are_the_things_themselves() -> None:
    services = {"type": "array", "items": STRING}
    spec = tool("restart_services", "Restart one or more services.", services=services)
    assert wording(spec).template == "{services}"


def test_an_action_has_no_noun_to_ask_for() -> None:
    found = wording(tool("create_issue", "Creates a new issue in a repository.", title=STRING))
    assert (found.noun, found.action) == ("", "create a new issue")


def test_an_embedded_question_is_kept_as_a_question() -> None:
    spec = tool(
        "days_between",
        "Tell how many days lie between two dates, leap years included.",
        start={"type": "string", "format": "date"},
        end={"type": "string", "format": "date"},
    )
    assert wording(spec).clause == "how many days lie between {start} and {end}"


def test_a_topic_called_by_another_noun_is_still_a_mention() -> None:
    spec = tool("stock_price", "Returns the closing price of a stock.", symbol=STRING)
    assert wording(spec).template == "the closing price[ of {symbol}]"


def test_an_optional_part_goes_with_its_parameter() -> None:
    template = "the forecast[ for {city}][ on {date}]"
    assert fill_parts(template, frozenset({"city"})) == "the forecast for {city}"
    assert fill_parts("between {a} and {b}", frozenset({"a"})) is None


def test_a_number_and_its_unit_become_one_measure() -> None:
    spec = tool(
        "bmi",
        "Calculate the body mass index.",
        weight={"type": "number"},
        weight_unit={"enum": ["kg", "lb"]},
        height={"type": "number"},
        height_unit={"enum": ["cm", "m"]},
    )
    assert roles(spec) == {"weight": Role.MEASURE, "height": Role.MEASURE}


def test_year_month_and_day_become_one_date() -> None:
    spec = tool("weekday", "Tell which weekday a date falls on.", year=INTEGER, month=INTEGER, day=INTEGER)
    assert list(roles(spec).values()) == [Role.DATE]
    assert wording(spec).clause == "which weekday {year_month_day} falls on"


def test_a_signed_count_moves_a_date_only_where_the_tool_says_so() -> None:
    date = {"type": "string", "format": "date"}
    unit = {"type": "string", "enum": ["days", "weeks", "months"]}
    moving = tool("add_to_date", "Add days or weeks to a date.", date=date, amount=INTEGER, unit=unit)
    staying = tool("forecast", "Weather forecast.", date=date, days=INTEGER)
    assert roles(moving)["amount"] is Role.OFFSET
    assert roles(staying)["days"] is Role.DURATION


def test_a_maximum_without_a_minimum_is_no_end() -> None:
    date = {"type": "string", "format": "date"}
    spec = tool("search", "Search flights.", departure_date=date, max_stops=INTEGER)
    assert roles(spec) == {"departure_date": Role.DATE, "max_stops": Role.OTHER}


def test_a_tool_without_words_still_has_a_noun() -> None:
    assert wording(tool("xq7", "", p=STRING)).noun == "the xq 7"
