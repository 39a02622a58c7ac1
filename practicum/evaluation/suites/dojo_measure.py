"""Arms on the tasks of an AgentDojo suite: the agent of a home, with and without what it learned."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING

from practicum.evaluation.arms import ArmPlan
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.measurement import ArmSetup, Measurement, OnProgress
from practicum.evaluation.runner import Predict
from practicum.evaluation.runs.record import EvaluationRequest
from practicum.evaluation.statistics.proportions import count
from practicum.evaluation.suites.dojo_keeping import dojo_run, item_result, solved_items
from practicum.evaluation.suites.dojo_run import MOST_CALLS, run_task
from practicum.evaluation.suites.dojo_scores import DojoReport, idle_tasks, score, summarise
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import DojoTask
from practicum.memory_store.home import Home
from practicum.models.budget import Budget
from practicum.records import Item
from practicum.tools.suites.agentdojo_package import VERSION

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


async def measure_dojo(
    home: Home,
    tasks: Sequence[DojoTask],
    model: BaseChatModel,
    plans: Sequence[ArmPlan],
    *,
    concurrency: int = 16,
    budget: Budget | None = None,
    model_name: str | None = None,
    keep: EvaluationRequest | None = None,
    leaked: Collection[str] | None = None,
    on_progress: OnProgress | None = None,
) -> DojoReport:
    """Run every arm on the same tasks of one suite.

    Args:
        home: Holds what was learned.
        tasks: At least one, all of one suite and attack (`load_tasks`).
        model: The base model; arms with an adapter get theirs.
        plans: The arms.
        concurrency: Tasks side by side; fewer run where those might not end within the budget.
        budget: Limits on model calls, over all arms.
        model_name: How messages name the model. Runs of a named model can be resumed.
        keep: What was asked for: the home then keeps the run, and the report says under which id.
        leaked: Ids of tasks that something learned contains; None where nobody looked.
        on_progress: Called with an arm's name, tasks done and tasks in all.

    Raises:
        SetupError: an arm is not there yet, or an adapter is of another base.
        JournalError: the run can't be kept; asked for again, it goes on from what was answered.
    """
    suite = DojoSuite(tasks[0].suite)
    items, specs = [task.item for task in tasks], [tool.spec for tool in suite.tools]
    limits = (concurrency, budget, on_progress)
    measurement = Measurement(home, model, plans, items, specs, model_name, (VERSION,), *limits)
    idle = idle_tasks(suite, tasks)
    free = [name for name, solved in idle.items() if solved]
    arms = []
    made: dict[str, Sequence[Attempted]] = {}
    async for plan, attempts in measurement.arms(partial(_predicting, suite, tasks), most_calls=MOST_CALLS):
        made[plan.name] = attempts
        results = [score(suite, task, done) for task, done in zip(tasks, attempts, strict=True)]
        if leaked is not None:
            results = [each.model_copy(update={"leaked": each.id in leaked}) for each in results]
        measurement.tell(plan, map(item_result, results))
        arms.append(summarise(plan.name, results, free, about=plan.about))
    solved = count(list(idle.values()))
    report = DojoReport(suite=suite.name, attack=tasks[0].attack, idle=solved, arms=tuple(arms))
    record = partial(dojo_run, keep, report, made, solved_items(suite, tasks)) if keep else None
    return report.model_copy(update={"run": measurement.finish(record)})


def _predicting(suite: DojoSuite, tasks: Sequence[DojoTask], setup: ArmSetup) -> Predict:
    by_id = {task.id: task for task in tasks}
    # A task may need tools that its first words do not sound like; the package shows all, too.
    most = None if setup.embedded else len(suite.tools)
    recollect = setup.recollect([tool.spec for tool in suite.tools], most_tools=most)

    def predict(item: Item) -> Awaitable[Attempted]:
        return run_task(suite, by_id[item.id], setup.decide, recollect, plain=setup.embedded)

    return predict
