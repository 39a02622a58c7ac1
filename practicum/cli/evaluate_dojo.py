"""`practicum evaluate --data agentdojo:SUITE`: the suite brings its tools, its tasks and its judgement."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from practicum.evaluation.arms import ArmPlan
    from practicum.evaluation.suites.dojo_scores import DojoReport
    from practicum.evaluation.suites.dojo_tasks import DojoTask
    from practicum.models.budget import Budget
    from practicum.practice import Practice

SUITE = "agentdojo"


def evaluate_dojo(
    suite: str,
    *,
    attack: str,
    model: str | None,
    plans: Sequence[ArmPlan],
    limit: int | None,
    concurrency: int,
    budget: Budget,
    embedder: str | None,
    home: Path | None,
    as_json: bool,
) -> int:
    """Measure a model on a suite, and print what users and attackers got."""
    from practicum.cli.wiring import console, open_model, open_practice, print_json, read_settings, run
    from practicum.evaluation.suites.dojo_tasks import load_tasks
    from practicum.report.dojo import dojo_table

    # Refused before a home is made and a model loaded.
    tasks = load_tasks(suite, attack=attack, model=model or read_settings().model, limit=limit)
    with open_practice(home, embedder) as practice:
        chosen, spec = open_model(model)
        report = run(_measure(practice, tasks, chosen, spec, plans, concurrency, budget))
    if as_json:
        print_json(report.figures())
    else:
        console().print(dojo_table(report))
    return 0


async def _measure(
    practice: Practice,
    tasks: Sequence[DojoTask],
    model: BaseChatModel,
    spec: str,
    plans: Sequence[ArmPlan],
    concurrency: int,
    budget: Budget,
) -> DojoReport:
    from practicum.cli.progress import watch_evaluation
    from practicum.evaluation.suites.dojo_measure import measure_dojo

    with watch_evaluation() as watch:
        return await measure_dojo(
            practice.home,
            tasks,
            model,
            plans,
            concurrency=concurrency,
            budget=budget,
            model_name=spec,
            on_progress=watch,
        )
