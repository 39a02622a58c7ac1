"""How far two who judge the same things agree."""

from __future__ import annotations


def kappa(both: int, only_first: int, only_second: int, neither: int) -> float | None:
    """Return Cohen's kappa: agreement beyond chance, at most 1; None where chance agrees on everything.

    Source: J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological
    Measurement 20 (1960).

    Args:
        both: Things to which both say yes.
        only_first: Things to which only the first does.
        only_second: Things to which only the second does.
        neither: Things to which both say no.
    """
    n = both + only_first + only_second + neither
    first, second = both + only_first, both + only_second
    by_chance = first * second + (n - first) * (n - second)
    if by_chance == n**2:  # nothing was judged, too
        return None
    chance = by_chance / n**2
    return ((both + neither) / n - chance) / (1 - chance)
