import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from practicum.evaluation import Proportion
from practicum.evaluation.statistics.paired import mcnemar

counts = st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_the_interval_contains_the_rate_and_stays_within_0_and_1(pair: tuple[int, int]) -> None:
    value = Proportion(k=pair[0], n=pair[1])
    if pair[1] == 0:
        assert (value.rate, value.low, value.high) == (None, None, None)
        return
    assert value.rate is not None
    assert value.low is not None
    assert value.high is not None
    assert 0 <= value.low <= value.rate <= value.high <= 1
    assert value.low < value.high


@given(counts)
def test_a_proportion_comes_back_from_json(pair: tuple[int, int]) -> None:
    value = Proportion(k=pair[0], n=pair[1])
    assert list(value.as_dict()) == ["k", "n", "rate", "low", "high"]
    assert Proportion.from_dict(value.as_dict()) == value


def test_the_interval_is_wilsons() -> None:
    value = Proportion(k=21, n=60)
    # By hand: centre (0.35 + z2/120) / (1 + z2/60) = 0.35903, margin 0.11735, with z2 = 1.95996^2.
    assert value.rate == 0.35
    assert value.low == pytest.approx(0.24168, abs=1e-5)
    assert value.high == pytest.approx(0.47637, abs=1e-5)
    assert Proportion(k=0, n=10).low == 0
    assert Proportion(k=10, n=10).high == 1


def test_a_rate_in_a_file_can_not_contradict_its_counts() -> None:
    assert Proportion.from_dict({"k": 1, "n": 2, "rate": 0.9, "low": 0, "high": 1}).rate == 0.5


@pytest.mark.parametrize(("k", "n"), [(3, 2), (-1, 2), (0, -1)])
def test_counts_that_are_no_proportion_are_refused(k: int, n: int) -> None:
    with pytest.raises(ValidationError):
        Proportion(k=k, n=n)


@pytest.mark.parametrize(
    ("wins", "losses", "p"), [(0, 0, 1.0), (5, 0, 0.0625), (10, 2, 0.03857), (7, 7, 1.0)]
)
def test_mcnemar_is_the_exact_binomial_test(wins: int, losses: int, p: float) -> None:
    assert mcnemar(wins, losses) == pytest.approx(p, abs=1e-5)
    assert mcnemar(losses, wins) == mcnemar(wins, losses)
