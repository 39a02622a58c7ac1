"""Two arms on the same items: the difference, its interval, and whether chance explains it."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, sqrt
from typing import Literal

from practicum.errors import SetupError
from practicum.evaluation.scores import Scores, sound_pairs
from practicum.evaluation.statistics.clusters import cluster_margin, net_wins, sign_flip
from practicum.evaluation.statistics.proportions import Z_95
from practicum.records import Record

Measure = Literal["strict", "lenient"]


class Paired(Record):
    """How arm b differs from arm a in ``correct``, over the items that broke in neither."""

    measure: Measure
    n: int
    clusters: int | None = None
    """How many groups of items go well or badly together (see `of_pairs`); None where each item is one."""
    wins: int
    """Items that b has right and a has wrong."""
    losses: int
    """Items that a has right and b has wrong."""
    difference: float | None
    """Rate of b less rate of a, in [-1, 1]; None when n is 0."""
    low: float | None
    """Of the 95 % interval; None when n is 0, or when all items are of one cluster."""
    high: float | None
    p: float
    """Two-sided exact test (McNemar's, where each item is a cluster of its own): how often chance alone gives
    wins and losses as uneven."""


def paired(a: Scores, b: Scores, *, measure: Measure = "strict") -> Paired:
    """Compare two arms item by item.

    The 95 % interval is the Wald interval with Bonett and Price's Laplace adjustment: closed
    form, so the same in every run, and of some width even where the arms never differ (a
    bootstrap's collapses to nothing there). Source: Fagerland, Lydersen and Laake,
    Recommended tests and confidence intervals for paired binomial proportions,
    Statistics in Medicine 33 (2014). The test and the interval may disagree at the edge.

    Raises:
        SetupError: If the arms were scored on different items.
    """
    odd = {result.id for result in a.results} ^ {result.id for result in b.results}
    if odd:
        raise SetupError(
            f"the arms have different items (such as {min(odd)!r})", "score both arms on the same data"
        )
    right = [(bool(getattr(x, measure)), bool(getattr(y, measure))) for x, y in sound_pairs(a, b)]
    return of_pairs(right, measure=measure)


def of_pairs(
    right: Sequence[tuple[bool, bool]], *, measure: Measure = "strict", clusters: Sequence[str] | None = None
) -> Paired:
    """Return how b differs from a, given for each item whether a has it right, and whether b has.

    Args:
        right: Of a and of b, an item each.
        measure: What it is called.
        clusters: The group of each item, where items of one group go well or badly together, such as pairs of
            one user task and many attacks: not items but groups are then what chance would draw
            (`practicum.evaluation.statistics.clusters`). The rates and counts stay those of the items.
    """
    wins, losses, n = right.count((False, True)), right.count((True, False)), len(right)
    found = Paired(
        measure=measure,
        n=n,
        wins=wins,
        losses=losses,
        difference=(wins - losses) / n if n else None,
        low=None,
        high=None,
        p=mcnemar(wins, losses),
    )
    if not n:
        return found
    margin = wald_margin(wins, losses, n)
    if clusters is None or len(set(clusters)) == n:
        return _with_interval(found, margin)
    groups = net_wins(right, clusters)
    clustered = found.model_copy(update={"clusters": len(groups), "p": sign_flip([net for net, _ in groups])})
    wider = cluster_margin(groups)
    return clustered if wider is None else _with_interval(clustered, max(margin, wider))


def mcnemar(wins: int, losses: int) -> float:
    """Return the two-sided exact p of ``wins`` against ``losses`` under a fair coin."""
    changed = wins + losses
    tail = sum(comb(changed, count) for count in range(min(wins, losses) + 1))
    return min(1.0, 2 * tail / (1 << changed))


def holm(ps: Sequence[float]) -> list[float]:
    """Return p values adjusted for being so many, in their order: S. Holm, Scand. J. Statistics 6 (1979)."""
    adjusted = [1.0] * len(ps)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, ps[place] * (len(ps) - rank)))
        adjusted[place] = highest
    return adjusted


def wald_margin(wins: int, losses: int, n: int) -> float:
    """Return half the width of the adjusted 95 % interval of independent items; see `paired`."""
    up, down = (wins + 1) / (n + 2), (losses + 1) / (n + 2)
    return Z_95 * sqrt((up + down - (up - down) ** 2) / (n + 2))


def _with_interval(found: Paired, margin: float) -> Paired:
    centre = (found.wins - found.losses) / (found.n + 2)
    bounds = {"low": max(-1.0, centre - margin), "high": min(1.0, centre + margin)}
    return found.model_copy(update=bounds)
