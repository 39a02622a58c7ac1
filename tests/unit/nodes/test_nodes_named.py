from typing import Any

import pytest

from practicum.nodes.grounding import ground_tool
from practicum.records import ToolSpec

TEXT = {"type": "string"}


def tool(required: list[str], description: str = "Search the catalogue.", **properties: Any) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": required}
    return ToolSpec(name="search_catalogue", description=description, parameters=parameters)


SEARCH = tool([], author=TEXT, title=TEXT, max_price={"type": "number"})


@pytest.mark.parametrize(
    ("query", "author"),
    [
        ("anything by the author Ursula K. Le Guin?", "Ursula K. Le Guin"),
        ("search with author: le guin, please", "le guin"),
        ('the author is "U. Le Guin"', "U. Le Guin"),
        ("AUTHOR = Iain M. Banks", "Iain M. Banks"),
    ],
)
def test_a_text_that_is_given_by_name_is_offered_alone_and_required(query: str, author: str) -> None:
    narrowed = ground_tool(SEARCH, query)
    assert narrowed.properties["author"]["enum"] == [author]
    assert "author" in narrowed.required


@pytest.mark.parametrize("query", ["who is the author of the book?", "authors with long names", "author"])
def test_a_name_alone_gives_nothing(query: str) -> None:
    assert "author" not in ground_tool(SEARCH, query).required


def test_what_one_argument_is_given_by_name_is_no_other_ones() -> None:
    narrowed = ground_tool(SEARCH, 'with the title "Lord of Light"')
    assert narrowed.properties["title"]["enum"] == ["Lord of Light"]
    assert "Lord of Light" not in narrowed.properties["author"].get("enum", [])


def test_words_of_the_query_are_offered_for_the_one_required_text_that_nothing_tells_of() -> None:
    stock = tool(
        ["drug"],
        "Packs of a drug that are left in a store.",
        drug=TEXT,
        store={"type": "string", "enum": ["main", "ward"]},
    )
    narrowed = ground_tool(stock, "How many packs of amoxicillin are left in the main store?")
    assert narrowed.properties["drug"]["enum"] == ["amoxicillin"]
    hours = tool(["branch"], "Opening hours of a branch.", branch=TEXT)
    assert ground_tool(hours, "When does Harbour open?").properties["branch"]["enum"][0] == "Harbour"


def test_the_words_of_a_request_name_nothing() -> None:
    hours = tool(["branch"], "Opening hours of a branch.", branch=TEXT)
    assert (
        "enum" not in ground_tool(hours, "could you please tell me your opening hours").properties["branch"]
    )


def test_of_two_such_texts_no_words_are_offered() -> None:
    pair = tool(["left", "right"], left=TEXT, right=TEXT)
    assert all("enum" not in each for each in ground_tool(pair, "amber and basalt").properties.values())


@pytest.mark.parametrize(
    "listing", ["Either up or down.", "'asc' or 'desc'", "Order: asc, desc or none", "One of a, b"]
)
def test_where_a_description_lists_values_the_query_may_say_them_otherwise(listing: str) -> None:
    sort = tool(["order"], "Sorts.", order={"type": "string", "description": listing})
    assert "enum" not in ground_tool(sort, "cheapest flights to Oslo first").properties["order"]


def test_codes_come_before_words_and_are_alone_where_codes_are_asked_for() -> None:
    voucher = tool(["code"], "Is a voucher valid?", code=TEXT, on_date={"type": "string", "format": "date"})
    narrowed = ground_tool(voucher, "Is voucher LUM-7F3K still good on 1 July 2025, at the Ritz?")
    assert narrowed.properties["code"]["enum"] == ["LUM-7F3K"]
    holder = tool(["holder"], "Who holds a voucher?", holder=TEXT)
    assert ground_tool(holder, "LUM-7F3K of the Ritz").properties["holder"]["enum"] == ["LUM-7F3K", "Ritz"]


def test_words_are_offered_for_the_items_of_a_list() -> None:
    seats = tool(["seats"], "Are seats free?", seats={"type": "array", "items": TEXT})
    assert ground_tool(seats, "are D7, D8 and D9 still free").properties["seats"]["items"]["enum"] == [
        "D7",
        "D8",
        "D9",
    ]
