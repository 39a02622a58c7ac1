"""The smallest difference that so many items can show, under the very test that decides."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import ceil, exp, floor, lgamma, log, sqrt

ALPHA = 0.05
"""Level of all tests, unless somebody asks for another."""
POWER = 0.8
"""How often the test must find a difference that is there."""

_PRECISION = 1e-4
_WINDOW = 6.0
"""Standard deviations around a mean outside of which counts are left out: they weigh less than 1e-8."""


def smallest_difference(n: int, discordant: float) -> float | None:
    """Return the smallest difference of rates that the exact McNemar test finds four times out of five.

    Args:
        n: Items that both arms answered.
        discordant: Share of them, in [0, 1], that only one arm has right: what differs is found among those
            alone. A difference that is larger than this share is taken to go one way only.

    Returns:
        A difference in (0, 1], to the fourth decimal, rounded up; None where not even a difference of 1 could
        be told from chance (n below 6).

    The power is exact, over all numbers d of discordant items and not conditional on the one observed::

        power(n, s, D) = sum over d of B(d; n, s) * P(wins >= c(d)), wins ~ B(d, (1 + D / s) / 2)

    with B the binomial distribution, s the discordant share, D the difference and c(d) the fewest wins of d
    for which the two-sided exact test has p < 0.05. Source: M. A. Schork and G. W. Williams, Number of
    observations required for the comparison of two correlated proportions, Communications in Statistics B 9
    (1980). For large n it comes to n = (z_0.975 sqrt(s) + z_0.8 sqrt(s - D^2))^2 / D^2: R. J. Connor, Sample
    size for testing differences in proportions for the paired-sample design, Biometrics 43 (1987).
    """
    if n < 1 or _critical(n) > n:
        return None
    low, high = 0.0, 1.0
    while high - low > _PRECISION / 2:
        middle = (low + high) / 2
        if power(n, max(discordant, middle), middle) >= POWER:
            high = middle
        else:
            low = middle
    return min(1.0, round(ceil(high / _PRECISION) * _PRECISION, 4))


def power(n: int, discordant: float, difference: float) -> float:
    """Return how often the exact McNemar test shows a difference of rates; see `smallest_difference`.

    Args:
        n: Items that both arms answered.
        discordant: Share of items that only one arm has right, in (0, 1].
        difference: Of the rates, in [0, ``discordant``].
    """
    win = (1 + difference / discordant) / 2
    spread = _WINDOW * sqrt(n * discordant * (1 - discordant))
    first = max(0, floor(n * discordant - spread))
    last = min(n, ceil(n * discordant + spread))
    return sum(_mass(d, n, discordant) * _upper(_critical(d), d, win) for d in range(first, last + 1))


@lru_cache(maxsize=20_000)
def _critical(changed: int) -> int:
    """The fewest wins of so many changed items with p < ALPHA; more than all of them where none has."""
    start = min(changed, floor(changed / 2 + _WINDOW * sqrt(changed)))  # what lies above weighs nothing
    mass, tail = _mass(start, changed, 0.5), 0.0
    for wins in range(start, -1, -1):
        tail += mass
        if 2 * tail >= ALPHA:
            return wins + 1
        mass *= wins / (changed - wins + 1)
    return 0


def _upper(least: int, n: int, rate: float) -> float:
    """P(X >= least) of X ~ Binomial(n, rate), from the side that has less to add up."""
    if least > n:
        return 0.0
    if rate >= 1:
        return 1.0
    odds = rate / (1 - rate)
    if least > n * rate:
        return _added(least, n, lambda k: (n - k) / (k + 1) * odds, n, rate)
    return 1 - _added(least - 1, 0, lambda k: k / (n - k + 1) / odds, n, rate)


def _added(first: int, last: int, ratio: Callable[[int], float], n: int, rate: float) -> float:
    """The masses from ``first`` to ``last``, each made from the one before, until they weigh nothing."""
    if first < 0:
        return 0.0
    mass = total = _mass(first, n, rate)
    step = 1 if last >= first else -1
    for k in range(first, last, step):
        mass *= ratio(k)
        total += mass
        if mass < total * 1e-12:
            break
    return total


def _mass(k: int, n: int, rate: float) -> float:
    """P(X = k) of X ~ Binomial(n, rate)."""
    if rate >= 1 or rate <= 0:
        return float(k == (n if rate >= 1 else 0))
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(rate) + (n - k) * log(1 - rate))
