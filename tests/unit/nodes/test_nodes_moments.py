"""Days that somebody would ask about."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from practicum.nodes.moments import sample_moment, told_days, widest
from practicum.records import ErrorKind, Observation, Step, ToolCall

DAY = {"type": "string", "description": "ISO date"}
FIRST, LAST, TODAY = date(2024, 9, 17), date(2024, 10, 3), date(2026, 12, 1)


def returned(text: str, error: ErrorKind | None = None) -> Step:
    return Step(call=ToolCall(name="missed"), observation=Observation(text=text, error=error))


def test_days_are_those_that_results_tell() -> None:
    steps = [
        returned('[{"date": "2024-09-17"}, {"date": "2024-10-03T10:00:00"}, {"part": "1-2024-09-01-2"}]'),
        returned('{"date": "2024-09-24", "wrong": "2024-02-31", "id": "92024-01-01"}'),
        returned("Error: 1999-01-01 is too early", ErrorKind.RAISED),
    ]
    assert told_days(steps) == (FIRST, LAST)
    assert told_days([]) is None


def test_a_few_that_are_far_away_do_not_count() -> None:
    days = [(FIRST + timedelta(days=n % 16)).isoformat() for n in range(60)]
    assert told_days([returned(" ".join([*days, "1950-01-01", "2099-01-01"]))]) == (
        FIRST,
        FIRST + timedelta(days=15),
    )


def test_what_spans_two_periods_spans_both() -> None:
    assert widest((FIRST, FIRST), (LAST, LAST)) == (FIRST, LAST)
    assert widest(None, (LAST, LAST)) == (LAST, LAST)
    assert widest(None, None) is None


def drawn(kind: str, schema: dict[str, Any], **more: Any) -> list[Any]:
    rng = random.Random(1)
    name = {"year": "year", "year-month": "month"}.get(kind, "day")
    made = [sample_moment(name, schema, kind, rng, **more) for _ in range(200)]
    return [value for value in made if value is not None]


def test_most_are_near_the_days_that_were_told() -> None:
    found = drawn("date", DAY, told=(FIRST, LAST), today=TODAY)
    near = [day for day in found if "2024-09-10" <= day <= "2024-10-10"]
    assert len(near) > 130
    assert len(set(near)) > 15


def test_without_any_many_are_of_recent_years() -> None:
    found = drawn("date", DAY, today=TODAY)
    assert 110 < len(found) < 170
    assert all("2022-11-30" <= day <= "2027-12-02" for day in found)
    assert drawn("date", DAY) == []


def test_the_ends_of_a_period_lie_near_each_other() -> None:
    found = [date.fromisoformat(day) for day in drawn("date", DAY, beside=["2020-05-05"])]
    assert len(found) > 130
    assert all(0 < abs((day - date(2020, 5, 5)).days) <= 180 for day in found)


@pytest.mark.parametrize(
    ("kind", "schema", "example"),
    [
        ("year", {"type": "integer", "description": "calendar year"}, 2024),
        ("year-month", {"type": "string", "description": "YYYY-MM"}, "2024-09"),
        ("date", {"type": "string", "description": "date as DD.MM.YYYY, such as 04.03.2024"}, "20.09.2024"),
    ],
)
def test_they_are_spelled_as_the_schema_has_it(kind: str, schema: dict[str, Any], example: Any) -> None:
    found = drawn(kind, schema, told=(FIRST, LAST))
    assert example in found
    assert {type(value) for value in found} == {type(example)}
