"""Tables at a narrow terminal: every field can be read, whatever the width."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from made_trials import made_trial
from rich.console import Console
from rich.table import Table

from practicum.report import words
from practicum.report.exploration import exploration_table
from practicum.report.narrow import NarrowTable
from practicum.report.registry import status_table
from practicum.training.candidates import Candidate
from practicum.training.registry import RegistryStatus, Standing

REASON = "gain +0.083 on 120 validation queries; no tool worse"


def table() -> NarrowTable:
    made = NarrowTable()
    made.add_column("candidate", no_wrap=True)
    made.add_column("trials", justify="right")
    made.add_column("model calls", justify="right")
    made.add_column("why", overflow="fold")
    made.add_row("demonstrations@12", "7", "1250", REASON)
    made.add_row(r"\[red]", "0", "3", "-")
    return made


def shown(width: int, printed: Table | None = None) -> list[str]:
    file = StringIO()
    console = Console(file=file, width=width, color_system=None, force_terminal=False, highlight=False)
    console.print(printed or table())
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_what_fits_stands_side_by_side() -> None:
    assert shown(100) == [
        "candidate          trials  model calls  why",
        f"demonstrations@12       7         1250  {REASON}",
        "[red]                   0            3  -",
    ]


def test_what_nearly_fits_stands_closer_and_folds() -> None:
    lines = shown(43)
    assert len(lines) > len(shown(100))
    assert any(line.startswith("demonstrations@12      7") for line in lines)


@pytest.mark.parametrize("width", [40, 30])
def test_what_does_not_fit_is_stacked_under_its_name(width: int) -> None:
    lines = shown(width)
    assert lines[:2] == ["demonstrations@12", "  trials: 7, model calls: 1250"]
    assert lines[2].startswith("  why: gain +0.083")
    assert lines[-3:] == ["[red]", "  trials: 0, model calls: 3", "  why: -"]


@pytest.mark.parametrize("width", range(12, 101, 4))
def test_nothing_is_cut_at_any_width(width: int) -> None:
    lines = shown(width)
    assert max(map(len, lines)) <= width
    said = "".join("".join(lines).split())
    assert "…" not in said
    assert all(word in said for word in ("demonstrations@12", "1250", "[red]", "validation", "worse"))


def test_the_status_is_stacked_with_all_its_fields() -> None:
    made = datetime(2026, 1, 2, tzinfo=UTC)
    candidate = Candidate(name="demos@3", kind="demos", version=3, created_at=made, schema_hashes={}, size=42)
    standing = Standing(candidate=candidate, serves=True, decision=None, stale=())
    lines = shown(40, status_table(RegistryStatus(champion=None, since=None, standings=(standing,))))
    assert lines == [
        "demos@3 (serves)",
        "  made: 2026-01-02 00:00",
        "  size: 42",
        "  verdict: not measured yet",
        f"  why: {words.NOTHING}",
        f"  tools that changed: {words.NOTHING}",
    ]


def test_counts_of_an_exploration_are_stacked_under_the_tools_name() -> None:
    lines = shown(40, exploration_table([made_trial()]))
    assert lines[0] == made_trial().tool
    assert lines[1].startswith("  trials: 1, solved: ")
