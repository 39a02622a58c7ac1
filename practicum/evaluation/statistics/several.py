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
    least = {key: min(1.0, 2 * 0.5 ** (test.clusters or test.n)) for key, test in tests.items()}
    judged = judgeable(least, ALPHA)
    return dict(zip(judged, holm([tests[key].p for key in judged]), strict=True))


def judgeable(least: Mapping[Key, float], alpha: float) -> list[Key]:
    """Return the tests with items enough that a change of all would be evidence; others cost nothing.

    Source: R. E. Tarone, A modified Bonferroni method for discrete data, Biometrics 46 (1990).

    Args:
        least: The least p that each test can have, that of all its items changed: of n items 1 / 2**n where
            a change either way is looked for, twice that where both are.
        alpha: Level of the tests together.
    """
    for most in range(1, len(least) + 1):
        family = [key for key, p in least.items() if p * most < alpha]
        if len(family) <= most:
            return family
    return []
