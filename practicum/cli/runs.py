"""Kept runs of `practicum evaluate`: listed, and two of them compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

    from practicum.evaluation.runs.comparison import RunComparison

WORSE = 1
_OF_KEPT = frozenset({"runs", "compare", "home", "as_json"})
"""What listing and comparing read."""


def refuse_measuring(context: typer.Context) -> None:
    """Refuse options that only measuring reads, rather than leave them out in silence.

    Raises:
        SetupError: one was given, or both of --runs and --compare.
    """
    from practicum.cli.options import was_given
    from practicum.errors import SetupError

    given = {each.name: each.opts[0] for each in context.command.params if was_given(context, each.name)}
    if {"runs", "compare"} <= given.keys():
        raise SetupError("--runs lists runs and --compare compares two", "leave out one of them")
    if useless := [option for name, option in given.items() if name not in _OF_KEPT]:
        several = ", ".join(useless)
        raise SetupError(
            f"--compare and --runs measure nothing: {several} would have no effect",
            f"leave out {several}; or evaluate first, and compare the kept runs then",
        )


def list_runs(home: Path | None, *, as_json: bool) -> int:
    """Print the kept runs of a home, the newest first."""
    from practicum.cli.wiring import console, home_path, print_json
    from practicum.evaluation.runs.store import RunStore
    from practicum.report.runs import runs_table

    store = RunStore(home_path(home))
    found, unreadable = list(store.runs()), store.unreadable()
    if as_json:
        print_json({"runs": [run.summary() for run in found]})
    elif found:
        console().print(runs_table(found))
    elif not unreadable:
        console().print("no run is kept yet: `practicum evaluate` keeps each", markup=False)
    for error in unreadable:
        console(stderr=True).print(f"note: {error.message}; {error.fix}", markup=False)
    return 0


def compare(names: tuple[str, str], home: Path | None, *, as_json: bool) -> int:
    """Print how the second run differs from the first; exit status 1 if it is significantly worse."""
    from practicum.cli.wiring import home_path, print_json
    from practicum.evaluation.runs.comparison import compare_runs, pair_arms
    from practicum.evaluation.runs.store import RunStore

    store = RunStore(home_path(home))
    (a, arm_a), (b, arm_b) = (store.find(name) for name in names)
    labels = names if a.id == b.id else (a.id, b.id)
    found = compare_runs(a, b, pair_arms(a, b, arm_a, arm_b), names=labels)
    if as_json:
        print_json(found.figures())
    else:
        _print(found)
    return WORSE if found.worse else 0


def _print(found: RunComparison) -> None:
    from practicum.cli.wiring import console
    from practicum.report import runs

    out = console()
    out.print(runs.compared_items(found), markup=False)
    if found.differences:
        out.print(runs.differences_table(found))
    for arm in found.arms:
        if arm.differences:
            out.print(runs.differences_table(found, arm))
        out.print(runs.measures_table(found, arm))
        for remark in runs.remarks(arm):
            out.print(remark, markup=False)
        if arm.changed:
            out.print(runs.tools_table(found, arm))
            out.print(runs.changed_table(arm))
    for line in runs.corrections(found):
        out.print(line, markup=False, soft_wrap=True)
    for arm in found.arms:
        out.print(runs.verdict(found, arm), markup=False, soft_wrap=True)
