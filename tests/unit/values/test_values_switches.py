"""Switches and enumerations: whether a text speaks of them, and what it wants."""

from __future__ import annotations

from typing import Any

import pytest

from practicum import values
from practicum.records import ToolSpec

REASONS = {"type": "string", "enum": ["damaged", "wrong_item", "does_not_fit", "changed_mind"]}
STAGES = {"type": "string", "enum": ["dev", "staging", "production"]}


def offered(name: str, schema: dict[str, Any], text: str) -> Any:
    from practicum.records import ToolSpec

    parameters = {"type": "object", "properties": {name: schema}}
    return (
        values.ground(ToolSpec(name="t", description="", parameters=parameters), text)
        .properties[name]
        .get("enum")
    )


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("dry_run", "Deploy it, only a dry run for now", [True]),
        ("express", "Ship it, and it has to be express.", [True]),
        ("notify", "Cancel it but don't notify anyone", [False]),
        ("notify", "cancel it without notifying them", [False]),
        ("include_closed", "All incidents, the closed ones, too", [True]),
        ("exclude_weekends", "no weekends please", [True]),
        ("express", "Send it (express: no)", [False]),
        ("express", "Send it", None),
        ("all", "List all incidents", None),
        ("overdue_only", "those that are already overdue", [True]),
        ("include_log", "with the log, please", [True]),
        ("log", "with the log, please", None),
    ],
)
def test_a_switch_is_turned_as_the_text_speaks_of_it(name: str, text: str, wanted: list[bool] | None) -> None:
    assert offered(name, {"type": "boolean", "default": False}, text) == wanted


@pytest.mark.parametrize(
    ("schema", "text", "members"),
    [
        (REASONS, "it doesn't fit him", ["does_not_fit"]),
        (REASONS, "She changed her mind", ["changed_mind"]),
        (REASONS, "the wrong item was damaged", ["wrong_item", "damaged"]),
        ({"enum": ["latency_p99", "cpu"]}, "What was the p99 latency?", ["latency_p99"]),
        ({"enum": ["info", "warning"]}, "grep the warnings", ["warning"]),
        (STAGES, "ship it to prod", ["production"]),
        (STAGES, "ship it", ["dev", "staging", "production"]),
        ({"enum": ["information", "informal"]}, "info", ["information", "informal"]),
        ({"enum": ["FV1", "FV2", "BT1", "BT2"]}, "what is in bright tank 2?", ["BT2"]),
        ({"enum": ["FV1", "FV2", "BT1", "BT2"]}, "what is in tank 2?", ["FV1", "FV2", "BT1", "BT2"]),
    ],
)
def test_members_are_meant_by_their_words_in_any_order_or_cut_short(
    schema: dict[str, Any], text: str, members: list[str]
) -> None:
    assert offered("which", schema, text) == members


def test_a_switch_is_turned_on_by_two_words_of_its_documentation() -> None:
    reduced = {"type": "boolean", "description": "holder of the social card, pays half"}
    assert offered("reduced", reduced, "I have a social card.") == [True]
    assert offered("reduced", reduced, "I pay by card, and am social") is None
    unless = {"type": "boolean", "description": "without the social card"}
    assert offered("unless", unless, "I have a social card.") is None


def test_words_that_the_tool_says_of_itself_turn_nothing_on() -> None:
    spec = ToolSpec(
        name="rooms",
        description="Find hotel rooms.",
        parameters={
            "type": "object",
            "properties": {"fed": {"type": "boolean", "description": "only hotel rooms with breakfast"}},
        },
    )
    assert "enum" not in values.ground(spec, "all hotel rooms in Bonn").properties["fed"]


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("he insists on a roof over his boat", [True]),
        ("open-air berths please", [False]),
        ("the roof or in the open air, whatever", None),
        ("all the places", None),
        ("a pitch without a roof", None),
        ("no hurry, a roof will do", [True]),
    ],
)
def test_a_switch_with_both_values_explained_is_turned_by_a_word_of_one(text: str, turned: Any) -> None:
    told = "True for places under a roof (hall), False for open-air ones."
    covered = {"anyOf": [{"type": "boolean"}, {"type": "null"}], "description": told}
    assert offered("covered", covered, text) == turned


@pytest.mark.parametrize("text", ["true " * 12_000, "true for " + "a" * 60_000, "false " * 12_000])
def test_long_explanations_of_a_switch_are_read_in_no_time(text: str) -> None:
    assert offered("covered", {"type": "boolean", "description": text}, "a roof") is None


def test_a_switch_whose_other_value_is_not_explained_is_not_turned_by_a_word() -> None:
    heated = {"type": "boolean", "description": "True if the guest wants a heated room, False otherwise."}
    assert offered("heated", heated, "book a room for guest Bob Stone") is None
