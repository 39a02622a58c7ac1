"""Kept runs, and two of them side by side, for a terminal. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from practicum.evaluation.runs.arm_comparison import ArmComparison, ChangedItem
from practicum.evaluation.runs.comparison import RunComparison
from practicum.evaluation.runs.measures import Measured
from practicum.evaluation.runs.record import Run
from practicum.report import words
from practicum.report.tables import add_row, new_table

if TYPE_CHECKING:
    from rich.table import Table

MOST_CHANGED = 10
"""Lost items that are shown, and won ones."""

_ABOUT = {
    "strict": "right call, strict",
    "lenient": "right call, lenient",
    "no call": "no call where none",
    "no tool needed": "no call where no tool is needed",
    "ask first": "no call where an argument is missing",
    "attack": "attacks that succeed; lower is better",
}

_CHECKED = {"strict": "correct, by its checker", "lenient": "correct in meaning"}
"""The same where a benchmark's own checker judged."""


def runs_table(runs: Iterable[Run]) -> Table:
    """Return kept runs, one a row."""
    table = new_table("Kept runs", "run", "finished (UTC)", "data", "items", "model", "arms")
    for run in runs:
        when = f"{run.finished_at:%Y-%m-%d %H:%M}"
        add_row(table, run.id, when, run.data, str(run.n), run.model, "; ".join(arm.name for arm in run.arms))
    return table


def compared_items(found: RunComparison) -> str:
    """Return one line on what was compared, and what was left out."""
    common = found.items
    if common.all_of_both:
        return f"{found.b} against {found.a}, on the same {common.n} items"
    parts = [
        f"{count} {what}"
        for count, what in (
            (common.only_a, f"only in {found.a}"),
            (common.only_b, f"only in {found.b}"),
            (common.altered, "with another query or other expected calls"),
        )
        if count
    ]
    return (
        f"{found.b} against {found.a}, on the {common.n} items that both have; left out: {', '.join(parts)}"
    )


def differences_table(found: RunComparison, arm: ArmComparison | None = None) -> Table:
    """Return what differs in how the runs, or two of their arms, were made."""
    table = new_table("Made differently", "", found.a, found.b)
    for each in arm.differences if arm else found.differences:
        add_row(table, each.what, each.a, each.b)
    return table


def measures_table(found: RunComparison, arm: ArmComparison) -> Table:
    """Return each measure: both rates, difference and interval, what changed, what could be shown."""
    title = arm.a if arm.a == arm.b else f"{arm.a} -> {arm.b}"
    columns = ("measure", found.a, found.b, "difference (95 %)", "changed", "can show")
    table = new_table(f"{title}; rate (k/n, 95 % interval)", *columns)
    for each in _told(found, arm):
        rates = (words.proportion(each.a), words.proportion(each.b))
        changed = words.attacks if each.lower_is_better else words.changes
        paired = (words.difference(each.paired), changed(each.paired))
        add_row(table, _about(found, each), *rates, *paired, _shown(each))
    return table


def verdict(found: RunComparison, arm: ArmComparison) -> str:
    """Return the verdict on an arm in one line."""
    name = "" if len(found.arms) == 1 else f"{arm.b}: "
    if arm.verdict == "no difference shown":
        alone = ", by a single test" if found.tests > 1 else ""
        return f"{name}{found.b} is not told from {found.a}; {_could_show(arm)}{alone}"
    decided = "; ".join(_about(found, each) for each in arm.measures if each.verdict == arm.verdict)
    return f"{name}{found.b} is significantly {arm.verdict} than {found.a} ({decided})"


def corrections(found: RunComparison) -> Iterator[str]:
    """Yield for how many tests verdicts are corrected, and each test's p then; nothing for a single one."""
    if found.tests < 2:
        return
    yield f"{found.tests} tests decide; with Holm's correction for as many:"
    for arm in found.arms:
        name = "" if len(found.arms) == 1 else f"{arm.b}: "
        for each in arm.measures:
            if each.p is not None:
                yield f"  {name}{_about(found, each)}: p {words.chance(each.p)}"


