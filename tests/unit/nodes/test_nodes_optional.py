"""Which optional arguments stay, and which tools a text can mean, when values are offered from it."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.nodes.grounding import fillable, ground_tool, possible_tools, with_vocabulary
from practicum.records import Lessons, ToolSpec

ORDER = {"type": "string", "description": "Order number, such as ORD-10423."}
STAGE = {"type": "string", "enum": ["dev", "staging"]}
DRY_RUN = {"type": "boolean", "default": False}


def tool(required: tuple[str, ...] = (), **properties: Any) -> ToolSpec:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return ToolSpec(name="release", description="Release an order.", parameters=schema)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Release ORD-7", ["order_id"]),
        ("Release ORD-7 in staging", ["order_id", "stage"]),
        ("Release ORD-7, but only as a dry run", ["order_id", "dry_run"]),
    ],
)
def test_an_option_that_the_text_does_not_speak_of_is_left_out_and_another_is_taken(
    text: str, left: list[str]
) -> None:
    spec = tool(("order_id",), order_id=ORDER, stage=STAGE, dry_run=DRY_RUN)
    narrowed = ground_tool(spec, text)
    assert list(narrowed.properties) == left
    assert narrowed.parameters["required"] == left


def test_a_tool_whose_codes_are_shown_needs_one_in_the_text() -> None:
    spec = tool(("order_id",), order_id=ORDER)
    assert list(fillable([spec], "Release ORD-7")) == ["release"]
    assert list(fillable([spec], "Release 7115")) == ["release"]
    assert not fillable([spec], "Release PX938-1")
    assert not fillable([spec], "Release the order of 2026-05-04")
    named = tool(("order_id",), order_id={"type": "string", "description": "Such as summer-sale"})
    assert list(fillable([named], "Release the winter sale")) == ["release"]


def test_a_closed_set_that_was_learned_of_a_list_is_of_its_items() -> None:
    spec = tool(services={"type": "array", "items": {"type": "string"}})
    lessons = Lessons(
        tool_schema_hash=spec.schema_hash, vocabulary={"services": ("mail-relay", "auth-gateway")}
    )
    learned = with_vocabulary(spec, lessons)
    assert learned.properties["services"]["items"]["enum"] == ["mail-relay", "auth-gateway"]
    assert "enum" not in learned.properties["services"]
    narrowed = ground_tool(learned, "restart the mail relay")
    assert narrowed.properties["services"]["enum"] == [["mail-relay"]]


def test_an_id_that_one_tool_shows_is_none_of_another_that_shows_others() -> None:
    orders = tool(("order_id",), order_id=ORDER)
    stock = tool(("sku",), sku={"type": "string", "description": "Such as TNT-2P-GRN"})
    cancel = tool(("id",), id={"type": "string"})
    said = possible_tools([orders, stock, cancel], "What is it with ORD-7?")
    assert [spec for spec, _ in said] == [orders, cancel]
    assert [spec for spec, _ in possible_tools([stock, cancel], "What is it with ORD-7?")] == [stock, cancel]


def test_a_required_list_holds_something() -> None:
    names = {"type": "array", "items": {"type": "string"}}
    assert ground_tool(tool(("names",), names=names), "restart it").properties["names"]["minItems"] == 1
    assert "minItems" not in ground_tool(tool(names=names), "restart it").properties["names"]


def test_a_required_set_that_was_learned_stays_open_where_no_member_is_mentioned() -> None:
    spec = tool(("drug",), drug={"type": "string"})
    learned = Lessons(tool_schema_hash=spec.schema_hash, vocabulary={"drug": ("metoprolol", "ibuprofen")})
    assert "enum" in with_vocabulary(spec, learned).properties["drug"]
    assert "enum" in with_vocabulary(spec, learned, "is there ibuprofen left").properties["drug"]
    other = "is there amoxicillin left"
    assert "enum" not in with_vocabulary(spec, learned, other).properties["drug"]
    listed = learned.model_copy(update={"listed": ("drug",)})  # a refusal said that there is nothing else
    assert "enum" in with_vocabulary(spec, listed, other).properties["drug"]


def test_a_list_of_known_items_that_is_not_spoken_of_is_left_out() -> None:
    extras = {"type": "array", "items": {"type": "string", "enum": ["gps", "child_seat"]}}
    spec = tool(("order_id",), order_id=ORDER, extras=extras)
    assert "extras" not in ground_tool(spec, "Release ORD-7").properties
    assert ground_tool(spec, "Release ORD-7 with gps").properties["extras"]["enum"] == [["gps"]]
