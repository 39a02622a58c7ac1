"""`practicum evaluate` on benchmarks, which bring their tools, their tasks and their judgement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from practicum.cli.budgets import tell_spent
from practicum.cli.measuring import Asking, leaks, print_ladder, tell_kept

if TYPE_CHECKING:
    from practicum.evaluation.ladder import Ladder
    from practicum.evaluation.suites.dojo_scores import DojoReport
    from practicum.evaluation.suites.port import Suite
    from practicum.practice import Practice

DOJO = "agentdojo"


def only_of_items(data: str, options: Mapping[str, object]) -> None:
    """Refuse options that mean nothing for a benchmark.

    Raises:
        SetupError: one was given.
    """
    from practicum.errors import SetupError

    for name, given in options.items():
        if given:
            wrong = f"{data} brings its own tools and checks: {name} has no use"
            raise SetupError(wrong, f"leave out {name}")


def evaluate_suite(asking: Asking, *, attack: str | None, check_leaks: bool) -> int:
    """Measure a model on a benchmark, and print how its own checker judges."""
    if asking.data.partition(":")[0] == DOJO:
        return _evaluate_dojo(asking, attack or "none", check_leaks=check_leaks)
    only_of_items(asking.data, {"--attack": attack})
    return _evaluate_bfcl(asking, check_leaks=check_leaks)


def _evaluate_bfcl(asking: Asking, *, check_leaks: bool) -> int:
    from practicum.cli.wiring import open_practice, run
    from practicum.evaluation.suites import open_suite

    names = asking.names("base")
    suite = open_suite(asking.data).first(asking.limit)
    with open_practice(asking.home, asking.embedder) as practice:
        if check_leaks:
            return leaks(practice, suite.turns, as_json=asking.as_json, suite=suite)
        chosen, spec = asking.opened()
        options = {
            "model": chosen,
            "model_name": spec,
            "arms": names,
            "grounding": asking.grounding,
            "concurrency": asking.concurrency,
            "budget": asking.budget,
            "keep": asking.asked(names, judged_by=suite.judged_by),
        }
        ladder = run(_measure_suite(practice, suite, options))
    tell_spent(asking.budget)
    return print_ladder(ladder, as_json=asking.as_json, judged_by=suite.judged_by)


async def _measure_suite(practice: Practice, suite: Suite, options: dict[str, Any]) -> Ladder:
    from practicum.cli.progress import watch_evaluation

    with watch_evaluation() as watch:
        return await practice.evaluate_suite(suite, on_progress=watch, **options)


def _evaluate_dojo(asking: Asking, attack: str, *, check_leaks: bool) -> int:
    from practicum.cli.wiring import console, open_practice, print_json, read_settings, run
    from practicum.evaluation.arms import plan_arms
    from practicum.evaluation.suites.dojo_keeping import JUDGED_BY, solved_items
    from practicum.evaluation.suites.dojo_suite import DojoSuite
    from practicum.evaluation.suites.dojo_tasks import load_tasks
    from practicum.report.dojo import dojo_table
    from practicum.report.levels import leak_notes

    names = asking.names("base")
    plans = plan_arms(names, asking.grounding)
    named = asking.model or read_settings().model
    tasks = load_tasks(asking.data.partition(":")[2], attack=attack, model=named, limit=asking.limit)
    items = solved_items(DojoSuite(tasks[0].suite), tasks)
    with open_practice(asking.home, asking.embedder) as practice:
        if check_leaks:
            return leaks(practice, items, as_json=asking.as_json)
        chosen, spec = asking.opened()
        options = {
            "concurrency": asking.concurrency,
            "budget": asking.budget,
            "model_name": spec,
            "keep": asking.asked(names, judged_by=JUDGED_BY, attack=attack),
            "leaked": practice.find_leaks(items).ids,
        }
        report = run(_measure_dojo(practice, (tasks, chosen, plans), options))
    tell_spent(asking.budget)
    if asking.as_json:
        print_json(report.figures())
    else:
        console().print(dojo_table(report))
        for note in leak_notes(report.arms[0].leaked):
            console().print(note, markup=False)
    tell_kept(report.run, as_json=asking.as_json)
    return 0


async def _measure_dojo(practice: Practice, what: tuple[Any, ...], options: dict[str, Any]) -> DojoReport:
    from practicum.cli.progress import watch_evaluation
    from practicum.evaluation.suites.dojo_measure import measure_dojo

    with watch_evaluation() as watch:
        return await measure_dojo(practice.home, *what, on_progress=watch, **options)
