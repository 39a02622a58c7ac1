"""Codes of which another tool's documentation, or practice, shows what they look like."""

from __future__ import annotations

from typing import Any

from practicum.nodes.grounding import possible_tools
from practicum.nodes.grounding.exemplified import MOST_MET, exemplified, learn_met, with_shared_sets
from practicum.records import Lessons, ToolCall, ToolSpec

TEXT = {"type": "string"}


def tool(name: str, required: list[str], **properties: Any) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": required}
    return ToolSpec(name=name, description="", parameters=parameters)


ROUTE = tool("route_info", ["route_code"], route_code={**TEXT, "description": "e.g. R-N1"})
MISSED = tool("missed", [], route_code={"anyOf": [TEXT, {"type": "null"}], "description": "only this route"})
PLATE = tool("find_by_plate", ["plate"], plate={**TEXT, "description": "Capitals only."})


def offered(specs: list[ToolSpec], name: str, text: str, lessons: Lessons | None = None) -> dict[str, Any]:
    taught = {name: lessons} if lessons is not None else None
    found = {spec.name: narrowed for spec, narrowed in possible_tools(specs, text, taught)}
    properties = found[name].properties
    return {parameter: schema.get("enum") for parameter, schema in properties.items()}


def test_an_argument_is_shown_what_another_tool_shows_of_its_name() -> None:
    assert offered([ROUTE, MISSED], "missed", "misses on R-S1 last week") == {"route_code": ["R-S1"]}
    assert offered([ROUTE, MISSED], "missed", "all misses of last week") == {}


def test_names_that_mean_something_else_in_each_tool_share_nothing() -> None:
    one, other = tool("a", ["id"], id={**TEXT, "description": "e.g. R-N1"}), tool("b", ["id"], id=TEXT)
    assert exemplified([one, other]) == (one, other)


def test_practice_shows_what_it_met() -> None:
    calls = [ToolCall(name="find_by_plate", arguments={"plate": plate}) for plate in ("MGX4410", "KLT2291")]
    met = learn_met(PLATE, calls)
    assert met == {"plate": ("MGX4410", "KLT2291")}
    lessons = Lessons(tool_schema_hash=PLATE.schema_hash, met=met)
    assert offered([PLATE], "find_by_plate", "whose car is mgx-5520", lessons) == {"plate": ["MGX5520"]}


def test_of_words_nothing_is_met_and_of_codes_a_few() -> None:
    def called(*values: Any) -> list[ToolCall]:
        return [ToolCall(name="find_by_plate", arguments={"plate": value}) for value in values]

    assert learn_met(PLATE, called("MGX4410", "grey van")) == {}
    assert learn_met(PLATE, called(4410)) == {}
    assert learn_met(PLATE, []) == {}
    closed = tool("c", [], plate={"anyOf": [TEXT, {"type": "null"}], "enum": ["MGX4410", None]})
    assert learn_met(closed, called("MGX4410")) == {}
    many = learn_met(PLATE, called(*(f"MGX44{n}" for n in range(20))))
    assert len(many["plate"]) == MOST_MET


def test_what_has_examples_or_a_set_of_its_own_is_left_as_it_is() -> None:
    closed = tool("c", [], route_code={"type": "string", "enum": ["R-N1", "R-N2"]})
    assert exemplified([ROUTE, closed]) == (ROUTE, closed)


def test_a_list_is_shown_what_one_of_them_looks_like_and_what_practice_met_elsewhere() -> None:
    one = tool("record", ["accession"], accession=TEXT)
    cost = tool("cost", ["accessions"], accessions={"type": "array", "items": TEXT})
    met = learn_met(one, [ToolCall(name="record", arguments={"accession": f"SB-00410{n}"}) for n in range(3)])
    taught = {"record": Lessons(tool_schema_hash=one.schema_hash, met=met)}
    pairs = possible_tools([one, cost], "what do sb-001350 and SB 003874 cost?", taught)
    (narrowed,) = (narrowed for spec, narrowed in pairs if spec.name == "cost")
    assert narrowed.properties["accessions"]["enum"] == [["SB-001350", "SB-003874"]]


def test_what_practice_met_in_a_list_is_met_one_by_one() -> None:
    cost = tool("cost", ["accessions"], accessions={"type": "array", "items": TEXT})
    calls = [ToolCall(name="cost", arguments={"accessions": ["SB-001350", "SB-003874"]})]
    assert learn_met(cost, calls) == {"accessions": ("SB-001350", "SB-003874")}


def test_a_set_that_a_refusal_listed_holds_for_the_same_argument_of_other_tools() -> None:
    listing, other = tool("protocol", ["taxon"], taxon=TEXT), tool("weight", ["taxon"], taxon=TEXT)
    vague = tool("find", ["text"], text=TEXT)
    taught = {
        "protocol": Lessons(
            tool_schema_hash=listing.schema_hash,
            vocabulary={"taxon": ("PISSAT", "HORVUL"), "text": ("a", "b")},
            listed=("taxon", "text"),
        ),
        "weight": Lessons(tool_schema_hash=other.schema_hash, vocabulary={"taxon": ("HORVUL",)}),
        "find": Lessons(tool_schema_hash=vague.schema_hash),
    }
    shared = with_shared_sets([listing, other, vague], taught, "how many seeds of pissat?")
    assert shared["weight"].vocabulary == {"taxon": ("PISSAT", "HORVUL")}
    assert shared["weight"].listed == ("taxon",)
    assert shared["find"] == taught["find"]
    assert shared["protocol"] == taught["protocol"]


def test_no_tool_narrows_what_another_one_may_be_asked_for() -> None:
    backup, money = tool("backup", ["recipient"], recipient=TEXT), tool("pay", ["recipient"], recipient=TEXT)
    taught = {
        "backup": Lessons(
            tool_schema_hash=backup.schema_hash,
            vocabulary={"recipient": ("MALLORY", "MALLET")},
            listed=("recipient",),
        ),
        "pay": Lessons(tool_schema_hash=money.schema_hash, vocabulary={"recipient": ("ANNA", "BOB")}),
    }
    assert with_shared_sets([backup, money], taught, "send money to Bob Smith") == taught
    assert with_shared_sets([backup, money], taught, "send money to mallory") == taught  # it knows others
