"""Intervals, tests and power against published values, and against counting every outcome there is."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.evaluation.statistics.paired import Paired, holm, mcnemar, of_pairs
from practicum.evaluation.statistics.power import ALPHA, POWER, _critical, power, smallest_difference
from practicum.evaluation.statistics.proportions import Z_95, wilson


def table(both: int, losses: int, wins: int, neither: int) -> Paired:
    """The comparison of two arms with so many items of each kind."""
    counted = {(True, True): both, (True, False): losses, (False, True): wins, (False, False): neither}
    return of_pairs([pair for pair, times in counted.items() for _ in range(times)])


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_the_published_one(k: int, n: int, low: float, high: float) -> None:
    # Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998), table I.
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_bound_of_wilsons_interval_is_where_the_score_test_is_at_its_level(pair: tuple[int, int]) -> None:
    k, n = pair
    for bound in wilson(k, n):
        if 1e-9 < bound < 1 - 1e-9:
            score = (k / n - bound) / sqrt(bound * (1 - bound) / n)
            assert abs(score) == pytest.approx(Z_95, rel=1e-6)


@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    # Armitage and Berry (1994), p. 127: two media; Bentur et al. (2009): airway hyper-responsiveness.
    [(2, 12, 0.0129), (7, 1, 0.0703)],
)
def test_the_exact_test_gives_the_published_p(wins: int, losses: int, p: float) -> None:
    assert mcnemar(wins, losses) == pytest.approx(p, abs=5e-5)


@given(st.integers(0, 14), st.integers(0, 14))
def test_the_exact_test_counts_all_ways_that_are_as_uneven(wins: int, losses: int) -> None:
    changed = wins + losses
    as_uneven = sum(
        comb(changed, other) for other in range(changed + 1) if abs(2 * other - changed) >= abs(wins - losses)
    )
    assert mcnemar(wins, losses) == pytest.approx(float(Fraction(as_uneven, 2**changed)), rel=1e-12)


def test_the_interval_of_a_difference_is_bonetts_and_prices() -> None:
    # By hand, of Bentur et al. (21 pairs): 2/23 - 8/23 -+ 1.96 sqrt((10/23 - (6/23)^2)/23).
    found = table(both=1, losses=7, wins=1, neither=12)
    assert found.difference == pytest.approx(-6 / 21)
    assert (found.low, found.high) == pytest.approx((-0.50836, -0.01338), abs=1e-5)


@pytest.mark.parametrize(("n", "gain", "loss"), [*product([20, 45], [0.05, 0.15, 0.3], [0.02, 0.15])])
def test_the_interval_of_a_difference_covers_it_as_often_as_it_says(n: int, gain: float, loss: float) -> None:
    covered = 0.0
    for wins in range(n + 1):
        for losses in range(n + 1 - wins):
            found = table(both=n - wins - losses, losses=losses, wins=wins, neither=0)
            assert found.low is not None
            assert found.high is not None
            if found.low <= gain - loss <= found.high:
                covered += _trinomial(n, wins, losses, gain, loss)
    assert covered > 0.935


def _trinomial(n: int, wins: int, losses: int, gain: float, loss: float) -> float:
    ways = comb(n, wins) * comb(n - wins, losses)
    return float(ways * gain**wins * loss**losses * (1 - gain - loss) ** (n - wins - losses))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_changing_the_arms_places_turns_the_signs(wins: int, losses: int, same: int) -> None:
    one, other = table(same, losses, wins, 0), table(same, wins, losses, 0)
    assert (one.wins, one.losses, one.p) == (other.losses, other.wins, other.p)
    if one.n == 0:
        assert (one.difference, one.low, one.high) == (None, None, None)
        return
    assert one.difference is not None
    assert one.low is not None
    assert one.high is not None
    assert other.low is not None
    assert one.low <= one.difference <= one.high
    assert one.high == pytest.approx(-other.low)


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holms_correction_never_makes_a_p_smaller_and_keeps_their_order(ps: list[float]) -> None:
    adjusted = holm(ps)
    assert all(p <= new <= 1 for p, new in zip(ps, adjusted, strict=True))
    if ps:
        assert min(adjusted) == min(1, min(ps) * len(ps))
    for one, other in product(range(len(ps)), repeat=2):
        if ps[one] < ps[other]:
            assert adjusted[one] <= adjusted[other]


def test_holms_correction_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


@given(st.integers(0, 400))
def test_the_critical_count_is_where_the_exact_test_begins_to_reject(changed: int) -> None:
    wins = _critical(changed)
    assert wins > changed or mcnemar(wins, changed - wins) < ALPHA
    assert mcnemar(wins - 1, changed - wins + 1) >= ALPHA


@pytest.mark.parametrize(("n", "discordant", "difference"), [(12, 0.6, 0.4), (30, 0.3, 0.2), (40, 0.2, 0.2)])
def test_the_power_is_that_of_counting_every_outcome(n: int, discordant: float, difference: float) -> None:
    gain, loss = (discordant + difference) / 2, (discordant - difference) / 2
    found = sum(
        _trinomial(n, wins, losses, gain, loss)
        for wins in range(n + 1)
        for losses in range(n + 1 - wins)
        if wins > losses and mcnemar(wins, losses) < ALPHA
    )
    assert power(n, discordant, difference) == pytest.approx(found, abs=1e-7)


def test_the_level_of_the_test_is_never_above_what_it_says() -> None:
    for n, discordant in product([10, 40, 120], [0.05, 0.2, 0.6, 1.0]):
        assert 2 * power(n, discordant, 0.0) <= ALPHA


def test_for_large_n_the_smallest_difference_is_connors() -> None:
    for n, discordant in [(1000, 0.1), (3000, 0.3)]:
        found = smallest_difference(n, discordant)
        assert found is not None
        wanted = (Z_95 * sqrt(discordant) + 0.8416212 * sqrt(discordant - found**2)) ** 2 / found**2
        # Connor's own example (1987): 0.45 against 0.05 takes 23 pairs. The exact test wants a few more.
        assert wanted == pytest.approx(n, rel=0.07)
        assert wanted <= n


@given(st.integers(1, 150), st.floats(0, 1))
def test_the_smallest_difference_has_the_power_and_what_is_smaller_has_not(n: int, discordant: float) -> None:
    found = smallest_difference(n, discordant)
    assert (found is None) == (n < 6)
    if found is not None:
        assert 0 < found <= 1
        assert power(n, max(discordant, found), found) >= POWER - 1e-6
        less = found - 0.0002
        assert power(n, max(discordant, less), less) < POWER


@given(st.integers(6, 80), st.floats(0, 1))
def test_more_noise_never_shows_a_smaller_difference(n: int, discordant: float) -> None:
    quiet, noisy = smallest_difference(n, discordant / 2), smallest_difference(n, discordant)
    assert quiet is not None
    assert noisy is not None
    assert quiet <= noisy + 0.02  # the exact test is a little uneven in the number of changed items
