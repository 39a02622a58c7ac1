"""Numbers whose names end with a unit are said with it, and their names without."""

from __future__ import annotations

import random

import pytest

from practicum.nodes.grounding import ground_tools
from practicum.nodes.phrasing import phrase
from practicum.records import JsonObject, ToolCall, ToolSpec

BREW = ToolSpec(
    name="priming_sugar",
    description="Sugar needed to bottle beer.",
    parameters={
        "type": "object",
        "properties": {
            "volume_l": {"type": "number", "description": "Beer volume in litres."},
            "beer_temp_c": {"type": "number"},
            "co2_volumes": {"type": "number"},
        },
        "required": ["volume_l", "beer_temp_c", "co2_volumes"],
    },
)


def said(name: str, value: float, **more: object) -> set[str]:
    spec = ToolSpec(
        name="find_parcels",
        description="Find parcels.",
        parameters={"type": "object", "properties": {name: {"type": "number", **more}}},
    )
    call = ToolCall(name=spec.name, arguments={name: value})
    found = [phrase(spec, call, random.Random(seed)) for seed in range(60)]
    return {one.query.casefold() for one in found if one is not None}


@pytest.mark.parametrize(
    ("name", "value", "one_of", "never"),
    [
        ("weight_kg", 12.5, ("12.5 kg", "12.5 kilograms"), "kg 12.5"),
        ("max_price_eur", 40, ("price of at most 40 eur",), "price eur"),
        ("duration_min", 30, ("30 min", "30 minutes"), "seconds"),
        ("min_area_m2", 300, ("300 m\N{SUPERSCRIPT TWO}", "300 square meters", "300 m^2"), "m 2"),
        ("discount_percent", 10, ("10%", "10 percent"), "10% percent"),
    ],
)
def test_a_unit_stands_behind_its_number(
    name: str, value: float, one_of: tuple[str, ...], never: str
) -> None:
    queries = said(name, value)
    assert any(unit in query for query in queries for unit in one_of)
    assert not any(never in query for query in queries)


def test_numbers_go_to_the_arguments_of_their_units() -> None:
    (narrowed,) = ground_tools([BREW], "priming sugar for 200 litres at 18 degrees celsius and 2.4 volumes")
    offered: JsonObject = {name: schema["enum"] for name, schema in narrowed.properties.items()}
    assert offered == {"volume_l": [200], "beer_temp_c": [18], "co2_volumes": [2.4]}
