"""What counts as said: the value must be there to be found."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.nodes.phrasing.assigning import assign
from practicum.nodes.phrasing.roundtrip import recoverable
from practicum.records import ToolSpec


def said(schema: dict[str, Any], value: Any, query: str, words: str = "", name: str = "thing") -> bool:
    spec = ToolSpec(
        name="add_to_date",
        description="Add days to a date.",
        parameters={
            "type": "object",
            "properties": {name: schema, "date": {"type": "string", "format": "date"}},
        },
    )
    return recoverable(assign(spec)[name], value, query, words)


@pytest.mark.parametrize(
    ("query", "found"),
    [("the 5th of May 2024", True), ("May 5, 2024", True), ("on 2024-05-05", True), ("6 May 2024", False)],
)
def test_a_date_is_found_in_any_spelling(query: str, found: bool) -> None:
    assert said({"type": "string", "format": "date"}, "2024-05-05", query, name="day") is found


def test_free_text_must_stand_there_as_it_is() -> None:
    assert said({"type": "string"}, "zig zag", 'make it "zig zag"')
    assert not said({"type": "string"}, "zig zag", "make it zigzag")


def test_a_member_of_an_enumeration_may_stand_there_as_words() -> None:
    assert said(
        {"type": "string", "enum": ["premium_economy", "economy"]}, "premium_economy", "in Premium Economy"
    )


def test_a_number_is_not_found_inside_another() -> None:
    assert not said({"type": "integer"}, 5, "about 15.5 or 52")
    assert said({"type": "integer"}, 5, "about 5.")


def test_every_element_of_a_list_must_be_said() -> None:
    schema = {"type": "array", "items": {"type": "string"}}
    assert said(schema, ["bug", "urgent"], "labels bug and urgent")
    assert not said(schema, ["bug", "urgent"], "label bug")


def test_a_negative_offset_needs_a_word_for_its_sign() -> None:
    assert said({"type": "integer"}, -3, "3 days before May 5, 2024", name="days")
    assert not said({"type": "integer"}, -3, "3 days after May 5, 2024", name="days")


def test_a_switch_is_said_by_its_own_words() -> None:
    assert said({"type": "boolean"}, False, "list them (not recursive)", "(not recursive)")
    assert not said({"type": "boolean"}, False, "list them", "")
