"""A tool is saturated when whole episodes in a row brought no new kind of call, value or error."""

from __future__ import annotations

from typing import Any

import pytest
from test_nodes_coverage import SPEC, step, trial

from practicum.nodes.saturation import QUIET, kind_of_value, saturated_after
from practicum.records import ErrorKind, Mode, Outcome, Trial

Episode = list[Trial]


def same(number: float = 1, **given: Any) -> Episode:
    return [trial(step(value=number, unit="cubit", **given))]


def after(*episodes: Episode, trials: int = 1) -> int | None:
    return saturated_after(SPEC, episodes, trials)


def test_the_third_episode_in_a_row_that_brings_nothing_new_is_the_last() -> None:
    episodes = [same(number) for number in range(1, 8)]
    assert after(*episodes) == 1 + QUIET == 4
    assert after(*episodes[:3]) is None
    assert after() is None


@pytest.mark.parametrize(
    "news",
    [
        same(style="old"),
        same(-1),
        same(0.5),
        [trial(step(value=1, unit="fathom"))],
        [
            trial(
                step(value=1, unit="cubit", text="too big", error=ErrorKind.RAISED),
                step(value=1, unit="cubit"),
            )
        ],
        [trial(step(value=2, unit="cubit"), outcome=Outcome.UNSOLVED)],
    ],
    ids=["parameter", "sign", "fraction", "listed value", "error", "unsolved with a new call"],
)
def test_something_new_makes_the_count_begin_anew(news: Episode) -> None:
    assert after(same(), same(), same(), news, same()) is None
    assert after(same(), same(), same(), news, same(), same(), same()) == 7


def test_unsolved_trials_that_only_repeat_calls_bring_nothing() -> None:
    stuck = [trial(step(value=1, unit="cubit"), outcome=Outcome.UNSOLVED)]
    assert after(stuck, stuck, stuck, stuck) == 4


def test_an_episode_that_is_not_whole_or_reached_no_tool_tells_nothing() -> None:
    pretended = [trial(step(value=1, unit="cubit", mode=Mode.SIMULATED))]
    assert after(pretended, pretended, pretended, pretended, pretended) is None
    assert after(same(), same(), same(), [], same()) is None
    assert after(*[same()] * 9, trials=2) is None


@pytest.mark.parametrize(
    ("value", "schema", "kind"),
    [
        (True, {}, "true"),
        (None, {}, "null"),
        ("a", {"enum": ["a", "b"]}, '"a"'),
        (0, {}, "zero"),
        (-2.5, {}, "negative fraction"),
        (7, {}, "positive whole"),
        (2.0, {}, "positive whole"),
        (10**400, {}, "positive whole"),
        (float("inf"), {}, "positive fraction"),
        ("", {}, "empty"),
        ("Rome", {}, "word"),
        ("Zürich 8", {}, "words with digits not ascii"),
        ("a/b", {}, "word with signs"),
        ([], {}, "no items"),
        ([1], {}, "one item"),
        ([1, 2], {}, "items"),
        ({"b": 1, "a": 2}, {}, "object with a, b"),
    ],
)
def test_values_are_told_apart_by_kind(value: Any, schema: dict[str, Any], kind: str) -> None:
    assert kind_of_value(value, schema) == kind
