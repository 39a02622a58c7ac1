"""Sets of codes that documentation lists in words."""

from __future__ import annotations

from typing import Any

import pytest

from practicum.nodes.grounding import ground_tool
from practicum.nodes.grounding.listed import listed_members, with_listed
from practicum.records import ToolSpec

TEXT = {"type": "string"}
TRADES = "Any of HU (hull/steelwork), ME (mechanical), EL (electrical), PI (piping). Orders of any are given."
SITE = "Plots due to be grown. site is LOW (lowland field), UPL (upland field) or GLS (glasshouse)."


def tool(description: str = "List.", required: tuple[str, ...] = (), **properties: Any) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": [*required]}
    return ToolSpec(name="list", description=description, parameters=parameters)


@pytest.mark.parametrize(
    ("description", "members"),
    [
        (TRADES, ("HU", "ME", "EL", "PI")),
        ("JT (Jeroen Tol), SB (Saskia Bos) or MK (Mila Kok)", ("JT", "SB", "MK")),
        ("ACT = active, BAS = base, CRY = in nitrogen", ("ACT", "BAS", "CRY")),
        ("AB (one) or CD (two)", ()),
        ("An ISO (standard) name, a URL (address) in UTF-8", ()),
        ("e.g. EUR (euro), USD (US dollar) or GBP (pound sterling)", ()),
        ("Any IATA code, for example LHR (London), JFK (New York), CDG (Paris)", ()),
        ("IN (India), US (United States), DE (Germany), ...", ()),
        ("IN (India), US (United States), DE (Germany)\N{HORIZONTAL ELLIPSIS}", ()),
        ("IN (India), US (United States), DE (Germany) and so on", ()),
        ("IN (India), US (United States), DE (Germany) or others", ()),
        ("Text to search. NOTE (case matters), TIP (use quotes), OR (either)", ()),
        ("", ()),
    ],
)
def test_codes_that_are_explained_are_a_set(description: str, members: tuple[str, ...]) -> None:
    assert listed_members(description) == members


def test_members_of_such_a_set_are_understood_by_what_is_said_of_them() -> None:
    orders = tool(trades={"type": "array", "items": TEXT, "description": TRADES})
    narrowed = ground_tool(with_listed(orders), "electrical and piping orders please")
    assert narrowed.properties["trades"]["enum"] == [["EL", "PI"]]
    optional = tool(
        manager={"anyOf": [TEXT, {"type": "null"}], "description": "JT (Jo Tol), SB (Sue Bos), MK (Al Kok)"}
    )
    assert ground_tool(with_listed(optional), "sue bos's clients").properties["manager"]["enum"] == ["SB"]
    assert "manager" not in ground_tool(with_listed(optional), "all clients").properties


def test_what_a_tools_description_says_of_members_counts_for_their_argument() -> None:
    plan = tool(SITE, site={**TEXT, "enum": ["LOW", "UPL", "GLS"]})
    assert ground_tool(with_listed(plan), "what grows in the glasshouse?").properties["site"]["enum"] == [
        "GLS"
    ]
    own = tool(SITE, site={**TEXT, "enum": ["LOW", "UPL"], "description": "LOW down, UPL up"})
    assert with_listed(own) == own


def test_what_a_schema_closes_stays_as_it_is() -> None:
    closed = tool(
        trades={**TEXT, "enum": ["a"], "description": TRADES},
        code={**TEXT, "pattern": "^A", "description": TRADES},
    )
    assert with_listed(closed) == closed


def test_of_lists_of_lists_the_texts_are_enumerated_and_not_the_lists() -> None:
    rows = tool(rows={"type": "array", "items": {"type": "array", "items": TEXT}, "description": TRADES})
    inner = {"type": "array", "items": {**TEXT, "enum": ["HU", "ME", "EL", "PI"]}}
    assert with_listed(rows).properties["rows"]["items"] == inner


@pytest.mark.parametrize("text", ["AB (" * 15_000, "AB = " * 12_000, "A" * 60_000, "(" * 60_000])
def test_long_documentation_is_read_in_no_time(text: str) -> None:
    assert len(listed_members(text)) <= 1
