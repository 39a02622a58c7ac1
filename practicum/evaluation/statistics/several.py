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
    judged = _judgeable({key: test.clusters or test.n for key, test in tests.items()})
    return dict(zip(judged, holm([tests[key].p for key in judged]), strict=True))


def _judgeable(sizes: Mapping[Key, int]) -> list[Key]:
    """The tests with items enough that a change of all would be evidence; only those need a correction.

    Source: R. E. Tarone, A modified Bonferroni method for discrete data, Biometrics 46 (1990). The least p
    of n items is that of all changed: 2 / 2**n.
    """
    for most in range(1, len(sizes) + 1):
        family = [key for key, n in sizes.items() if min(1.0, 2 * 0.5**n) * most < ALPHA]
        if len(family) <= most:
            return family
    return []
