"""Several tests at once: each is one more occasion for chance, and is corrected for it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from practicum.evaluation.statistics.paired import Paired, holm
from practicum.evaluation.statistics.power import ALPHA

Key = TypeVar("Key", bound=Hashable)


def corrected(tests: Mapping[Key, Paired]) -> dict[Key, float]:
    """Return the p of each test, with Holm's correction for their number.

    Tests of so few items, or clusters of items, that even a change of all would be no evidence have none,
    and cost the others nothing.
    """
    sizes = {key: test.clusters or test.n for key, test in tests.items()}
    judged = worth_testing({key: min(1.0, 2 * 0.5**n) for key, n in sizes.items()})
    return dict(zip(judged, holm([tests[key].p for key in judged]), strict=True))


def worth_testing(least: Mapping[Key, float], alpha: float = ALPHA) -> list[Key]:
    """Return the tests in which a change of all items would be evidence; only those need a correction.

    Source: R. E. Tarone, A modified Bonferroni method for discrete data, Biometrics 46 (1990).

    Args:
        least: By test, the least p that it can give, which is that of all items changed. Only the numbers of
            items decide about it, and these are fixed before anything is measured.
        alpha: Level of each test.
    """
    for most in range(1, len(least) + 1):
        family = [key for key, p in least.items() if p * most < alpha]
        if len(family) <= most:
            return family
    return []
