"""Measuring what a home has learned: each arm answers as it would in service."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from practicum.evaluation.arms import SANDBOX_SEED
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.checks import check_items
from practicum.evaluation.ladder import Arm, Ladder, build_ladder
from practicum.evaluation.measurement import ArmSetup, Measurement
from practicum.evaluation.predict import make_predict
from practicum.evaluation.runner import Predict
from practicum.evaluation.runs.making import make_run
from practicum.evaluation.runs.record import EvaluationRequest
from practicum.evaluation.scores import Addition, score
from practicum.graph.executing import make_executor
from practicum.records import Item
from practicum.tools.catalog import Catalog
from practicum.tools.executor import Executor
from practicum.tools.policy import Rules
from practicum.tools.sandbox import Sandbox
from practicum.tools.turns import Turns


async def measure_home(
    measurement: Measurement,
    catalog: Catalog,
    *,
    keep: EvaluationRequest | None = None,
    leaked: Collection[str] | None = None,
    executor: Executor | None = None,
    additions: Sequence[Addition] = (),
) -> Ladder:
    """Run every arm on the same items and compare.

    Args:
        measurement: The arms, and the held-out or validation queries.
        catalog: All tools that are shown.
        keep: What was asked for: the home then keeps the run, and the ladder says under which id.
        leaked: Ids of items that something learned contains; None where nobody looked.
        executor: Executes the calls of items that expect several; None: those that may run while
            exploring, too.
        additions: What looks at each arm's answers once they are scored.

    Raises:
        SetupError: an item does not fit the tools.
        JournalError: the run can't be kept; asked for again, it goes on from what was answered.
    """
    items = measurement.items
    check_items(items, catalog.specs)
    executor = executor or make_executor(catalog.tools, Rules())
    most_calls = max((len(item.expected) for item in items), default=1) or 1

    def predicting(setup: ArmSetup) -> Predict:
        predict = make_predict(setup.decide, setup.recollect(catalog.specs), executor)
        return _in_sandboxes(predict, executor.sandboxes(catalog.tools))

    arms = []
    async for plan, attempts in measurement.arms(predicting, most_calls=most_calls):
        scores = score(items, attempts, catalog.specs, leaked=leaked)
        for add in additions:
            scores = await add(items, attempts, scores)
        measurement.tell(plan, scores.results)
        arms.append(Arm(name=plan.name, scores=scores, about=plan.about, attempts=attempts))
    return finished(measurement, build_ladder(arms), keep)


def finished(measurement: Measurement, ladder: Ladder, keep: EvaluationRequest | None) -> Ladder:
    """Return the ladder with the id of its run, which is kept if somebody asked for it."""
    record = partial(make_run, keep, ladder) if keep is not None else None
    return ladder.model_copy(update={"run": measurement.finish(record)})


def _in_sandboxes(predict: Predict, sandboxes: Sequence[Sandbox[Any]]) -> Predict:
    """Let each item's calls work on a state of its own, where tools have one."""
    turns = Turns()

    async def sandboxed(item: Item) -> Attempted:
        if len(item.expected) <= 1:  # nothing is executed for it
            return await predict(item)
        async with turns.episode(sandboxes, SANDBOX_SEED):
            return await predict(item)

    return sandboxed
