from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum import values
from practicum.records import ToolSpec
from practicum.values import clock, date_grammar
from practicum.values.calendar_words import easter


def read(text: str, name: str = "date") -> list[tuple[object, ...]]:
    return [span.values for span in values.get(name).resolve(text)]


@pytest.mark.parametrize(
    "text",
    [
        "three weeks before 5 March 2024",
        "March 5th, 2024 please",
        "on the 5th of March, 2024?",
        "the fifth of March 2024",
        "5 Mar '24",
        "2024-03-05T10:00",
        "2024/3/5",
        "5.3.2024",
    ],
)
def test_a_date_is_read_in_many_spellings(text: str) -> None:
    assert read(text)[0][0] == "2024-03-05"


def test_two_small_numbers_may_be_day_or_month_first() -> None:
    assert read("05/03/2024") == [("2024-05-03", "2024-03-05")]
    assert read("13/03/2024") == [("2024-03-13",)]
    assert read("5.3.2024") == [("2024-03-05", "2024-05-03")]


def test_an_ambiguous_spelling_is_never_spoken() -> None:
    assert "05/03/2024" not in values.spellings("date", "2024-03-05")
    assert "25/03/2024" in values.spellings("date", "2024-03-25")


def test_days_with_a_name_are_dates() -> None:
    assert read("Christmas 2023 and Thanksgiving 2024") == [("2023-12-25",), ("2024-11-28",)]
    assert read("Good Friday 2024") == [("2024-03-29",)]


@pytest.mark.parametrize("day", [date(2024, 3, 31), date(2025, 4, 20), date(1961, 4, 2)])
def test_easter_falls_where_almanacs_put_it(day: date) -> None:
    assert easter(day.year) == day


def test_relative_days_count_from_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(date_grammar, "today", lambda: date(2024, 3, 5))
    found = [span.values for span in date_grammar.find_dates("tomorrow, next Friday and 6 May")]
    assert found == [("2024-03-06",), ("2024-03-08", "2024-03-15"), ("2024-05-06",)]
    assert clock.today() <= date.max


def test_tomorrow_is_another_day_in_a_process_that_runs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = {"type": "object", "properties": {"day": {"type": "string", "format": "date"}}}
    book = ToolSpec(name="book", description="Book a table.", parameters=schema)
    closed = {"type": "string", "format": "date", "enum": ["2026-12-31", "2027-01-01", "2027-01-02"]}
    found = []
    for day in (date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)):
        monkeypatch.setattr(date_grammar, "today", lambda day=day: day)
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        assert values.claimed([book], "a table for 5 March") == {"book": 1.0}
        grounded = values.ground(book, "Book a table for tomorrow").properties["day"]["enum"]
        assert list(values.candidates("day", closed, "closed tomorrow")) == grounded
        found += [*grounded, *read("on 5 March")[0]]
    assert found == ["2026-12-31", "2026-03-05", "2027-01-01", "2026-03-05", "2027-01-02", "2027-03-05"]


def test_seconds_are_kept_where_they_are_said() -> None:
    assert read("at 12:00:59 and 12:00:00 and 1:30:15 pm", "time") == [
        ("12:00:59",),
        ("12:00",),
        ("13:30:15",),
    ]
    assert read("on 5 March 2024 at 12:00:59", "date-time") == [("2024-03-05T12:00:59",)]
    assert values.spellings("time", "12:00:59") == ("12:00:59", "12:00:59 PM", "12:00:59pm")
    assert values.candidates("at", {"type": "string", "format": "time"}, "at 09:05:07") == ("09:05:07",)


def test_a_date_alone_may_be_meant_for_a_moment_and_says_no_time_of_day() -> None:
    assert read("on 5 March 2024", "date-time") == [("2024-03-05T00:00:00", "2024-03-05")]
    moment = {"type": "string", "format": "date-time"}
    assert not values.equivalent("at", moment, "2024-03-05", "2024-03-05T00:00:00")
    assert values.equivalent("at", moment, "2024-03-05", "5 March 2024")


def test_the_day_of_a_moment_is_the_day_here() -> None:
    here = datetime(2026, 1, 2, 0, 30).astimezone()
    assert clock.day_of(here.astimezone(UTC).isoformat()) == date(2026, 1, 2)


def test_words_that_look_like_months_are_left_alone() -> None:
    assert read("you may 5 times march 3 miles") == []
    assert read("we may go", "month") == []


def test_a_date_gives_its_year_month_and_day_one_by_one() -> None:
    text = "What day was July 20th, 1969?"
    assert read(text, "year") == [(1969,)]
    assert read(text, "month") == [(7,)]
    assert read(text, "day") == [(20,)]
    assert read("15 Ramadan 1445", "month") == [(9,)]


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_spelling_of_every_date_means_it(day: date) -> None:
    spellings = values.spellings("date", day.isoformat())
    assert len(spellings) > 3
    for said in spellings:
        assert (day.isoformat(),) in read(f"was {said} a holiday?"), said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what's 3pm Tokyo time", ("15:00",)),
        ("at half past three", ("15:30", "03:30")),
        ("quarter to five in the evening", ("16:45",)),
        ("at 7 in the morning", ("07:00",)),
        ("10 o'clock tonight", ("22:00",)),
        ("by 18:45 sharp", ("18:45",)),
        ("noon", ("12:00",)),
        ("twenty-five past nine at night", ("21:25",)),
    ],
)
def test_times_of_day_are_read(text: str, expected: tuple[str, ...]) -> None:
    assert read(text, "time") == [expected]


