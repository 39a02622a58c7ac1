"""Lessons by tool and parameter, as rows and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from practicum.nodes.memory_budget import strongest
from practicum.records import Note
from practicum.report import words
from practicum.report.tables import add_row, new_table

if TYPE_CHECKING:
    from rich.table import Table

TRIALS_SHOWN = 3


def note_rows(notes: Sequence[Note], served: Sequence[Note] = ()) -> list[dict[str, Any]]:
    """Return a row for each lesson, those of one tool together, the best supported first.

    Args:
        notes: As they were recorded; what was learned twice is one row with the trials of both.
        served: The notes that serve now.
    """
    serving = {_key(note) for note in served}
    by_tool: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        by_tool.setdefault((note.tool, note.tool_schema_hash), []).append(note)
    merged = [note for key in sorted(by_tool) for note in strongest(by_tool[key])]
    return [
        {
            "tool": note.tool,
            "tool_schema_hash": note.tool_schema_hash,
            "parameter": note.parameter,
            "text": note.text,
            "trials": list(note.evidence),
            "serves": _key(note) in serving,
        }
        for note in merged
    ]


def note_table(rows: Sequence[dict[str, Any]]) -> Table:
    """Return the rows as a table, with the ids of some of the trials."""
    table = new_table("Notes", "tool", "parameter", "lesson", "trials", "serves")
    for row in rows:
        shown = row["trials"][:TRIALS_SHOWN]
        more = ["..."] if len(row["trials"]) > TRIALS_SHOWN else []
        trials = f"{len(row['trials'])}: {', '.join([*shown, *more])}"
        serves = "yes" if row["serves"] else "no"
        add_row(table, row["tool"], row["parameter"] or words.NOTHING, row["text"], trials, serves)
    return table


def _key(note: Note) -> tuple[str, str, str, str]:
    said = " ".join(note.text.casefold().split()).rstrip(".! ")
    return note.tool, note.tool_schema_hash, note.parameter or "", said
