from typing import Any

import pytest

from practicum.nodes.grounding import ground_tool
from practicum.nodes.schema_parts import closed_values
from practicum.records import Lessons, ToolSpec

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
        ("I'd like what there is by the author Octavia E. Butler.", "Octavia E. Butler"),
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
    offered = ground_tool(pair, "amber and basalt").properties
    assert [name for name in offered if "enum" not in offered[name]] == ["left", "right"]


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


def test_codes_are_offered_as_one_list_and_words_item_by_item() -> None:
    seats = tool(["seats"], "Are seats free?", seats={"type": "array", "items": TEXT})
    assert ground_tool(seats, "are D7, D8 and D9 still free").properties["seats"]["enum"] == [
        ["D7", "D8", "D9"]
    ]
    words = ground_tool(seats, "are balcony and gallery open").properties["seats"]
    assert {"balcony", "gallery"} <= {*words["items"]["enum"]}
    assert words["maxItems"] == len(words["items"]["enum"])


def test_a_plain_code_is_meant_where_a_text_is_no_search_and_what_owns_something_is_no_part_of_it() -> None:
    sample = tool(["accession"], "Forecast viability.", accession=TEXT)
    for query in ("I would appreciate it if you could look at SB-001351.", "Find SB-001351's viability"):
        assert ground_tool(sample, query).properties["accession"]["enum"] == ["SB-001351"]
    search = tool(["keyword"], "Search.", keyword=TEXT)
    assert "filters" in ground_tool(search, "filters for pump SB-001351").properties["keyword"]["enum"]


def test_an_optional_code_is_given_only_where_the_query_holds_one() -> None:
    orders = tool(
        [],
        "List orders.",
        imo={
            "anyOf": [{**TEXT, "description": "d"}, {"type": "null"}],
            "description": "Ship (seven digits).",
        },
        status={"type": "string", "enum": ["open", "held"]},
    )
    held = ground_tool(orders, "what is held right now?")
    assert "imo" not in held.properties
    one = ground_tool(orders, "all for 9074729")
    assert (one.properties["imo"]["enum"], one.parameters["required"]) == (["9074729"], ["imo"])


@pytest.mark.parametrize("member", [{"examples": ["density"]}, {"description": "What, such as 'density'"}])
def test_where_members_are_shown_the_query_may_say_another_otherwise(member: dict[str, Any]) -> None:
    lookup = tool(["what"], "Looks up.", what={**TEXT, **member})
    assert "enum" not in ground_tool(lookup, "how heavy is tungsten?").properties["what"]


def test_where_practice_knows_the_values_the_query_may_say_them_otherwise() -> None:
    lookup = tool(["what"], "Looks up.", what=TEXT)
    lessons = Lessons(tool_schema_hash=lookup.schema_hash, vocabulary={"what": ("density", "mass")})
    offered = ground_tool(lookup, "how heavy is tungsten?", lessons).properties["what"]["enum"]
    assert {"density", "mass"} < {*offered}


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("show /etc/hosts, please", "/etc/hosts"),
        ("drop user_events.", "user_events"),
        ("post in #general", "#general"),
        ("is there anything in C++?", "C++"),
        (r"open C:\data\x.csv", r"C:\data\x.csv"),
    ],
)
def test_a_word_keeps_what_belongs_to_it(query: str, word: str) -> None:
    one = tool(["thing"], "Does it.", thing=TEXT)
    assert word in ground_tool(one, query).properties["thing"]["enum"]


def test_code_is_written_and_not_copied() -> None:
    run = tool(["sql"], "Runs it.", sql=TEXT)
    assert "enum" not in ground_tool(run, "how many users signed up?").properties["sql"]


def test_what_a_message_may_be_is_still_offered_for_its_receiver() -> None:
    send = tool(["message", "to"], "Sends it.", message=TEXT, to=TEXT)
    assert "Bob" in ground_tool(send, "tell Bob that I am late").properties["to"].get("enum", ["Bob"])


def test_a_text_behind_a_reference_may_be_given_by_name_or_copied() -> None:
    parameters = {
        "type": "object",
        "properties": {"author": {"$ref": "#/$defs/name"}, "shelf": {"$ref": "#/$defs/name"}},
        "required": ["shelf"],
        "$defs": {"name": TEXT},
    }
    spec = ToolSpec(name="find", description="Finds.", parameters=parameters)
    narrowed = ground_tool(spec, "author: Le Guin, in Harbour")
    assert narrowed.properties["author"]["enum"] == ["Le Guin"]
    assert narrowed.properties["shelf"]["enum"] == ["Harbour"]


def test_of_alternatives_that_are_true_anything_may_be_meant() -> None:
    assert closed_values({"anyOf": [True, {"enum": ["a"]}]}) == []
    anything = tool(["x"], x={"anyOf": [True, {"type": "null"}]})
    assert ground_tool(anything, "amber").properties["x"] == anything.properties["x"]


def test_two_texts_are_offered_codes_and_names_each() -> None:
    rate = tool(["origin_port", "destination_port"], "Sea rate.", origin_port=TEXT, destination_port=TEXT)
    narrowed = ground_tool(rate, "quote from Santos to DEHAM4, thanks")
    assert narrowed.properties["origin_port"]["enum"] == ["DEHAM4", "Santos"]
    assert narrowed.properties["destination_port"]["enum"] == ["DEHAM4", "Santos"]


def test_short_codes_are_offered_where_such_are_shown() -> None:
    seats = {"type": "array", "items": TEXT, "description": 'Seats, e.g. ["D7", "D8"].'}
    free = tool(["seats"], "Are seats free?", seats=seats)
    assert ground_tool(free, "could you check that K14 isn't taken").properties["seats"]["enum"] == [["K14"]]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("title: Lunch at 12:30? author: Bob", ["Lunch at 12:30", "Lunch"]),
        ("author: Bob, title: Let's meet", ["Let's meet", "Let's"]),
        ("title: Amber author: Bob", ["Amber"]),
        ('title: "Amber, basalt", please', ["Amber, basalt"]),
    ],
)
def test_behind_a_colon_a_text_goes_on_behind_its_capitals(query: str, title: list[str]) -> None:
    assert ground_tool(SEARCH, query).properties["title"]["enum"] == title


def test_a_number_behind_a_word_with_capitals_may_be_part_of_it() -> None:
    flights = tool(["flight"], "Status of a flight.", flight=TEXT, seats={"type": "integer"})
    assert ground_tool(flights, "is LH 456 late?").properties["flight"]["enum"][:1] == ["LH 456"]


@pytest.mark.parametrize(
    "query", ["author:" + " " * 1_900 + "(", "author: a" + " " * 1_900 + "(x", "author:" * 280]
)
def test_a_query_of_blanks_is_read_in_linear_time(query: str) -> None:
    assert "title" not in ground_tool(SEARCH, query).required


def test_a_name_is_meant_beside_a_code_where_both_stand_in_a_query() -> None:
    booking = tool(["guest"], "Get a booking.", guest=TEXT)
    offered = ground_tool(booking, "the booking of Maria Lopez in room AB1234").properties["guest"]["enum"]
    assert {"AB1234", "Maria Lopez"} <= {*offered}


@pytest.mark.parametrize("name", ["names", "labels", "notes", "titles", "messages"])
def test_lists_of_free_texts_are_read(name: str) -> None:
    listing = tool([name], "Files them.", **{name: {"type": "array", "items": TEXT}})
    assert ground_tool(listing, 'search for "red shoes" please').properties[name]
