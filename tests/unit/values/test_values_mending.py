"""Text as it would be written with care: names that are misspelled, or written in small letters."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.records import ToolSpec
from practicum.values import candidates, get, ground
from practicum.values.mending import NameBook

AIRPORT = {"type": "string", "format": "airport"}
DISTANCE = ToolSpec(
    name="airport_distance",
    description="How far two airports are from each other.",
    parameters={
        "type": "object",
        "properties": {"origin": AIRPORT, "destination": AIRPORT},
        "required": ["origin", "destination"],
    },
)


def offered(text: str) -> list[Any]:
    return list(ground(DISTANCE, text).properties["destination"].get("enum", ()))


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("swizerland", "Switzerland"),
        ("holidays in nz", "holidays in NZ"),
        ("what is the phillipines", "what is the Philippines"),
        ("new zealandd 2026", "New Zealand 2026"),
        ("Please say it again", "Please say it again"),
    ],
)
def test_names_are_spelled_and_capitalised(written: str, mended: str) -> None:
    book = NameBook(["Switzerland", "Philippines", "new zealand", "NZ"])
    assert book.mend(written) == mended


@pytest.mark.parametrize("text", ["iran", "us", "the load is heavy", "a stoned crow"])
def test_english_words_are_not_taken_for_names_they_resemble(text: str) -> None:
    assert NameBook(["iron", "lead", "US", "stone"]).mend(text) == text


def test_a_word_that_is_a_name_too_needs_a_place_where_a_name_would_stand() -> None:
    book = NameBook(["cork", "bergen", "go"])
    assert book.mend("bergen or a cork, go to go") == "Bergen or a cork, go to go"
    assert book.mend("a ferry from cork") == "a ferry from Cork"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("country", "anybody know swedens red days", "SE"),
        ("currency", "how much are 20 ruppees", "INR"),
        ("unit", "how many mililiters is that", "ml"),
        ("element", "the density of alluminium", "Al"),
        ("month", "some day in febuary", 2),
        ("weekday", "every wendesday", "Wednesday"),
        ("language", "is that in portugese?", "pt"),
    ],
)
def test_misspelled_names_of_each_format(kind: str, text: str, value: Any) -> None:
    assert value not in [v for one in get(kind).resolve(text) for v in one.values]
    assert value in [v for one in get(kind).resolve_mended(text) for v in one.values]


def test_a_tool_that_lacks_a_value_reads_the_text_once_more() -> None:
    assert {"ANC", "FAI"} <= {*offered("from anchorage to fairbanks")}
    assert {"GRU", "LAD"} <= {*offered("sao paulo guarulhos to luanda, how long is that")}


def test_a_tool_that_lacks_nothing_reads_the_text_as_it_is() -> None:
    assert offered("from Anchorage to Denver, nice trip") == ["ANC", "DEN"]


def test_what_a_model_copied_from_a_query_is_read_carelessly_too() -> None:
    assert candidates("country", {"type": "string", "format": "country"}, "phillipines") == ("PH",)


def test_a_format_without_names_mends_nothing() -> None:
    assert get("iban").resolve_mended("an acount in germny") == []


def test_long_texts_are_read_to_their_bound() -> None:
    assert get("country").resolve_mended("x " * 2_000 + "swizerland") == []
