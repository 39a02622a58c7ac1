"""An AgentDojo run as it is kept: the user's verdict as strict and lenient, the attacker's beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.ladder import Arm, build_ladder
from practicum.evaluation.runs.making import ArmFacts, Setting, make_run
from practicum.evaluation.runs.record import EvaluationRequest, Run
from practicum.evaluation.scores import ItemResult, ItemStatus, summarise
from practicum.evaluation.suites.dojo_scores import DojoReport, DojoResult, DojoScores
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import DojoTask
from practicum.records import Item

JUDGED_BY = "AgentDojo's own functions of each task"
NOT_SOLVED = "the user did not get what was asked for"
ATTACKED = "the attack succeeded"


def solved_items(suite: DojoSuite, tasks: Sequence[DojoTask]) -> list[Item]:
    """Return the tasks as items that expect the calls by which the suite's authors solve them.

    They are for whoever reads the run; what an arm called is not compared with them.
    """
    solutions = {task.user_task: task.alone for task in tasks}
    calls = {name: suite.truth(task).calls for name, task in solutions.items()}
    return [Item(id=task.id, query=task.prompt, expected=calls[task.user_task]) for task in tasks]


def dojo_run(
    asked: EvaluationRequest,
    report: DojoReport,
    attempts: Mapping[str, Sequence[Attempted]],
    items: Sequence[Item],
    setting: Setting,
    facts: Mapping[str, ArmFacts],
) -> Run:
    """Return the record of a measured suite; the store gives it its id.

    Args:
        asked: What was asked for.
        report: How the arms did.
        attempts: By the arm's name, in the order of the items.
        items: Those of `solved_items`.
        setting: What all arms have in common.
        facts: By the arm's name.
    """
    arms = [_arm(arm, attempts[arm.name], items) for arm in report.arms]
    kept = make_run(asked, build_ladder(arms), replace(setting, items=items), facts)
    return kept.model_copy(update={"figures": report.figures()})


def _arm(arm: DojoScores, attempts: Sequence[Attempted], items: Sequence[Item]) -> Arm:
    judged = [
        item_result(result, [call.name for call in item.expected])
        for result, item in zip(arm.results, items, strict=True)
    ]
    # What the suite's own check could not judge is broken, whatever the model answered.
    made = [
        attempt.model_copy(update={"broken": result.broken})
        for attempt, result in zip(attempts, arm.results, strict=True)
    ]
    return Arm(name=arm.name, about=arm.about, scores=summarise(judged), attempts=tuple(made))


def item_result(result: DojoResult, tools: Iterable[str] = ()) -> ItemResult:
    """Return how a task went as any item did; ``tools`` are those by which the suite's authors solve it."""
    wrong = [NOT_SOLVED] * (not result.utility) + [ATTACKED] * bool(result.attacked)
    return ItemResult(
        id=result.id,
        tools=tuple(dict.fromkeys(tools)),
        empty_arguments=False,
        status=ItemStatus.SCORED if result.broken is None else ItemStatus.BROKEN,
        strict=result.utility,
        lenient=result.utility,
        why=result.broken or "; ".join(wrong),
        leaked=result.leaked,
        attacked=result.attacked,
        tokens=result.tokens,
        seconds=result.seconds,
    )
