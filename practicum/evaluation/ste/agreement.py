"""How well a deterministic comparison of arguments agrees with a chat model's verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from practicum.evaluation.statistics.proportions import Proportion, count
from practicum.evaluation.ste.arguments import Level
from practicum.records import Record


class LevelAgreement(Record):
    """One level against the verdicts; "right" is what the chat model called correct."""

    n: int
    """Calls with a verdict."""
    accuracy: Proportion
    """Of all: both say the same."""
    precision: Proportion
    """Of the calls that the level calls right: the chat model does, too."""
    recall: Proportion
    """Of the calls that the chat model calls right: the level does, too."""
    kappa: float | None
    """Cohen's kappa: agreement beyond chance; None where chance alone agrees on everything.

    Source: J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological
    Measurement 20 (1960).
    """


def agreements(judged: Iterable[tuple[Level, bool]]) -> dict[str, LevelAgreement]:
    """Return the agreement of each level by its label, the strictest first; empty without verdicts."""
    pairs = list(judged)
    levels = (Level.EXACT, Level.EQUIVALENT, Level.SIMILAR) if pairs else ()
    return {level.label: agreement([(found >= level, right) for found, right in pairs]) for level in levels}


def agreement(pairs: Sequence[tuple[bool, bool]]) -> LevelAgreement:
    """Compare levels with verdicts, given as (good enough, verdict) for each call."""
    accuracy = count([ours == theirs for ours, theirs in pairs])
    return LevelAgreement(
        n=len(pairs),
        accuracy=accuracy,
        precision=count([theirs for ours, theirs in pairs if ours]),
        recall=count([ours for ours, theirs in pairs if theirs]),
        kappa=_kappa(pairs, accuracy),
    )


def _kappa(pairs: Sequence[tuple[bool, bool]], accuracy: Proportion) -> float | None:
    if accuracy.rate is None:
        return None
    ours = sum(mine for mine, _ in pairs) / len(pairs)
    theirs = sum(verdict for _, verdict in pairs) / len(pairs)
    chance = ours * theirs + (1 - ours) * (1 - theirs)
    return None if chance == 1 else (accuracy.rate - chance) / (1 - chance)