def test_prices_are_no_times() -> None:
    assert read("it costs 3.50 or 12.30", "time") == []


def test_moments_join_a_date_and_a_time() -> None:
    assert read("at 3pm on 5 March 2024", "date-time") == [("2024-03-05T15:00:00",)]
    assert read("2024-03-05 08:00", "date-time") == [("2024-03-05T08:00:00",)]
    minute = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d$"}
    assert values.candidates("start", minute, "5 March 2024, 22:15") == ("2024-03-05T22:15",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 hours and 30 minutes", ("PT2H30M",)),
        ("an hour and a half", ("PT1H30M",)),
        ("45 minutes before", ("-PT45M", "PT45M")),
        ("2h30m", ("PT2H30M",)),
        ("two days, 3 hours and 5 minutes", ("P2DT3H5M",)),
        ("P2DT4H", ("P2DT4H",)),
    ],
)
def test_lengths_of_time_are_added_up(text: str, expected: tuple[str, ...]) -> None:
    assert read(text, "duration") == [expected]


def test_a_duration_is_counted_as_the_schema_counts() -> None:
    seconds = {"type": "integer", "description": "Timeout in seconds"}
    minutes = {"type": "integer", "minimum": 0}
    assert values.candidates("timeout", seconds, "give it an hour and a half") == (5400,)
    assert values.candidates("duration_minutes", minutes, "an hour and a half") == (90,)


def test_schedules_are_read_from_words_and_expressions() -> None:
    assert read("explain */15 9-17 * * 1-5 to me", "cron") == [("*/15 9-17 * * 1-5",)]
    assert read("run it every weekday at 9am", "cron") == [("0 9 * * 1-5",)]
    assert read("every 10 minutes", "cron") == [("*/10 * * * *",)]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("the payslip of March 2026", ["2026-03"]),
        ("Mar '26 or 04/2026", ["2026-03", "2026-04"]),
        ("2026-03 please", ["2026-03"]),
        ("from May 2025 to June of 2026", ["2025-05", "2026-06"]),
        ("on 2026-03-14, or the 3rd of March 2026", []),
        ("may I see it? march on", []),
    ],
)
def test_a_month_of_a_year_is_found(text: str, months: list[str]) -> None:
    assert [span.values[0] for span in values.get("year-month").resolve(text)] == months


def test_a_month_that_is_written_with_its_year_is_no_month_alone() -> None:
    described = {"type": "string", "description": "Month as YYYY-MM."}
    assert values.detect("month", described) == "year-month"
    assert values.candidates("month", described, "for March 2026") == ("2026-03",)
    assert values.detect("month", {"type": "integer", "description": "Month as YYYY-MM."}) == "month"
    assert values.detect("day", {"type": "string", "description": "Date as YYYY-MM-DD."}) == "date"


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("from 9 to 10:30", ["09:00", "10:30"]),
        ("between 2 and 3:30pm", ["14:00", "15:30"]),
        ("from 11 to 1pm", ["11:00", "13:00"]),
        ("3 people at 10:30", ["10:30"]),
    ],
)
def test_the_hour_that_a_period_begins_at_is_a_time(text: str, times: list[str]) -> None:
    assert [span.values[0] for span in values.get("time").resolve(text)] == times


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-04 09:00 - 2026-05-04 10:00",
        "from 4 May 2026 9am to 4 May 2026 10am",
        "9am on 4 May 2026 until 10am on 4 May 2026",
        "4 May 2026 from 09:00 to 10:00",
        "on 4 May 2026 between 9am and 10am",
        "from 9am to 10am on 4 May 2026",
    ],
)
def test_a_period_has_two_moments(text: str) -> None:
    found = [span.values[0] for span in values.get("date-time").resolve(text)]
    assert found == ["2026-05-04T09:00:00", "2026-05-04T10:00:00"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("works from 15 March to 15 April 2025", ["2025-03-15", "2025-04-15"]),
        ("between the 1st and the 31st of May 2025", ["2025-05-01", "2025-05-31"]),
        ("1-14 June 2024", ["2024-06-01", "2024-06-14"]),
        ("from 20 December until 5 January 2026", ["2025-12-20", "2026-01-05"]),
        ("on 2 May, and 15 April 2025", None),
    ],
)
def test_of_two_ends_the_later_tells_month_and_year(text: str, days: list[str] | None) -> None:
    found = [span.values[0] for span in values.get("date").resolve(text)]
    assert found == days if days else len(found) == 2 and not found[0].startswith("2025")


def test_a_day_that_is_written_as_the_tool_wants_it_has_one_reading() -> None:
    day_first = {"type": "string", "description": "First day, as DD/MM/YYYY."}
    assert values.candidates("first_day", day_first, "from 09/02/2025 on") == ("09/02/2025",)
    month_first = {"type": "string", "description": "First day, as MM/DD/YYYY."}
    assert values.candidates("first_day", month_first, "from 09/02/2025 on") == ("09/02/2025",)
