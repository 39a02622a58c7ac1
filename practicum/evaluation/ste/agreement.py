"""How well a deterministic comparison of arguments agrees with a chat model's verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from practicum.agreement import kappa
from practicum.evaluation.statistics.proportions import Proportion, count
from practicum.evaluation.ste.arguments import Level
from practicum.records import Record

_SAID = ((True, True), (True, False), (False, True), (False, False))
"""What level and verdict say, in the order in which `kappa` counts."""


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
    """Agreement beyond chance (`practicum.agreement.kappa`)."""


def agreements(judged: Iterable[tuple[Level, bool]]) -> dict[str, LevelAgreement]:
    """Return the agreement of each level by its label, the strictest first; empty without verdicts."""
    pairs = list(judged)
    levels = (Level.EXACT, Level.EQUIVALENT, Level.SIMILAR) if pairs else ()
    return {level.label: agreement([(found >= level, right) for found, right in pairs]) for level in levels}


def agreement(pairs: Sequence[tuple[bool, bool]]) -> LevelAgreement:
    """Compare levels with verdicts, given as (good enough, verdict) for each call."""
    return LevelAgreement(
        n=len(pairs),
        accuracy=count([ours == theirs for ours, theirs in pairs]),
        precision=count([theirs for ours, theirs in pairs if ours]),
        recall=count([ours for ours, theirs in pairs if theirs]),
        kappa=kappa(*(pairs.count(said) for said in _SAID)),
    )
