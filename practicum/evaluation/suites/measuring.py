"""Measuring a benchmark: every arm on the same tasks, several at a time, compared with the first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING

from practicum.evaluation.arms import ArmPlan
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.ladder import Arm, Ladder, build_ladder
from practicum.evaluation.measurement import ArmSetup, Measurement, OnProgress
from practicum.evaluation.measuring import finished
from practicum.evaluation.runner import Predict
from practicum.evaluation.runs.record import EvaluationRequest
from practicum.evaluation.scores import ItemResult, ItemStatus, summarise
from practicum.evaluation.suites.port import MakeTaskSetup, Suite, Task, TaskSetup
from practicum.graph.planning import EMBEDDED_MOST_TOOLS
from practicum.memory_store.home import Home
from practicum.models.budget import Budget
from practicum.records import Item, ToolSpec

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


async def measure_suite(
    home: Home,
    suite: Suite,
    model: BaseChatModel,
    plans: Sequence[ArmPlan],
    *,
    concurrency: int = 16,
    budget: Budget | None = None,
    model_name: str | None = None,
    keep: EvaluationRequest | None = None,
    leaked: Collection[str] | None = None,
    on_progress: OnProgress | None = None,
) -> Ladder:
    """Run every arm on the suite's tasks, judge each by the suite's own checker, and compare.

    In the figures, strict and lenient are the same: the checker's verdict. A model other than the
    embedded one is shown all tools that a task brings.

    Args:
        home: Holds what was learned; of it only what fits a task's tools is used.
        suite: The tasks.
        model: The base model; arms with an adapter get theirs.
        plans: The arms.
        concurrency: Tasks side by side; fewer run where those might not end within the budget.
        budget: Limits on model calls and seconds, over all arms.
        model_name: How messages name the model. Runs of a named model can be resumed.
        keep: What was asked for: the home then keeps the run, and the ladder says under which id.
        leaked: Ids of tasks that something learned contains; None where nobody looked.
        on_progress: Called with an arm's name, tasks done and tasks in all.

    Raises:
        SetupError: an arm is not there yet, an adapter is of another base, the model is out of reach.
        JournalError: the run can't be kept; asked for again, it goes on from what was answered.
    """
    items = [task.item for task in suite.tasks]
    # Conversations about one class bring its tools each.
    specs = {spec.schema_hash + spec.name: spec for task in suite.tasks for spec in task.specs}
    limits = (concurrency, budget, on_progress)
    measurement = Measurement(
        home, model, plans, items, list(specs.values()), model_name, (suite.name,), *limits
    )
    most_calls = max((task.most_calls for task in suite.tasks), default=1)
    arms = []
    async for plan, attempts in measurement.arms(partial(_predicting, suite), most_calls=most_calls):
        judged = [_judged(task, done) for task, done in zip(suite.tasks, attempts, strict=True)]
        if leaked is not None:
            judged = [each.model_copy(update={"leaked": each.id in leaked}) for each in judged]
        measurement.tell(plan, judged)
        about = f"{plan.about}; judged by {suite.judged_by}"
        arms.append(Arm(name=plan.name, scores=summarise(judged), about=about, attempts=attempts))
    return finished(measurement, build_ladder(arms), keep)


def _make_setup(setup: ArmSetup) -> MakeTaskSetup:
    def make_setup(specs: Sequence[ToolSpec]) -> TaskSetup:
        most = EMBEDDED_MOST_TOOLS if setup.embedded else len(specs)
        return TaskSetup(setup.decide, setup.recollect(specs, most_tools=most), plain=setup.embedded)

    return make_setup


def _predicting(suite: Suite, setup: ArmSetup) -> Predict:
    tasks, make_setup = {task.item.id: task for task in suite.tasks}, _make_setup(setup)

    async def predict(item: Item) -> Attempted:
        return await tasks[item.id].attempt(make_setup)

    return predict


def _judged(task: Task, attempt: Attempted) -> ItemResult:
    if attempt.broken is not None:
        tools = tuple(dict.fromkeys(call.name for call in task.item.expected))
        return ItemResult(
            id=task.item.id, tools=tools, empty_arguments=False, status=ItemStatus.BROKEN, why=attempt.broken
        )
    return task.judge(attempt)
