"""Where items go well or badly together, their clusters are what chance draws."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_parts import arm, calling, run

from practicum.evaluation.runs.clusters import clusters_of
from practicum.evaluation.runs.comparison import RunComparison, compare_runs, pair_arms
from practicum.evaluation.statistics.clusters import cluster_margin, net_wins, sign_flip
from practicum.evaluation.statistics.paired import mcnemar, of_pairs
from practicum.records import Item
from practicum.report.words import difference

WON, LOST, SAME = (False, True), (True, False), (True, True)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 5))
def test_with_clusters_of_one_item_it_is_the_exact_mcnemar_test(wins: int, losses: int, same: int) -> None:
    nets = [1] * wins + [-1] * losses + [0] * same
    assert sign_flip(nets) == pytest.approx(mcnemar(wins, losses), rel=1e-12)
    flags = [WON] * wins + [LOST] * losses + [SAME] * same
    alone = of_pairs(flags, clusters=[str(place) for place in range(len(flags))])
    assert alone == of_pairs(flags)


@given(st.lists(st.integers(-6, 6), max_size=9))
def test_the_test_counts_all_ways_in_which_clusters_could_have_gone(nets: list[int]) -> None:
    ways = [sum(sign * net for sign, net in zip(signs, nets, strict=True)) for signs in _signs(len(nets))]
    as_uneven = sum(abs(way) >= abs(sum(nets)) for way in ways)
    assert sign_flip(nets) == pytest.approx(as_uneven / len(ways))


def _signs(count: int) -> list[tuple[int, ...]]:
    return list(product((1, -1), repeat=count))


def test_nets_are_wins_less_losses_of_each_cluster() -> None:
    assert net_wins([WON, WON, LOST, SAME, LOST], ["a", "a", "b", "b", "a"]) == [(1, 3), (-1, 2)]


def test_two_tasks_that_change_in_all_of_their_pairs_are_two_observations() -> None:
    flags = [LOST] * 10 + [SAME] * 50
    clusters = [f"task {place // 5}" for place in range(60)]
    alone, together = of_pairs(flags), of_pairs(flags, clusters=clusters)
    assert alone.p < 0.01
    assert (together.p, together.clusters, together.n, together.losses) == (0.5, 12, 60, 10)
    assert (together.difference, together.wins) == (alone.difference, alone.wins)
    assert alone.high is not None
    assert together.high is not None
    assert alone.high < 0 < together.high


def test_the_interval_covers_the_difference_though_items_go_together() -> None:
    rng = random.Random(0)
    covered = 0
    for _ in range(400):
        groups = [(rng.choice((5, 0, 0, -5)), 5) for _ in range(20)]
        mean = sum(net for net, _ in groups) / 100
        margin = cluster_margin(groups)
        assert margin is not None
        covered += abs(mean) <= margin
    assert covered / 400 > 0.93


def test_of_a_single_cluster_there_is_no_interval() -> None:
    found = of_pairs([WON] * 8 + [SAME] * 2, clusters=["one"] * 10)
    assert (found.low, found.high, found.difference, found.p) == (None, None, 0.8, 1.0)
    assert difference(found) == "+80.0 points (all of one group, so no interval)"


@pytest.mark.parametrize(
    ("number", "quantile"), [(2, 12.706), (3, 4.303), (10, 2.262), (11, 2.228), (31, 2.042)]
)
def test_few_clusters_make_the_interval_as_wide_as_students_t(number: int, quantile: float) -> None:
    groups = [(1, 1), (-1, 1)] * (number // 2) + [(0, 1)] * (number % 2)
    spread = sum(net * net for net, _ in groups)
    expected = quantile * (spread * number / (number - 1)) ** 0.5 / number
    assert cluster_margin(groups) == pytest.approx(expected, rel=5e-3)


def test_pairs_of_a_user_task_and_turns_of_a_conversation_are_parts_of_one_thing() -> None:
    names = ["slack/user_task_1/injection_task_2/direct", "multi_turn_base_7/turn-1", "slack/user_task_1"]
    items = [Item(id=name, query="q", expected=()) for name in names]
    assert clusters_of(items) == {names[0]: "slack/user_task_1", names[1]: "multi_turn_base_7"}


def pairs_of(tasks: int, attacks: int) -> list[Item]:
    return [
        item.model_copy(update={"id": f"slack/user_task_{place // attacks}/injection_task_{place}/direct"})
        for place, item in enumerate(calling(tasks * attacks))
    ]


def losing(items: list[Item], lost: list[Item], **more: str) -> RunComparison:
    first = run(items, arm(items, {}), **more)
    second = run(items, arm(items, {item.id: False for item in lost}), name="run-2", **more)
    return compare_runs(first, second, pair_arms(first, second))


def test_a_benchmarks_pairs_of_few_user_tasks_are_no_evidence_by_their_number() -> None:
    items = pairs_of(tasks=12, attacks=5)
    # All pairs of two user tasks: ten items, but two occasions.
    found = losing(items, items[:10], judged_by="its own functions")
    (compared,) = found.arms
    assert (compared.verdict, compared.measures[0].paired.clusters) == ("no difference shown", 12)
    assert compared.measures[0].smallest is not None
    assert compared.per_tool[0].p == 0.5
    spread = losing(items, items[::5], judged_by="its own functions")
    assert (spread.worse, spread.arms[0].measures[0].paired.losses) == (True, 12)
    # Ids of a user's own data mean nothing.
    assert losing(items, items[:10]).worse
