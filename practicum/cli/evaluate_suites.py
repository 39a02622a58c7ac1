"""`practicum evaluate` on benchmarks, which bring their tools, their tasks and their judgement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from practicum.cli.budgets import tell_spent
from practicum.cli.measuring import EvaluateOptions, leaks, print_ladder, tell_kept

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


def evaluate_suite(given: EvaluateOptions, *, attack: str | None, check_leaks: bool) -> int:
    """Measure a model on a benchmark, and print how its own checker judges."""
    if given.data.partition(":")[0] == DOJO:
        return _evaluate_dojo(given, attack or "none", check_leaks=check_leaks)
    only_of_items(given.data, {"--attack": attack})
    return _evaluate_bfcl(given, check_leaks=check_leaks)


def _evaluate_bfcl(given: EvaluateOptions, *, check_leaks: bool) -> int:
    from practicum.cli.opening import tell_unread
    from practicum.cli.wiring import open_practice, run
    from practicum.evaluation.suites import open_suite

    names = given.names("base")
    suite = open_suite(given.data).first(given.limit)
    with open_practice(given.home, given.embedder) as practice:
        if check_leaks:
            return leaks(practice, suite.turns, as_json=given.as_json, suite=suite)
        chosen, spec = given.opened()
        options = {
            "model": chosen,
            "model_name": spec,
            "arms": names,
            "grounding": given.grounding,
            "concurrency": given.concurrency,
            "budget": given.budget,
            "keep": given.asked(names, judged_by=suite.judged_by),
        }
        tell_unread(practice.home, names)
        ladder = run(_measure_suite(practice, suite, options))
    tell_spent(given.budget)
    return print_ladder(ladder, as_json=given.as_json, judged_by=suite.judged_by)


async def _measure_suite(practice: Practice, suite: Suite, options: dict[str, Any]) -> Ladder:
    from practicum.cli.progress import watch_evaluation

    with watch_evaluation() as watch:
        return await practice.evaluate_suite(suite, on_progress=watch, **options)


def _evaluate_dojo(given: EvaluateOptions, attack: str, *, check_leaks: bool) -> int:
    from practicum.cli.opening import tell_unread
    from practicum.cli.wiring import console, open_practice, print_json, read_settings, run
    from practicum.evaluation.arms import plan_arms
    from practicum.evaluation.suites.dojo_keeping import JUDGED_BY, solved_items
    from practicum.evaluation.suites.dojo_suite import DojoSuite
    from practicum.evaluation.suites.dojo_tasks import load_tasks
    from practicum.report.dojo import dojo_table
    from practicum.report.levels import leak_notes

    names = given.names("base")
    plans = plan_arms(names, given.grounding)
    named = given.model or read_settings().model
    tasks = load_tasks(given.data.partition(":")[2], attack=attack, model=named, limit=given.limit)
    items = solved_items(DojoSuite(tasks[0].suite), tasks)
    with open_practice(given.home, given.embedder) as practice:
        if check_leaks:
            return leaks(practice, items, as_json=given.as_json)
        chosen, spec = given.opened()
        options = {
            "concurrency": given.concurrency,
            "budget": given.budget,
            "model_name": spec,
            "keep": given.asked(names, judged_by=JUDGED_BY, attack=attack),
            "leaked": practice.find_leaks(items).ids,
        }
        tell_unread(practice.home, names)
        report = run(_measure_dojo(practice, (tasks, chosen, plans), options))
    tell_spent(given.budget)
    if given.as_json:
        print_json(report.figures())
    else:
        console().print(dojo_table(report))
        for note in leak_notes(report.arms[0].leaked):
            console().print(note, markup=False)
    tell_kept(report.run, as_json=given.as_json)
    return 0


async def _measure_dojo(practice: Practice, what: tuple[Any, ...], options: dict[str, Any]) -> DojoReport:
    from practicum.cli.progress import watch_evaluation
    from practicum.evaluation.suites.dojo_measure import measure_dojo

    with watch_evaluation() as watch:
        return await measure_dojo(practice.home, *what, on_progress=watch, **options)
