"""The levels of being right beside each other: as it says, as it means, by a judge, by what it returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from practicum.evaluation import Arm, Ladder, Proportion, Scores
from practicum.evaluation.results import ItemStatus
from practicum.report import words
from practicum.report.tables import add_row, new_table

if TYPE_CHECKING:
    from rich.table import Table

_LEVELS: dict[str, Callable[[Scores], Proportion | None]] = {
    "equal arguments": lambda scores: scores.strict.correct,
    "same meaning": lambda scores: scores.lenient.correct,
    "or by the judge": lambda scores: scores.judged.correct if scores.judged else None,
    "same result": lambda scores: scores.same_result,
    "equal, clean": lambda scores: scores.strict.clean if scores.leaked else None,
    "same meaning, clean": lambda scores: scores.lenient.clean if scores.leaked else None,
    "no tool needed": lambda scores: scores.strict.no_tool_needed_correct,
    "must ask first": lambda scores: scores.strict.missing_argument_correct,
}


def levels_table(ladder: Ladder) -> Table:
    """Return how right each arm is at each level, and where it should not call; empty levels are left out."""
    columns = {name: [level(arm.scores) for arm in ladder.arms] for name, level in _LEVELS.items()}
    shown = {name: cells for name, cells in columns.items() if any(cell and cell.n for cell in cells)}
    table = new_table("Correct by level; rate (k/n, 95 % interval)", "arm", *shown)
    for place, arm in enumerate(ladder.arms):
        add_row(table, arm.name, *(_shown(cells[place]) for cells in shown.values()))
    return table


def levels_notes(ladder: Ladder) -> tuple[str, ...]:
    """Return what a reader must know of the levels: who judged, what could not be compared, what leaked."""
    notes = [f"{arm.name}: {note}" for arm in ladder.arms for note in _notes(arm)]
    notes += leak_notes(ladder.arms[0].scores.leaked)
    if any(arm.scores.judging for arm in ladder.arms):
        notes.append("how far this judge agrees with people is not known")
    return tuple(notes)


def broken_items_notes(ladder: Ladder) -> tuple[str, ...]:
    """Return how many items of each arm broke, and why the last one did; nothing where none did."""
    found = []
    for arm in ladder.arms:
        broken = [result for result in arm.scores.results if result.status is ItemStatus.BROKEN]
        if broken:
            found.append(
                f"{arm.name}: {len(broken)} of {_items(len(arm.scores.results))} broke and are not scored;"
                f" the same command asks them again. The last one: {broken[-1].why}"
            )
    return tuple(found)


def all_items_broke(ladder: Ladder) -> bool:
    """Whether no item of any arm could be answered: there is no figure."""
    results = [result for arm in ladder.arms for result in arm.scores.results]
    return bool(results) and all(result.status is ItemStatus.BROKEN for result in results)


def leak_notes(leaked: int | None) -> tuple[str, ...]:
    """Return what clean figures leave out; nothing where they leave out nothing."""
    if not leaked:
        return ()
    return (f"{_items(leaked)} in what was tried or learned, exactly or nearly: left out of clean",)


def _notes(arm: Arm) -> list[str]:
    judging, execution = arm.scores.judging, arm.scores.execution
    notes = []
    if judging is not None:
        said = f"{judging.same} the same, {judging.different} different, {judging.not_judged} not judged"
        notes.append(f"{judging.judge} was asked about {_items(judging.asked)}: {said}")
    elif arm.scores.unsure:
        unsure = _items(arm.scores.unsure)
        notes.append(f"{unsure} counted as wrong for free text that may say the same; --judge asks a model")
    if execution is not None:
        left = "".join(f"; {_items(count)} not, {reason}" for reason, count in execution.left_out.items())
        notes.append(f"results compared for {_items(execution.executed)}{left}")
    return notes


def _shown(value: Proportion | None) -> str:
    return words.NOTHING if value is None else words.proportion(value)


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"
