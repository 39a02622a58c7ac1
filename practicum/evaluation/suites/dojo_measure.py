"""Arms on the tasks of an AgentDojo suite: the agent of a home, with and without what it learned."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from practicum.evaluation.arms import ArmPlan
from practicum.evaluation.attempt_log import AttemptLog, log_name
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.measuring import identity_of, served_parts
from practicum.evaluation.runner import Predict, run, side_by_side
from practicum.evaluation.runs.making import ArmFacts, Setting
from practicum.evaluation.runs.provenance import endpoint_of
from practicum.evaluation.runs.record import Asked
from practicum.evaluation.runs.store import FOLDER, RunStore
from practicum.evaluation.statistics.proportions import count
from practicum.evaluation.suites.dojo_keeping import dojo_run, solved_items
from practicum.evaluation.suites.dojo_run import MOST_CALLS, run_task
from practicum.evaluation.suites.dojo_scores import DojoReport, DojoScores, idle_tasks, score, summarise
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import DojoTask
from practicum.graph.adapted import adapted_model
from practicum.graph.planning import is_embedded, name_of
from practicum.graph.serving import decide_with, recollect_from
from practicum.memory_store.candidates import Serving
from practicum.memory_store.home import Home
from practicum.memory_store.served import named_serving
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.nodes.prompting import prompts_hash
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
    keep: Asked | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
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
        on_progress: Called with an arm's name, tasks done and tasks in all.

    Raises:
        SetupError: an arm is not there yet, or an adapter is of another base.
        JournalError: the run can't be kept; asked for again, it goes on from what was answered.
    """
    suite = DojoSuite(tasks[0].suite)
    servings = {plan.learned: named_serving(home, plan.learned) for plan in plans}
    idle = idle_tasks(suite, tasks)
    name = model_name or name_of(model)
    arms: list[DojoScores] = []
    attempts: dict[str, Sequence[Attempted]] = {}
    logs: dict[str, AttemptLog] = {}
    for plan in plans:
        serving = servings[plan.learned]
        caller = ModelCaller(
            adapted_model(home, model, serving), name=name, concurrency=concurrency, budget=budget
        )
        predict = _make_predict(suite, tasks, home, caller, plan, serving)
        if model_name:  # only a model whose name says what it is can be known again
            file = log_name(
                [task.item for task in tasks],
                [tool.spec for tool in suite.tools],
                *(
                    name,
                    endpoint_of(model) or "",
                    plan.name,
                    VERSION,
                    identity_of(home, serving),
                    prompts_hash(),
                ),
            )
            logs[plan.name] = AttemptLog(home.path / FOLDER / file)
            predict = logs[plan.name].resuming(predict)
        made = await _attempts(
            tasks, plan, predict, side_by_side(concurrency, budget, MOST_CALLS), on_progress
        )
        attempts[plan.name] = made
        results = [score(suite, task, attempt) for task, attempt in zip(tasks, made, strict=True)]
        free = [name for name, solved in idle.items() if solved]
        arms.append(summarise(plan.name, results, free, about=plan.about))
    report = DojoReport(
        suite=suite.name, attack=tasks[0].attack, idle=count(list(idle.values())), arms=tuple(arms)
    )
    if keep is not None:
        items, specs = solved_items(suite, tasks), [tool.spec for tool in suite.tools]
        setting = Setting(items, specs, model, name, home.embedder.name, concurrency)
        facts = {
            plan.name: ArmFacts(
                plan,
                served_parts(home, servings[plan.learned]),
                logs[plan.name].answered if plan.name in logs else 0,
            )
            for plan in plans
        }
        kept = RunStore(home.path).keep(dojo_run(keep, setting, report, attempts, facts))
        report = report.model_copy(update={"run": kept.id})
    for log in logs.values():  # only now: what is not recorded yet could not be answered again
        log.forget()
    return report


def _make_predict(
    suite: DojoSuite,
    tasks: Sequence[DojoTask],
    home: Home,
    caller: ModelCaller,
    plan: ArmPlan,
    serving: Serving,
) -> Predict:
    by_id = {task.id: task for task in tasks}
    embedded = is_embedded(caller.model)
    decide = decide_with(home, caller, serving, grounding=plan.grounding)
    recollect = recollect_from(
        home,
        [tool.spec for tool in suite.tools],
        serving,
        embedded=embedded,
        grounding=plan.grounding,
        # A task may need tools that its first words do not sound like; the package shows all, too.
        most_tools=None if embedded else len(suite.tools),
    )

    def predict(item: Item) -> Awaitable[Attempted]:
        return run_task(suite, by_id[item.id], decide, recollect, plain=embedded)

    return predict


async def _attempts(
    tasks: Sequence[DojoTask],
    plan: ArmPlan,
    predict: Predict,
    concurrency: int,
    on_progress: Callable[[str, int, int], None] | None,
) -> Sequence[Attempted]:
    def tell(done: int, of: int, _: Attempted) -> None:
        if on_progress is not None:
            on_progress(plan.name, done, of)

    items = [task.item for task in tasks]
    return (await run(items, predict, concurrency=concurrency, on_progress=tell)).attempts
