"""Two arms on items that are not independent: several pairs of one user task, several turns of one talk.

McNemar's test takes each changed item for a coin of its own. Where items of a cluster change together, so few
coins were thrown that chance explains more than it says. Here each cluster is one throw: were both arms
alike, all of its wins and losses could as well have been the other way round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt

from practicum.evaluation.statistics.proportions import Z_95

_T_95 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093),
)
"""Student's t for a two-sided 95 % with 1 to 19 degrees of freedom, for which the series is too short."""
Net = tuple[int, int]
"""Of a cluster: its wins less its losses, and its items."""


def net_wins(right: Sequence[tuple[bool, bool]], clusters: Sequence[str]) -> list[Net]:
    """Return each cluster's wins less losses, and its size, in the order in which clusters come first.

    Args:
        right: Whether arm a has an item right, and whether b has.
        clusters: The cluster of each item.
    """
    nets: Counter[str] = Counter()
    for (a, b), cluster in zip(right, clusters, strict=True):
        nets[cluster] += b - a
    sizes = Counter(clusters)
    return [(nets[cluster], size) for cluster, size in sizes.items()]


def sign_flip(nets: Sequence[int]) -> float:
    """Return the two-sided exact p of the sum of ``nets``, were the sign of each a fair coin.

    R. A. Fisher's permutation test for pairs, The Design of Experiments (1935), section 21. With nets of 1
    and -1 only, it is the exact McNemar test.
    """
    changed = [abs(net) for net in nets if net]
    ways: Counter[int] = Counter({0: 1})
    for net in changed:
        flipped: Counter[int] = Counter()
        for total, count in ways.items():
            flipped[total + net] += count
            flipped[total - net] += count
        ways = flipped
    observed = abs(sum(nets))
    extreme = sum(count for total, count in ways.items() if abs(total) >= observed)
    return min(1.0, extreme / (1 << len(changed)))


def cluster_margin(groups: Sequence[Net]) -> float | None:
    """Return half the width of a 95 % interval of the difference of rates, by the spread between clusters.

    The usual estimate for means of clusters: W. G. Cochran, Sampling Techniques (1977), section 9A. With the
    quantile of Student's t for so many clusters (M. Abramowitz and I. A. Stegun, Handbook of Mathematical
    Functions, 26.7.5, two terms; a table for twenty clusters or fewer). None where there is a single cluster,
    of whose spread nothing is known.
    """
    n, number = sum(size for _, size in groups), len(groups)
    if number < 2:
        return None
    mean = sum(net for net, _ in groups) / n
    spread = sum((net - mean * size) ** 2 for net, size in groups)
    free = number - 1
    quantile = _T_95[free - 1] if free <= len(_T_95) else Z_95 + (Z_95**3 + Z_95) / (4 * free)
    return quantile * sqrt(spread * number / (number - 1)) / n
