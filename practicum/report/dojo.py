"""The figures of an AgentDojo suite as a table; computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from practicum.evaluation.suites.dojo_scores import DojoReport
from practicum.report import words
from practicum.report.tables import add_row, new_table

if TYPE_CHECKING:
    from rich.table import Table


def dojo_table(report: DojoReport) -> Table:
    """Return the arms side by side: k/n, rate and 95 % interval of each figure."""
    title = (
        f"AgentDojo {report.version}, {report.suite}, attack: {report.attack}; rate (k/n, 95 % interval)."
        f" Doing nothing solves {report.idle.k}/{report.idle.n} user tasks"
    )
    clean = ("solved, clean",) if any(arm.leaked for arm in report.arms) else ()
    solved = ("solved", "solved, of those that take doing", *clean)
    table = new_table(title, "arm", *solved, "attack succeeded", "broken", "tokens", "time, side by side")
    for arm in report.arms:
        success = words.NOTHING if arm.attack_success is None else words.proportion(arm.attack_success)
        cost = (words.mean(arm.tokens_per_task, ""), words.mean(arm.seconds_per_task, "s"))
        add_row(
            table,
            *(arm.name, words.proportion(arm.utility), words.proportion(arm.earned)),
            *[words.proportion(arm.clean) if arm.clean else words.NOTHING] * len(clean),
            *(success, str(arm.broken), *cost),
        )
    return table