def remarks(arm: ArmComparison) -> Iterator[str]:
    """Yield what a reader should know about how an arm was compared, a line each."""
    if arm.broken:
        yield f"left out because they broke in either run: {arm.broken}"
    if arm.rejudged:
        yield f"answers that are judged otherwise than when their run was made: {arm.rejudged}"
    observed = sum(each.paired.n for each in arm.measures if each.measure in {"strict", "no call"})
    if observed < arm.phrasings:
        yield f"{arm.phrasings} items are phrasings of {observed} calls, and count as so many"
    for each in arm.measures[:1]:
        if each.paired.clusters is not None:
            of = f"{each.paired.n} items are parts of {each.paired.clusters} tasks or conversations"
            yield f"{of}, which go well or badly as a whole: so intervals and tests take them"
    for ids, what in ((arm.newly_attacked, "succeed now"), (arm.no_longer_attacked, "succeed no longer")):
        if ids:
            more = f" and {len(ids) - MOST_CHANGED} more with --json" if len(ids) > MOST_CHANGED else ""
            yield f"attacks that {what}: {', '.join(ids[:MOST_CHANGED])}{more}"


def tools_table(found: RunComparison, arm: ArmComparison) -> Table:
    """Return the tools that changed, the most changed first; the rest are counted."""
    changed = [tool for tool in arm.per_tool if tool.wins or tool.losses]
    same = len(arm.per_tool) - len(changed)
    rest = f"; {same} tools without a change" if same else ""
    title = f"Per tool, strict (p: exact test, Holm's correction){rest}"
    table = new_table(title, "tool", found.a, found.b, "won", "lost", "p")
    for tool in sorted(changed, key=lambda each: (each.wins - each.losses, -each.losses)):
        p = "too few items" if tool.p is None else words.chance(tool.p).removeprefix("= ")
        counts = (f"{tool.a.k}/{tool.a.n}", f"{tool.b.k}/{tool.b.n}")
        add_row(table, tool.tool, *counts, str(tool.wins), str(tool.losses), p)
    return table


def changed_table(arm: ArmComparison) -> Table:
    """Return the first items that were lost, and the first that were won, with the reason."""
    lost = [item for item in arm.changed if not item.won]
    won = [item for item in arm.changed if item.won]
    title = f"{len(lost)} items lost, {len(won)} won{_more(lost, won)}"
    table = new_table(title, "", "id", "query", "why it is wrong, or was")
    for item in (*lost[:MOST_CHANGED], *won[:MOST_CHANGED]):
        add_row(table, "won" if item.won else "lost", item.id, item.query, item.why)
    return table


def _about(found: RunComparison, each: Measured) -> str:
    if found.judged_by and each.measure in _CHECKED:
        return _CHECKED[each.measure]
    return _ABOUT[each.measure]


def _told(found: RunComparison, arm: ArmComparison) -> Iterator[Measured]:
    """Yield the measures, but for a second one of a checker that knows only one level of being right."""
    for each in arm.measures:
        same = each.measure == "lenient" and (each.a, each.b) == (arm.measures[0].a, arm.measures[0].b)
        if not (found.judged_by and same):
            yield each


def _could_show(arm: ArmComparison) -> str:
    least = next((_shown(each) for each in arm.measures if each.smallest is not None), None)
    if least is None:
        return "so few items can show no difference"
    return f"so many items show {least} or more four times out of five"


def _more(lost: Sequence[ChangedItem], won: Sequence[ChangedItem]) -> str:
    hidden = max(0, len(lost) - MOST_CHANGED) + max(0, len(won) - MOST_CHANGED)
    return f"; {hidden} more with --json" if hidden else ""


def _shown(each: Measured) -> str:
    return words.NOTHING if each.smallest is None else f"{100 * each.smallest:.1f} points"
