"""The arms of a measurement, one after the other: each answers, makes room for the next, and is judged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import zip_longest

from practicum.evaluation.arms import ArmPlan
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.ladder import Arm
from practicum.evaluation.measurement import ArmSetup, Measurement
from practicum.evaluation.runner import Predict

Judge = Callable[[ArmPlan, tuple[Attempted, ...]], Awaitable[Arm]]
"""Returns an arm with its scores, given what it answered, in the order of the items."""


async def measure_arms(
    measurement: Measurement, predicting: Callable[[ArmSetup], Predict], judge: Judge, *, most_calls: int
) -> list[Arm]:
    """Let every arm answer all items, and return the arms as they were judged.

    An arm's model is out of memory before the next one's is loaded, and before a judge's is; its scores are
    feedback on its runs, where they are traced.

    Args:
        measurement: The arms, and what they are asked.
        predicting: Makes what answers an item as an arm would.
        judge: Scores what an arm answered.
        most_calls: Model calls that an item can take.
    """
    arms = []
    for plan, following in zip_longest(measurement.plans, measurement.plans[1:]):
        predict = predicting(measurement.setup(plan))
        attempts = await measurement.attempts(plan, predict, most_calls=most_calls)
        measurement.free(plan, following)
        arm = await judge(plan, attempts)
        measurement.tell(plan, arm.scores)
        arms.append(arm)
    return arms
