"""The verdicts of a comparison, on all arms together: each deciding test is one more occasion for chance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from practicum.evaluation.runs.arm_comparison import ArmComparison
from practicum.evaluation.runs.measures import DECIDING, Direction, Measured
from practicum.evaluation.statistics.several import corrected


def decide(compared: Iterable[ArmComparison]) -> tuple[ArmComparison, ...]:
    """Return the arms with their verdicts, given those without.

    The deciding measures of all arms are one family of tests, so that a run which is no worse is called so in
    one comparison of twenty, however many arms and measures there are.
    """
    arms = tuple(compared)
    tests = {
        (place, each.measure): each.paired
        for place, arm in enumerate(arms)
        for each in arm.measures
        if each.measure in DECIDING
    }
    ps = corrected(tests)
    decided = []
    for place, arm in enumerate(arms):
        measures = tuple(
            each.model_copy(update={"p": ps.get((place, each.measure))}) for each in arm.measures
        )
        decided.append(arm.model_copy(update={"measures": measures, "verdict": _verdict(measures)}))
    return tuple(decided)


def _verdict(measures: Sequence[Measured]) -> Direction:
    found = [each.verdict for each in measures]
    for verdict in ("worse", "better"):
        if verdict in found:
            return verdict
    return "no difference shown"
