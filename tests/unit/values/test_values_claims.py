"""How much of what a text says a tool's arguments could take."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.records import ToolSpec
from practicum.values import claimed


def tool(name: str, **properties: dict[str, Any]) -> ToolSpec:
    """A tool that takes these."""
    return ToolSpec(name=name, description="", parameters={"type": "object", "properties": properties})


FACT = tool("fact", country={"type": "string", "format": "country"})
REGION = tool("region", code={"type": "string", "format": "subdivision"})
DAYS = tool("days", start={"type": "string", "format": "date"}, end={"type": "string", "format": "date"})
HASH = tool("hash", text={"type": "string"})
NOTHING = tool("now")


def test_a_tool_that_takes_the_whole_value_claims_more_than_one_that_takes_a_part() -> None:
    found = claimed([FACT, REGION], "Which region is BR-BA?")
    assert found["region"] == 1.0
    assert found["fact"] == 0.8  # BR and BA are countries, the hyphen is no part of them


def test_what_no_tool_could_take_counts_for_none() -> None:
    found = claimed([FACT, DAYS], "How long is it from 2026-03-01 to 2026-04-05, asks Bob?")
    assert (found["days"], found["fact"]) == (1.0, 0.0)


def test_free_text_alone_has_the_mean_of_the_others_and_no_argument_claims_nothing() -> None:
    found = claimed([FACT, DAYS, HASH, NOTHING], "from 2026-03-01 to 2026-04-05")
    assert found["hash"] == pytest.approx(1 / 3)
    assert found["now"] == 0.0


def test_a_tool_with_a_free_text_has_at_least_the_mean() -> None:
    notify = tool("notify", channel={"type": "string", "enum": ["slack", "mail"]}, message={"type": "string"})
    found = claimed([FACT, DAYS, notify], "from 2026-03-01 to 2026-04-05")
    assert found["notify"] == 0.5
    urgent = tool("urgent", country={"type": "string", "format": "country"}, now={"type": "boolean"})
    assert claimed([DAYS, urgent], "from 2026-03-01 to 2026-04-05")["urgent"] == 0.0
    event = tool("event", event={"type": "object"})
    assert claimed([DAYS, event], "on 2026-03-01")["event"] == 1.0


@pytest.mark.parametrize("text", ["", "hello there, my friend"])
def test_where_nothing_is_said_all_tools_are_alike(text: str) -> None:
    assert set(claimed([DAYS, HASH], text).values()) == {1.0}
    assert claimed([], text) == {}


def test_a_tool_that_takes_codes_claims_one_that_others_leave_unread() -> None:
    plate = tool("vehicle", plate={"type": "string", "description": 'Licence plate, e.g. "AF-08-NB"'})
    fleet = tool("fleet", station={"type": "string", "enum": ["LIS", "OPO"]}, seats={"type": "integer"})
    found = claimed([plate, fleet], "how big is the tank of AJ-19-TC?")
    assert found["vehicle"] == 1.0
    assert found["fleet"] < 0.5
