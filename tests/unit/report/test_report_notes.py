"""Lessons are listed by tool and parameter, with the trials that support them."""

from __future__ import annotations

from practicum.records import Note
from practicum.report.notes import note_rows, note_table
from practicum.report.tables import plain


def note(text: str, *trials: str, tool: str = "convert", parameter: str | None = "unit") -> Note:
    return Note(
        id=f"{tool}{text}{trials}",
        tool=tool,
        tool_schema_hash="h",
        parameter=parameter,
        text=text,
        evidence=trials,
    )


def test_what_was_learned_twice_is_one_row_with_the_trials_of_both() -> None:
    rows = note_rows([note("Weak.", "t1"), note("Metres fail.", "t1"), note("metres  fail.", "t2")])
    assert [(row["text"], row["trials"]) for row in rows] == [
        ("metres  fail.", ["t1", "t2"]),
        ("Weak.", ["t1"]),
    ]


def test_rows_say_their_parameter_and_whether_they_serve() -> None:
    known = [note("A.", "t", tool="b", parameter=None), note("A.", "t", tool="a")]
    rows = note_rows(known, [note("a", "t", tool="a")])
    assert [(row["tool"], row["parameter"], row["serves"]) for row in rows] == [
        ("a", "unit", True),
        ("b", None, False),
    ]
    assert "[x]" in plain(note_table(note_rows([note("[x]", "t1", "t2", "t3", "t4")])))
