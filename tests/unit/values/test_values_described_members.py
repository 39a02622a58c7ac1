"""Members of an enumeration that a query speaks of in the words of their description."""

from __future__ import annotations

from typing import Any

import pytest

from practicum import values
from practicum.records import ToolSpec

STREAM = {
    "type": "string",
    "enum": ["residual", "paper", "organic", "packaging"],
    "description": "which bin. ``residual`` is the ordinary grey rubbish bin, ``organic`` the garden/food"
    " waste bin, ``packaging`` plastics and cans",
}


def offered(schema: dict[str, Any], text: str) -> Any:
    parameters = {"type": "object", "properties": {"stream": schema}, "required": ["stream"]}
    spec = ToolSpec(name="next_pickup", description="Next pickup.", parameters=parameters)
    narrowed = values.ground(spec, text).properties["stream"]
    return narrowed["enum"] if narrowed != schema else None


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("next grey bin day", ["residual"]),
        ("when is her garden waste bin emptied", ["organic"]),
        ("where do cans and plastics go", ["packaging"]),
        ("the garden bin, or the grey one", ["organic", "residual"]),
        ("paper, not the grey bin", ["paper"]),  # its name comes first
        ("when is the bin emptied", None),  # said of several
    ],
)
def test_words_that_are_said_of_one_member_mean_it(text: str, members: list[str] | None) -> None:
    found = offered(STREAM, text)
    assert (sorted(found) if found else None) == (sorted(members) if members else None)


def test_of_one_member_alone_nothing_is_told() -> None:
    schema = {**STREAM, "description": "residual is the grey bin"}
    assert offered(schema, "next grey bin day") is None
