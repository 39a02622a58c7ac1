"""Between which numbers documentation and refusals say that values lie, and what is sampled there."""

from __future__ import annotations

import random
from typing import Any

import pytest

from practicum.nodes.ranges import Range, documented_range, refused_ranges, told_range
from practicum.nodes.sampling import Pool, sample_call, sample_value
from practicum.records import ErrorKind, JsonObject, Observation, Step, ToolCall, ToolSpec


async def nothing(_: str, __: JsonObject) -> Any:
    return None


@pytest.mark.parametrize(
    ("text", "low", "high", "decimals"),
    [
        ("Specific gravity before fermentation, 1.000 to 1.150.", 1.0, 1.15, 3),
        ("original_gravity out of range (1.000-1.150)", 1.0, 1.15, 3),
        ("final_gravity must be between 0.990 and something", 0.99, None, 3),
        ("volume_l must be in (0, 4000]", 0, 4000, 0),
        ("beer_temp_c must be 0..30", 0, 30, 0),
        ("month, 1-12; leave out for the average", 1, 12, 0),
        ("litres (more than 0, at most 4,000)", 0, 4000, 0),
        ("between 10 kg and 20 kg", 10, 20, 0),
        ("0\N{EN DASH}100 percent", 0, 100, 0),
        ("temperature, -40 to 60", -40, 60, 0),
        ("page size, max 100", None, 100, 0),
        ("a positive whole number", 1, None, 0),
        ("must be > 0", 0, None, 0),
    ],
)
def test_ranges_are_read_as_people_write_them(
    text: str, low: float | None, high: float | None, decimals: int
) -> None:
    assert told_range(text) == Range(low, high, decimals)


def test_another_parameter_may_be_the_upper_end() -> None:
    told = "must be between 0.990 and original_gravity"
    assert told_range(told, ["original_gravity"]) == Range(0.99, None, 3, "original_gravity")
    documented = told_range("0.990 to `original_gravity`, at most 1.150", ["original_gravity"])
    assert documented == Range(0.99, None, 3, "original_gravity")
    assert Range(0.5).filled(documented) == Range(0.5, None, 3, "original_gravity")
    assert Range(None, 9).filled(None) == Range(None, 9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "defaults to 3",
        "calendar year, four digits",
        "ISO date, 2024-01-02",
        "version 1.2.3",
        "at 10:30 to 11:45",
        "less than 4 hours and more than 30 minutes",
    ],
)
def test_other_numbers_are_no_range(text: str) -> None:
    assert told_range(text) is None


def test_only_numbers_have_a_documented_range() -> None:
    assert documented_range({"type": "string", "description": "1 to 5 words"}) is None
    optional = {"anyOf": [{"type": "integer"}, {"type": "null"}], "description": "1 to 5"}
    assert documented_range(optional) == Range(1, 5)


def test_a_schemas_own_bounds_stay() -> None:
    assert Range(0, 9).within({"type": "integer", "maximum": 5}) == {
        "type": "integer",
        "minimum": 0,
        "maximum": 5,
    }
    assert Range(**Range(None, 9, 2, "x").as_dict()) == Range(None, 9, 2, "x")


BREW = ToolSpec(
    name="brew",
    description="Brew.",
    parameters={
        "type": "object",
        "properties": {
            "gravity": {"type": "number", "description": "1.000 to 1.150"},
            "final": {"type": "number", "description": "0.990 to gravity"},
            "litres": {"type": "number"},
            "batch": {"type": "string"},
        },
        "required": ["gravity", "litres", "batch"],
    },
)


def refused(message: str, **arguments: Any) -> Step:
    return Step(
        call=ToolCall(name="brew", arguments=arguments),
        observation=Observation(text=message, error=ErrorKind.RAISED),
    )


def test_refusals_tell_the_range_of_the_number_that_they_name_or_repeat() -> None:
    given = {"gravity": 1.05, "litres": 9000.0, "batch": "B-1"}
    named = refused_ranges(BREW, [refused("Error: litres must be in (0, 4000]", **given)])
    assert named == {"litres": Range(0, 4000)}
    repeated = refused_ranges(BREW, [refused("Error: 9000.0 is too much, at most 500", **given)])
    assert repeated == {"litres": Range(None, 500)}
    assert refused_ranges(BREW, [refused("Error: between 1 and 8 of them", **given)]) == {}
    alone = refused_ranges(BREW, [refused("Error: between 1 and 8 of them", litres=9, batch="B-1")])
    assert alone == {"litres": Range(1, 8)}


async def test_samples_keep_to_what_is_told() -> None:
    rng = random.Random(0)
    pool = Pool({}, {}, ranges={"litres": Range(0, 40)})
    drawn = [await sample_value(BREW, "gravity", pool, rng, nothing) for _ in range(50)]
    assert all(1 <= value <= 1.15 for value in drawn)
    assert len(set(drawn)) > 20
    assert all(value == round(value, 3) for value in drawn)
    finals = [await sample_call(BREW, Pool({}, {}), rng, nothing) for _ in range(30)]
    both = [each.arguments for each in finals if "final" in each.arguments]
    assert both
    assert all(0.99 <= each["final"] <= each["gravity"] for each in both)
    litres = [await sample_value(BREW, "litres", pool, rng, nothing) for _ in range(50)]
    assert len(set(litres)) > 1
    assert all(0 <= value <= 40 for value in litres)
