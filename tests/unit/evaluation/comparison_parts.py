"""Runs on the same items, by which of them went wrong or broke, and what comparing the runs finds."""

from __future__ import annotations

from collections.abc import Sequence

from run_parts import arm, calling, run

from practicum.evaluation.runs.arm_comparison import ArmComparison
from practicum.evaluation.runs.comparison import RunComparison, compare_runs, pair_arms
from practicum.evaluation.runs.record import Run
from practicum.records import Item

SIXTY = calling(60)
Went = dict[str, bool | None]


def compared(a: Run, b: Run) -> RunComparison:
    return compare_runs(a, b, pair_arms(a, b))


def only(found: RunComparison) -> ArmComparison:
    (arm_found,) = found.arms
    return arm_found


def against(
    items: Sequence[Item], before: Went, after: Went, *, groups: dict[str, str] | None = None
) -> ArmComparison:
    """Runs on the same items; those named were wrong (False) or broke (None)."""
    first = run(items, arm(items, before), groups=groups or {})
    return only(compared(first, run(items, arm(items, after), name="run-2", groups=groups or {})))


def wrong(items: Sequence[Item]) -> Went:
    return {item.id: False for item in items}
