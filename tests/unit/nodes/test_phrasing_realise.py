"""Any call of any tool becomes a query that says every argument."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practicum.nodes.phrasing import Phrase, phrase, phrasings
from practicum.records import ToolCall, ToolSpec

STRING: dict[str, Any] = {"type": "string"}
INTEGER: dict[str, Any] = {"type": "integer"}
NUMBER: dict[str, Any] = {"type": "number"}
ENTITY = {"type": "object", "properties": {"name": STRING, "kind": STRING}}
CURRENCY: dict[str, Any] = {"type": "string", "format": "currency"}
BOOLEAN: dict[str, Any] = {"type": "boolean"}
DATE = {"type": "string", "format": "date"}


def tool(name: str, description: str, **properties: Any) -> ToolSpec:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return ToolSpec(name=name, description=description, parameters=schema)


def say(spec: ToolSpec, arguments: dict[str, Any], *, n: int = 12, seed: int = 1) -> list[Phrase]:
    return phrasings(spec, ToolCall(name=spec.name, arguments=arguments), random.Random(seed), n)


def many(spec: ToolSpec, count: int = 12, **arguments: Any) -> list[Phrase]:
    return say(spec, arguments, n=count)


CONVERT = tool(
    "convert_units",
    "Convert a quantity from one unit to another.",
    value=NUMBER,
    from_unit={"type": "string", "format": "unit"},
    to_unit={"type": "string", "format": "unit"},
)
MADE_UP: list[tuple[ToolSpec, dict[str, Any]]] = [
    (CONVERT, {"value": 70, "from_unit": "kg", "to_unit": "lb"}),
    (
        tool(
            "get_weather_forecast",
            "Get the weather forecast for a city on a given date.",
            city=STRING,
            date=DATE,
        ),
        {"city": "Paris", "date": "2024-05-03"},
    ),
    (
        tool(
            "book_table",
            "Book a table at a restaurant.",
            restaurant=STRING,
            party_size=INTEGER,
            date=DATE,
            outdoor_seating=BOOLEAN,
        ),
        {"restaurant": "Chez Panisse", "party_size": 4, "date": "2024-06-01", "outdoor_seating": True},
    ),
    (
        tool("searchFlights", "", origin=STRING, destination=STRING, departureDate=DATE, maxStops=INTEGER),
        {"origin": "Lisbon", "destination": "Oslo", "departureDate": "2024-08-12", "maxStops": 1},
    ),
    (
        tool("create_issue", "Creates a new issue.", title=STRING, labels={"type": "array", "items": STRING}),
        {"title": "Login page crashes", "labels": ["bug", "urgent"]},
    ),
    (
        tool(
            "set_thermostat",
            "Set the thermostat to a temperature.",
            temperature_celsius=NUMBER,
            mode={"type": "string", "enum": ["heat", "cool"]},
        ),
        {"temperature_celsius": 21.5, "mode": "heat"},
    ),
    (
        tool("list_files", "List the files in a directory.", path=STRING, recursive=BOOLEAN),
        {"path": "/home/ana/docs", "recursive": False},
    ),
    (
        tool("get_stock_price", "Returns the closing price of a stock on a day.", symbol=STRING, day=DATE),
        {"symbol": "AAPL", "day": "2024-02-02"},
    ),
    (
        tool("currencyRate", "", base=CURRENCY, quote=CURRENCY),
        {"base": "EUR", "quote": "CHF"},
    ),
    (tool("get_current_time", "Get the current time."), {}),
    (tool("random_joke", "Tells a random joke."), {}),
    (tool("xq7", "", p=STRING, q=INTEGER), {"p": "zig zag", "q": 7}),
    (
        tool(
            "create_entities",
            "Create entities in the knowledge graph",
            entities={
                "type": "array",
                "items": {"type": "object", "properties": {"name": STRING, "kind": STRING}},
            },
        ),
        {"entities": [{"name": "Berlin", "kind": "town"}]},
    ),
    (tool("is_prime", "Check whether a number is prime.", n=INTEGER), {"n": 97}),
]


@pytest.mark.parametrize(("spec", "arguments"), MADE_UP, ids=[spec.name for spec, _ in MADE_UP])
def test_tools_that_nobody_knew_are_phrased_in_several_ways(
    spec: ToolSpec, arguments: dict[str, Any]
) -> None:
    found = say(spec, arguments)
    assert len(found) >= 8
    assert len({one.query for one in found}) == len(found)
    for one in found:
        assert set(one.said) == set(arguments)
        assert all(words in one.query for words in one.said.values())
        assert not re.search(r"[{}\[\]]|\s\s|[\ue000-\uf8ff]", one.query)


@pytest.mark.parametrize(("spec", "arguments"), MADE_UP, ids=[spec.name for spec, _ in MADE_UP])
def test_the_same_seed_gives_the_same_queries(spec: ToolSpec, arguments: dict[str, Any]) -> None:
    assert say(spec, arguments, seed=3) == say(spec, arguments, seed=3)


def test_free_text_with_spaces_stands_in_quotation_marks() -> None:
    spec = tool("send_message", "Send a message to a user.", recipient=STRING, body=STRING)
    found = many(spec, recipient="Tom", body="see you at 8")
    assert found
    for one in found:
        assert re.search(r"[\"'“]see you at 8[\"'”]", one.query)


def test_one_of_a_unit_is_in_the_singular_and_more_in_the_plural() -> None:
    single = many(CONVERT, 60, value=1, from_unit="mile", to_unit="kilometer")
    several = many(CONVERT, 60, value=5, from_unit="mile", to_unit="kilometer")
    assert not [one.query for one in single if re.search(r"\b(?:1|one) miles", one.query)]
    assert not [one.query for one in several if re.search(r"\b(?:5|five) mile\b", one.query)]
    assert any("5 miles" in one.query for one in several)


@pytest.mark.parametrize(("amount", "forward"), [(3, True), (-3, False)])
def test_the_sign_of_an_offset_is_said_in_words(amount: int, forward: bool) -> None:
    unit = {"type": "string", "enum": ["days", "weeks"]}
    spec = tool("add_to_date", "Add days or weeks to a date.", date=DATE, amount=INTEGER, unit=unit)
    found = many(spec, 40, date="2024-03-05", amount=amount, unit="weeks")
    backward = re.compile(r"before|back|minus|subtract|earlier|-3", re.IGNORECASE)
    backwards = [one for one in found if backward.search(one.query)]
    assert len(backwards) == (0 if forward else len(found))
    if not forward:
        worded = [one for one in found if "-3" not in one.query and "minus three" not in one.query]
        assert worded
        assert all(
            re.search(r"before|back|minus|subtract|earlier", one.said["amount"], re.I) for one in worded
        )


def test_the_first_of_its_kind_is_said_as_an_ordinal() -> None:
    days = ["Monday", "Thursday"]
    spec = tool(
        "nth_weekday",
        "Find the date of a weekday in a month.",
        year=INTEGER,
        month=INTEGER,
        weekday={"type": "string", "enum": days},
        n=INTEGER,
    )
    found = say(spec, {"year": 2026, "month": 11, "weekday": "Thursday", "n": -1}, n=20)
    assert found
    assert all(re.search(r"\b(last|final)\b", one.query) for one in found)


def test_an_argument_equal_to_its_default_may_stay_unsaid() -> None:
    units = {"type": "string", "enum": ["metric", "imperial"], "default": "metric"}
    spec = tool("forecast", "Weather forecast for a city.", city=STRING, units=units)
    by_default = many(spec, 30, city="Paris", units="metric")
    otherwise = many(spec, 30, city="Paris", units="imperial")
    assert any("units" not in one.said for one in by_default)
    assert any("units" in one.said for one in by_default)
    assert {one.said["units"] for one in otherwise} == {"imperial"}


def test_null_is_not_said() -> None:
    spec = tool("forecast", "Weather forecast for a city.", city=STRING, note=STRING)
    assert {tuple(one.said) for one in many(spec, city="Paris", note=None)} == {("city",)}


def test_what_nobody_says_is_left_out() -> None:
    labels = {"type": "array", "items": STRING}
    spec = tool("forecast", "Weather forecast for a city.", city=STRING, labels=labels, note=STRING)
    assert {tuple(one.said) for one in many(spec, city="Paris", labels=[], note="")} == {("city",)}


def test_a_referenced_enumeration_is_known() -> None:
    properties = {"city": STRING, "units": {"$ref": "#/$defs/Units"}}
    parameters = {
        "type": "object",
        "properties": properties,
        "$defs": {"Units": {"type": "string", "enum": ["old_imperial", "metric"]}},
    }
    spec = ToolSpec(name="forecast", description="Weather forecast for a city.", parameters=parameters)
    found = many(spec, city="Paris", units="old_imperial")
    assert {one.said["units"] for one in found} == {"old imperial"}


def test_members_of_an_enumeration_are_said_as_words() -> None:
    rooms = {"type": "string", "enum": ["living_room", "bed_room"]}
    spec = tool("dim_lights", "Dim the lights in a room.", room=rooms)
    found = many(spec, room="living_room")
    assert found
    assert all("living room" in one.query for one in found)


def test_dates_are_spelled_in_several_ways() -> None:
    spec = tool("moon_phase", "Tell the phase of the moon on a date.", date=DATE)
    assert len({one.said["date"] for one in many(spec, 40, date="2024-03-25")}) >= 5


def test_an_unknown_argument_is_passed_over() -> None:
    spec = tool("moon_phase", "Tell the phase of the moon on a date.", date=DATE)
    call = ToolCall(name="moon_phase", arguments={"date": "2024-03-25", "planet": "earth"})
    found = phrase(spec, call, random.Random(1))
    assert found is not None
    assert "planet" not in found.said


_TEXTS = st.text(st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=0x17F), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    name=st.from_regex(r"[a-z]{2,8}(_[a-z]{2,8}){0,2}", fullmatch=True),
    description=st.text(max_size=80),
    first=_TEXTS,
    number=st.integers(-10_000, 10_000),
    flag=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_a_call_of_any_tool_can_be_phrased(
    name: str, description: str, first: str, number: int, flag: bool, seed: int
) -> None:
    spec = tool(name, description, alpha=STRING, bravo=INTEGER, charlie=BOOLEAN)
    call = ToolCall(name=name, arguments={"alpha": first, "bravo": number, "charlie": flag})
    found = phrase(spec, call, random.Random(seed))
    assert found is not None
    assert first in found.query
    assert set(found.said) == {"alpha", "bravo", "charlie"}


def test_a_bound_of_one_thing_is_its_bound_and_things_are_counted() -> None:
    spec = tool("find_flights", "Find flights.", max_price=NUMBER, max_results=INTEGER)
    said = {one.query for one in many(spec, 30, max_price=90, max_results=5)}
    assert any("a price of at most" in query for query in said)
    assert any(re.search(r"at most (?:5|five) results", query) for query in said)
    assert not any("prices" in query for query in said)


def test_a_number_of_something_is_said_with_it() -> None:
    spec = tool("on_call", "Tell who is on call in a week.", week=INTEGER)
    found = [one.query for one in many(spec, 12, week=12)]
    assert sum("week" in query for query in found) > len(found) / 2
