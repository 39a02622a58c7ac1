"""Values that a description gives as examples."""

from __future__ import annotations

from typing import Any

import pytest

from practicum import values


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ("Order number, such as ORD-10423.", ("ORD-10423",)),
        ("Version to deploy, e.g. 2.14.0.", ("2.14.0",)),
        ("Name of the server (e.g., web-1, web-2 or db_3), not its address", ("web-1", "web-2", "db_3")),
        ("A city, for example New York or Paris", ("New York", "Paris")),
        ("The colour, such as 'dark red' or \"blue\"", ("dark red", "blue")),
        ("Month as YYYY-MM, example: 2026-03", ("2026-03",)),
        ("Number, such as ORD-XXXXX or ORD-#####", ()),
        ("A place, such as the capital of a country", ()),
        ("A greeting, e.g. Hello there", ()),
        ("Something like A-7", ("A-7",)),
        ("address register id, like ``AD-50012``", ("AD-50012",)),
        ("fleet number, ``T-07`` style (two digits)", ("T-07",)),
        ("A code like 'EU-1' or 'EU-2'", ("EU-1", "EU-2")),
        ("The part's number: `X-44/2`", ("X-44/2",)),
        ("like the other one, not before ``date_from``", ()),
        ("which bin. ``residual`` is the grey one", ()),
        ("a day in ISO-8601 format, encoded as `UTF-8`", ()),
        ("id in the form of ORD-NNNN, such that you like 100 of it", ()),
    ],
)
def test_only_what_is_plainly_a_name_or_a_code_or_quoted_is_shown(
    description: str, found: tuple[str, ...]
) -> None:
    assert values.shown("x", {"type": "string", "description": description}) == found


def test_of_a_list_items_are_shown_and_nothing_that_the_schema_refuses() -> None:
    items: dict[str, Any] = {"type": "string", "pattern": "^A"}
    described = {"type": "array", "items": items, "description": "Articles, such as A-1, B-2 and A-3"}
    assert values.shown("skus", {"anyOf": [described, {"type": "null"}]}) == ("A-1", "A-3")
    assert values.shown("number", {"type": "integer", "description": "e.g. 12"}) == ()


def test_a_list_in_brackets_shows_its_items() -> None:
    seats = {
        "type": "array",
        "items": {"type": "string"},
        "description": 'Seats, e.g. ["D7", "D8"]. No row I.',
    }
    assert values.shown("seats", seats) == ("D7", "D8")


@pytest.mark.parametrize("part", ["#", "#a", "`a", "A-1 ", "like ", "'a1"])
def test_a_description_that_goes_on_and_on_is_read_all_the_same(part: str) -> None:
    described = {"type": "string", "description": f"Such as B-7. {part * 60_000}"}
    assert "B-7" in values.shown("x", described)
