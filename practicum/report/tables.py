"""Figures as tables for a terminal, and the same as plain text. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import TYPE_CHECKING

from practicum.evaluation import Figures, Ladder, LeakReport, Scores, WrongItem
from practicum.report import words

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_COLUMNS = ("well-formed", "right tool", "correct", "correct, non-empty", "no call")
_RATES = {
    "well-formed": "well_formed",
    "right tool": "tool_match",
    "right tool, of well-formed": "tool_match_of_well_formed",
    "correct": "correct",
    "correct, non-empty": "correct_nonempty",
    "no call": "no_call_correct",
    "no call: no tool needed": "no_tool_needed_correct",
    "no call: must ask first": "missing_argument_correct",
}


def ladder_table(ladder: Ladder, *, lenient: bool = False, judged_by: str = "") -> Table:
    """Return the arms side by side: k/n, rate and 95 % interval of each figure.

    ``judged_by`` names the checker of a benchmark, where it is not ours.
    """
    how = judged_by or ("same meaning" if lenient else "equal arguments")
    # Our own levels have the clean figures in a table of theirs.
    clean = ("correct, clean",) if judged_by and any(arm.scores.leaked for arm in ladder.arms) else ()
    columns = (*_COLUMNS, *clean, "tokens a query", "time a query, side by side")
    table = new_table(f"Correct by {how}; rate (k/n, 95 % interval)", "arm", *columns)
    for arm in ladder.arms:
        figures = arm.scores.lenient if lenient else arm.scores.strict
        cost = (words.mean(figures.tokens_per_query, ""), words.mean(figures.seconds_per_query, "s"))
        cells = [words.proportion(figures.clean) if figures.clean else words.NOTHING] * len(clean)
        add_row(table, arm.name, *_cells(figures), *cells, *cost)
    return table


def category_table(categories: Mapping[str, Scores], name: str) -> Table:
    """Return the figures of each category of a benchmark, which its own checkers made."""
    table = new_table(f"{name}; correct by the benchmark's own checkers", "category", *_COLUMNS, "no result")
    for category, scores in categories.items():
        add_row(table, category, *_cells(scores.strict), str(scores.missing))
    return table


def figures_table(scores: Scores) -> Table:
    """Return every rate of the whole, strict and lenient side by side."""
    table = new_table("Rate (k/n, 95 % interval)", "figure", "strict", "lenient")
    for name, field in _RATES.items():
        cells = (getattr(figures, field) for figures in (scores.strict, scores.lenient))
        add_row(table, name, *map(words.proportion, cells))
    return table


def tool_table(scores: Scores) -> Table:
    """Return the figures of each tool."""
    table = new_table(
        "Per tool", "tool", "items", "well-formed", "right tool", "correct, strict", "correct, lenient"
    )
    for tool, pair in scores.per_tool.items():
        strict = pair.strict
        rates = (strict.well_formed, strict.tool_match, strict.correct, pair.lenient.correct)
        add_row(table, tool, str(strict.n), *map(words.proportion, rates))
    return table


def leak_table(leaks: LeakReport) -> Table:
    """Return the three kinds of leaks with their counts and the first ids."""
    table = new_table(f"{leaks.items} items against {leaks.learned} learned queries", "leak", "items", "ids")
    near = f"near duplicate (similarity {leaks.threshold:g} or more)"
    for kind, found in (("same text", leaks.exact), (near, leaks.near), ("same call", leaks.same_call)):
        if found is None:
            add_row(table, kind, "not checked", "")
        else:
            more = f" and {len(found) - 8} more" if len(found) > 8 else ""
            add_row(table, kind, str(len(found)), ", ".join(leak.id for leak in found[:8]) + more)
    return table


def leaked_tasks(leaked: int, tasks: int, turns: int) -> str:
    """Return one line on how many tasks of a benchmark have an item that leaked; several turns are a task."""
    said = f"tasks (of {turns} turns)" if turns > tasks else "tasks"
    return f"{leaked} of {tasks} {said} ask for what was tried or learned, exactly or nearly"


def wrong_table(wrong: tuple[WrongItem, ...], *, limit: int = 20) -> Table:
    """Return the first wrong items with the reason."""
    more = f", {limit} shown" if len(wrong) > limit else ""
    table = new_table(f"{len(wrong)} items not equal to what was expected{more}", "id", "query", "why")
    for item in wrong[:limit]:
        add_row(table, item.id, item.query, item.why)
    return table


def scores_summary(scores: Scores) -> str:
    """Return one line on what was and what was not scored."""
    parts = [f"{scores.strict.n} items scored"]
    if scores.missing:
        parts.append(f"{scores.missing} of them without a prediction (wrong)")
    if scores.broken:
        parts.append(f"{scores.broken} broken and left out")
    return ", ".join(parts)


def plain(renderable: RenderableType, *, width: int = 120) -> str:
    """Return a table as plain text without colours or escapes, such as for a log file."""
    from rich.console import Console

    file = StringIO()
    Console(file=file, width=width, no_color=True, color_system=None, force_terminal=False).print(renderable)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def _cells(figures: Figures) -> tuple[str, ...]:
    rates = (
        figures.well_formed,
        figures.tool_match,
        figures.correct,
        figures.correct_nonempty,
        figures.no_call_correct,
    )
    return tuple(map(words.proportion, rates))


def new_table(title: str, *columns: str) -> Table:
    """Return an empty table in the house's style."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(words.printable(title)), title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(Text(words.printable(column)), overflow="fold")
    return table


def add_row(table: Table, *cells: str) -> None:
    """Add a row of literal texts: rich would read markup in a name such as ``[red]``."""
    from rich.text import Text

    table.add_row(*(Text(words.printable(cell).strip()) for cell in cells))
