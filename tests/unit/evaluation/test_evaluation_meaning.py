"""Two values of a parameter: by format, by themselves, or as free text."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.evaluation import Matcher
from practicum.evaluation.matching.matcher import Match
from practicum.evaluation.matching.meaning import Meanings
from practicum.evaluation.matching.texts import Likeness
from practicum.records import Item, JsonObject, ToolCall, ToolSpec

TEXT: JsonObject = {"type": "string"}
MOMENT: JsonObject = {"type": "string", "format": "date-time"}
SEARCH = ToolSpec(
    name="search",
    description="Searches the web.",
    parameters={
        "type": "object",
        "properties": {
            "words": TEXT,
            "also": {"type": "array", "items": TEXT},
            "kind": {"type": "string", "enum": ["news", "all news"]},
            "limit": {"type": "integer"},
            "where": {"type": "object", "properties": {"note": TEXT}},
        },
        "required": ["words"],
    },
)


@pytest.mark.parametrize(
    ("name", "schema", "one", "other"),
    [
        ("date", TEXT, "2024-03-05", "5 March 2024"),
        ("when", TEXT, "2024-03-05", "March 5, 2024"),
        ("at", TEXT, "15:00", "3pm"),
        ("departure", TEXT, "2024-03-05T15:00", "2024-03-05 15:00:00"),
        ("departure", TEXT, "2024-03-05T10:00:00+02:00", "2024-03-05T08:00:00Z"),
        ("departure", MOMENT, "2024-03-05T23:00:00-05:00", "2024-03-06T04:00:00Z"),
        ("departure", MOMENT, "5 March 2024 at 9am", "2024-03-05T09:00"),
        ("day", {"type": "string", "format": "date"}, "2024-03-05", "2024-03-05T00:00:00"),
        ("day", {"type": "string", "format": "date"}, "2024-03-05", "2024-03-05T00:00:00+02:00"),
        ("closes", {"type": "string", "format": "time"}, "12:00", "12:00:00"),
        ("from_unit", TEXT, "KM", "km"),
        ("load", TEXT, "70 Kg", "70 kg"),
        ("load", TEXT, "150 LB", "150 lbs"),
        ("memory", TEXT, "16 mb", "16 MB"),
        ("size", TEXT, "500 kb", "500 KB"),
        ("size", TEXT, "500 kb", "500 kB"),
        ("dose", TEXT, "5 ml", "5 ML"),
        ("dose", {"type": "string", "format": "quantity"}, "5 ml", "5 ML"),
        ("power", TEXT, "5 mw", "5 mW"),
        ("value", {"type": "number"}, 1000, "1,000"),
        ("id", TEXT, "3", 3),
        ("from_unit", TEXT, "kg", "kilograms"),
        ("load", TEXT, "70 kg", "70 kilograms"),
        ("country", TEXT, "DE", "Germany"),
        ("currency", TEXT, "PLN", "zloty"),
        ("language", TEXT, "de", "German"),
        ("flag", {"type": "boolean"}, True, "true"),
        ("kind", {"enum": ["DLC", "game"]}, "DLC", "dlc"),
    ],
)
def test_spellings_of_one_value_are_the_same(name: str, schema: JsonObject, one: Any, other: Any) -> None:
    assert Meanings().likeness(name, schema, one, other) is Likeness.SAME
    assert Meanings().likeness(name, schema, other, one) is Likeness.SAME


@pytest.mark.parametrize(
    ("name", "schema", "one", "other"),
    [
        ("id", TEXT, "007", "7"),
        ("id", TEXT, "007", 7),
        ("flag", {"type": "boolean"}, True, 1),
        ("temperature", TEXT, "-5", "5"),
        ("quantity", {"type": "string", "format": "quantity"}, "-5 kg", "5 kg"),
        ("title", TEXT, "C", "C++"),
        ("kind", {"enum": ["news", "all news"]}, "news", "all news"),
        ("sku", {"type": "string", "pattern": "^[a-z ]+$"}, "blue shoe", "blue shoe large"),
        ("key", {"type": "string", "format": "api-key"}, "my key", "your key"),
        ("when", TEXT, "2024-03-05", "6 March 2024"),
    ],
)
def test_other_values_are_different_and_no_reader_need_be_asked(
    name: str, schema: JsonObject, one: Any, other: Any
) -> None:
    assert Meanings().likeness(name, schema, one, other) is Likeness.DIFFERENT


def match(expected: JsonObject, made: JsonObject) -> Match:
    item = Item(id="i", query="q", expected=(ToolCall(name="search", arguments=expected),))
    return Matcher([SEARCH]).match(item, [ToolCall(name="search", arguments=made)])


@pytest.mark.parametrize("schema", [TEXT, MOMENT])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2024-03-05T09:00:00", "2024-03-05T22:45:00"),
        ("2024-03-05T09:00:00", "2024-03-05T09:00:30"),
        ("2024-03-05 09:00", "2024-03-05 17:30"),
        ("2024-03-05T10:00:00+02:00", "2024-03-05T10:00:00Z"),
        ("2024-03-05T10:00:00+02:00", "2024-03-05T10:00:00-02:00"),
        ("2024-03-05T10:00:00", "2024-03-05T10:00:00+02:00"),
        ("2024-03-05T09:00:00", "2024-03-05"),
        ("2024-03-05T00:00:00", "2024-03-05"),
        ("5 March 2024 at 9am", "2024-03-05T21:00"),
    ],
)
def test_another_moment_of_one_day_is_another_value(schema: JsonObject, one: str, other: str) -> None:
    assert Meanings().likeness("start", schema, one, other) is Likeness.DIFFERENT
    assert Meanings().likeness("start", schema, other, one) is Likeness.DIFFERENT


@pytest.mark.parametrize(
    ("name", "schema", "one", "other"),
    [
        ("day", {"type": "string", "format": "date"}, "2024-03-05T09:00", "2024-03-05T22:45"),
        ("day", {"type": "string", "format": "date"}, "2024-03-05T09:00", "2024-03-05"),
        ("day", {"type": "string", "format": "date"}, "2024-03-06", "2024-03-05T20:00:00-04:00"),
        ("closes", {"type": "string", "format": "time"}, "12:00:00", "12:00:59"),
        ("closes", TEXT, "12:00:00 PM", "12:00:59 PM"),
        ("from_unit", TEXT, "mW", "MW"),
        ("amount", TEXT, "5 mW", "5 MW"),
        ("amount", {"type": "string", "format": "quantity"}, "5 mPa", "5 MPa"),
        ("load", TEXT, "8 Gb", "8 GB"),
        ("load", TEXT, "8 Mb", "8 MB"),
        ("dose", TEXT, "5 mg", "5 Mg"),
        ("pressure", TEXT, "5 mPa", "5 MPa"),
        ("size", TEXT, "5 b", "5 B"),
        ("memory", TEXT, "16 mb", "17 MB"),
        ("limit", TEXT, "10 kN", "10 kn"),
        ("limit", {"type": "string", "format": "quantity"}, "10 kN", "10 kn"),
        ("rate", TEXT, "100 mbps", "100 MBps"),
        ("voltage", TEXT, "5 mv", "5 MV"),
        ("dose", TEXT, "5 msv", "5 MSv"),
    ],
)
def test_seconds_and_the_case_of_units_tell_values_apart(
    name: str, schema: JsonObject, one: str, other: str
) -> None:
    assert Meanings().likeness(name, schema, one, other) is Likeness.DIFFERENT


def test_free_text_in_nearly_the_same_words_is_lenient() -> None:
    found = match({"words": "museums in Rome that offer tours"}, {"words": "museums offering tours in Rome"})
    assert (found.strict, found.lenient, found.unsure) == (False, True, False)
    assert found.why.endswith("(same meaning)")


def test_free_text_that_may_say_the_same_is_unsure_and_wrong_until_a_reader_says_otherwise() -> None:
    found = match({"words": "seafood in Boston"}, {"words": "good seafood in Boston"})
    assert (found.lenient, found.unsure, found.wrong) == (False, True, ("search.words",))
    assert found.why == "words: 'good seafood in Boston' instead of 'seafood in Boston' (perhaps the same)"


@pytest.mark.parametrize(
    "also",
    [{"limit": 5}, {"kind": "news"}, {"also": ["x"]}, {"colour": "red"}, {"where": {"note": "x"}}],
)
def test_a_difference_elsewhere_leaves_nothing_to_ask(also: JsonObject) -> None:
    found = match({"words": "seafood in Boston"}, {"words": "good seafood in Boston", **also})
    assert not found.unsure
    assert not found.lenient


def test_free_text_in_lists_and_objects_is_looked_at_too() -> None:
    expected = {"words": "x y", "also": ["tea in Cork"], "where": {"note": "near a lake"}}
    made = {"words": "x y", "also": ["green tea in Cork"], "where": {"note": "near a big lake"}}
    assert match(expected, made).unsure
    assert not match(expected, {**made, "also": ["green tea in Cork", "more"]}).unsure


@pytest.mark.parametrize("empty", [{"also": []}, {"kind": ""}, {"where": {}}, {"where": {"note": ""}}])
def test_what_is_empty_counts_as_left_out_leniently(empty: JsonObject) -> None:
    for found in (
        match({"words": "x"}, {"words": "x", **empty}),
        match({"words": "x", **empty}, {"words": "x"}),
    ):
        assert found.lenient
        assert not found.strict


def test_an_empty_argument_that_is_unknown_or_required_is_not_left_out() -> None:
    assert not match({"words": "x"}, {"words": "x", "colour": ""}).lenient
    assert not match({"words": ""}, {}).lenient


@pytest.mark.parametrize("hostile", ["9**9**9**9**9", "m**9**9**9**9", "(9)**(9)**(9)**(9)", "m^99999999999"])
def test_a_unit_that_is_a_sum_nobody_could_finish_is_no_unit(hostile: str) -> None:
    assert Meanings().likeness("unit", {**TEXT, "format": "unit"}, "kg", hostile) is Likeness.DIFFERENT


@pytest.mark.parametrize("hostile", ["1" * 60_000 + "\n", "1,." * 20_000 + "\n", "1" + " " * 60_000 + "\n"])
def test_a_long_text_of_digits_is_compared_in_no_time(hostile: str) -> None:
    assert Meanings().likeness("load", TEXT, "70 kg", hostile) is Likeness.DIFFERENT
