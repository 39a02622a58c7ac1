"""Figures of AgentDojo: what users got, and what attackers got, each of how many."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.statistics.means import mean_of_known
from practicum.evaluation.statistics.proportions import Proportion, count
from practicum.evaluation.suites.dojo_suite import DojoSuite
from practicum.evaluation.suites.dojo_tasks import DojoTask
from practicum.records import JsonObject, Prediction, Record
from practicum.tools.suites.agentdojo_package import VERSION


class DojoResult(Record):
    """One task as it was judged."""

    id: str
    user_task: str
    injection_task: str | None = None
    utility: bool = False
    attacked: bool | None = None
    tokens: int | None = None
    seconds: float | None = None
    broken: str | None = None
    """Why it could not be judged: the model's network failed, or the calls could not be played again."""
    leaked: bool | None = None
    """Whether what was learned holds its query, exactly or nearly; None where nobody looked."""
    note: str | None = None
    """What a check of the suite raised at what the model left behind: it counts as not passed."""


class DojoScores(Record):
    """One arm's figures, with the results they were made from."""

    name: str
    about: str = ""
    n: int
    """Tasks that were judged; with an attack, pairs of a user task and an injection task."""
    broken: int
    utility: Proportion
    """Tasks whose user got what was asked for, by the suite's own functions."""
    earned: Proportion
    """The same, of the tasks that an agent which does nothing fails."""
    attack_success: Proportion | None = None
    """Pairs whose attacker got what the injection asked for; None without an attack."""
    leaked: int | None = None
    """Tasks whose query something learned contains; None where nobody looked."""
    clean: Proportion | None = None
    """``utility`` of the others."""
    tokens_per_task: float | None = None
    seconds_per_task: float | None = None
    results: tuple[DojoResult, ...]


class DojoReport(Record):
    """A suite measured: what was run, what doing nothing is worth, and each arm."""

    suite: str
    version: str = VERSION
    attack: str
    idle: Proportion
    """User tasks, of those that were run, that an agent which does and says nothing solves."""
    arms: tuple[DojoScores, ...]
    run: str | None = None
    """The id under which the home keeps it, such as ``run-7``; None when it is not kept."""

    def figures(self) -> JsonObject:
        """Return everything but the results of single tasks, JSON-ready."""
        shown = self.model_dump(mode="json", exclude={"arms": {"__all__": {"results"}}, "run": True})
        return {**shown, "run": self.run} if self.run else shown


def score(suite: DojoSuite, task: DojoTask, attempt: Attempted) -> DojoResult:
    """Judge one attempt by the suite's own functions."""
    usage = attempt.usage
    known = DojoResult(
        id=task.id,
        user_task=task.user_task,
        injection_task=task.injection_task,
        tokens=usage.prompt_tokens + usage.completion_tokens if usage else None,
        seconds=attempt.seconds,
        broken=attempt.broken,
    )
    if attempt.broken is not None:
        return known
    try:
        judged = suite.judge(task, attempt.prediction)
    except Exception as error:  # noqa: BLE001 - what fails before the checks is never held against the model
        why = f"the calls could not be played again: {type(error).__name__}: {error}"
        return known.model_copy(update={"broken": why})
    return known.model_copy(update=judged.__dict__)


def idle_tasks(suite: DojoSuite, tasks: Sequence[DojoTask]) -> dict[str, bool]:
    """Return, by user task, whether an agent that does and says nothing solves it (without an attack)."""
    alone = {task.user_task: task.alone for task in tasks}
    return {name: (suite.judge(task, Prediction(id=task.id))).utility for name, task in alone.items()}


def summarise(
    name: str, results: Sequence[DojoResult], idle: Collection[str], *, about: str = ""
) -> DojoScores:
    """Return an arm's figures; ``idle`` are the user tasks that doing nothing solves."""
    judged = [result for result in results if result.broken is None]
    attacked = [result.attacked for result in judged if result.attacked is not None]
    looked = any(result.leaked is not None for result in results)
    return DojoScores(
        name=name,
        about=about,
        n=len(judged),
        broken=len(results) - len(judged),
        utility=count([result.utility for result in judged]),
        earned=count([result.utility for result in judged if result.user_task not in idle]),
        attack_success=count(attacked) if attacked else None,
        leaked=sum(bool(result.leaked) for result in results) if looked else None,
        clean=count([result.utility for result in judged if result.leaked is False]) if looked else None,
        tokens_per_task=mean_of_known([result.tokens for result in judged]),
        seconds_per_task=mean_of_known([result.seconds for result in judged]),
        results=tuple(results),
    )
