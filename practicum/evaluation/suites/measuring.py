"""Measuring a benchmark: every arm on the same tasks, several at a time, compared with the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.evaluation.arms import ArmPlan
from practicum.evaluation.attempt_log import AttemptLog, log_name
from practicum.evaluation.attempts import Attempted, Results
from practicum.evaluation.ladder import Arm, Ladder, build_ladder
from practicum.evaluation.measuring import identity_of, served_parts
from practicum.evaluation.runner import run, side_by_side
from practicum.evaluation.runs.making import ArmFacts, Setting, make_run
from practicum.evaluation.runs.provenance import endpoint_of
from practicum.evaluation.runs.record import Asked
from practicum.evaluation.runs.store import FOLDER, RunStore
from practicum.evaluation.scores import ItemResult, Status, summarise
from practicum.evaluation.suites.port import Answering, AnsweringWith, Suite, Task
from practicum.graph.adapted import adapted_model
from practicum.graph.planning import EMBEDDED_MOST_TOOLS, is_embedded, name_of
from practicum.graph.serving import decide_with, recollect_from
from practicum.memory_store.candidates import Serving
from practicum.memory_store.home import Home
from practicum.memory_store.served import named_serving
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.nodes.prompting import prompts_hash
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
    keep: Asked | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
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
        on_progress: Called with an arm's name, tasks done and tasks in all.

    Raises:
        SetupError: an arm is not there yet, an adapter is of another base, the model is out of reach.
    """
    name = model_name or name_of(model)
    arms: list[Arm] = []
    logs: list[AttemptLog] = []
    facts: dict[str, ArmFacts] = {}
    for plan in plans:
        serving = named_serving(home, plan.learned)
        answers = (name, endpoint_of(model) or "")
        log = AttemptLog(_log_file(home, suite, answers, plan, serving)) if model_name else None
        caller = ModelCaller(
            adapted_model(home, model, serving), name=name, concurrency=concurrency, budget=budget
        )
        answering = _answering(home, caller, serving, grounding=plan.grounding)
        most = max((task.most_calls for task in suite.tasks), default=1)
        at_once = side_by_side(concurrency, budget, most)
        results = await _run(suite, answering, plan.name, at_once, log, on_progress)
        judged = [_judged(task, done) for task, done in zip(suite.tasks, results.attempts, strict=True)]
        about = f"{plan.about}; judged by {suite.judged_by}"
        arms.append(Arm(name=plan.name, scores=summarise(judged), about=about, attempts=results.attempts))
        facts[plan.name] = ArmFacts(plan, served_parts(home, serving), log.answered if log else 0)
        logs += [log] if log else []
    ladder = build_ladder(arms)
    if keep is not None:
        items = [task.item for task in suite.tasks]
        setting = Setting(items, (), model, name, home.embedder.name, concurrency)
        kept = RunStore(home.path).keep(make_run(keep, setting, ladder, facts))
        ladder = ladder.model_copy(update={"run": kept.id})
    for each in logs:  # only now: what is not recorded yet could not be answered again
        each.forget()
    return ladder


def _answering(home: Home, caller: ModelCaller, serving: Serving, *, grounding: bool) -> AnsweringWith:
    embedded = is_embedded(caller.model)
    decide = decide_with(home, caller, serving, grounding=grounding)

    def answering(specs: Sequence[ToolSpec]) -> Answering:
        most = EMBEDDED_MOST_TOOLS if embedded else len(specs)
        recollect = recollect_from(
            home, specs, serving, embedded=embedded, grounding=grounding, most_tools=most
        )
        return Answering(decide, recollect, plain=embedded)

    return answering


async def _run(
    suite: Suite,
    answering: AnsweringWith,
    arm: str,
    concurrency: int,
    log: AttemptLog | None,
    on_progress: Callable[[str, int, int], None] | None,
) -> Results:
    tasks = {task.item.id: task for task in suite.tasks}

    async def predict(item: Item) -> Attempted:
        return await tasks[item.id].attempt(answering)

    def tell(done: int, of: int, _: Attempted) -> None:
        if on_progress is not None:
            on_progress(arm, done, of)

    items = [task.item for task in suite.tasks]
    once = log.resuming(predict) if log else predict
    return await run(items, once, concurrency=concurrency, on_progress=tell)


def _judged(task: Task, attempt: Attempted) -> ItemResult:
    if attempt.broken is not None:
        tools = tuple(dict.fromkeys(call.name for call in task.item.expected))
        return ItemResult(
            id=task.item.id, tools=tools, empty_arguments=False, status=Status.BROKEN, why=attempt.broken
        )
    return task.judge(attempt)


def _log_file(home: Home, suite: Suite, model: tuple[str, str], plan: ArmPlan, serving: Serving) -> Path:
    """Return where attempts are kept; ``model`` is its name and its server."""
    specs = [spec for task in suite.tasks for spec in task.specs]
    items = [task.item for task in suite.tasks]
    identity = (suite.name, *model, plan.name, identity_of(home, serving), prompts_hash())
    return home.path / FOLDER / log_name(items, specs, *identity)
