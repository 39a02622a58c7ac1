"""The gate: a candidate serves only when it is better, and nothing of it is worse."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from gate_parts import Row, items, judge, rows, scores
from hypothesis import assume, given
from hypothesis import strategies as st

from practicum.errors import SetupError
from practicum.evaluation.gate import FEWEST_ITEMS, GateVerdict, judge_candidate


def test_a_clear_gain_is_promoted_and_the_reason_gives_its_figures() -> None:
    given_rows = rows("convert", both=70, wins=12, losses=2, neither=16) + rows("", both=20)
    verdict = judge(given_rows)
    assert verdict.promoted
    assert verdict.reason == (
        "gain +0.083 on 120 validation queries (95 % interval +0.019 to +0.145); no tool worse;"
        " no more calls where none is needed: promoted"
    )
    assert verdict.figures()["paired"]["wins"] == 12


def test_too_few_queries_promote_nothing_and_say_what_to_do() -> None:
    verdict = judge(rows("convert", wins=FEWEST_ITEMS - 1))
    assert not verdict.promoted
    assert verdict.reason.endswith(
        "too few to tell anything, give 20 or more that need a call, phrasings of one call counted once"
        " (more data with --data FILE): refused"
    )
    assert judge(rows("convert", wins=FEWEST_ITEMS)).promoted


def test_no_query_at_all_is_no_gain() -> None:
    verdict = judge([])
    assert not verdict.promoted
    assert verdict.reason.startswith("no validation query could be compared; too few")


def test_a_gain_that_chance_explains_is_refused() -> None:
    verdict = judge(rows("convert", both=50, wins=6, losses=2))
    assert not verdict.promoted
    assert "not told from chance (6 won, 2 lost, p = 0.29)" in verdict.reason


def test_a_gain_below_what_was_asked_for_is_refused() -> None:
    given_rows = rows("convert", both=80, wins=20)
    assert judge(given_rows, min_gain=0.19).promoted
    verdict = judge(given_rows, min_gain=0.2)
    assert not verdict.promoted
    assert "less than the +0.200 asked for" not in judge(given_rows).reason
    assert "less than the +0.200 asked for" in verdict.reason


def test_one_tool_that_got_worse_refuses_a_gain_of_the_whole() -> None:
    verdict = judge(rows("convert", wins=60) + rows("weather", losses=9, wins=1) + rows("sun", both=20))
    assert not verdict.promoted
    assert [tool.name for tool in verdict.worse_tools] == ["weather"]
    assert "worse at weather (1 won, 9 lost of 10): refused" in verdict.reason


def test_tools_that_a_change_can_not_be_shown_of_are_named() -> None:
    verdict = judge(rows("convert", wins=30) + rows("rare", losses=3))
    assert verdict.promoted
    assert verdict.unjudged_tools == ("rare",)
    assert "too few queries to judge rare by itself" in verdict.reason
    assert "over-calling was not measured" in verdict.reason


def test_many_small_tools_do_not_hide_the_loss_of_a_large_one() -> None:
    small = [row for number in range(60) for row in rows(f"small{number}", wins=2)]
    verdict = judge(small + rows("large", losses=6))
    assert [tool.name for tool in verdict.worse_tools] == ["large"]
    assert len(verdict.unjudged_tools) == 60
    shown = judge(small + rows("large", both=6)).reason
    assert "too few queries to judge small0, small1, small10 and 57 more by itself" in shown


def test_a_candidate_that_breaks_often_is_measured_again_and_not_promoted() -> None:
    given_rows = rows("convert", wins=100)
    assert judge(given_rows, broken=10).promoted
    verdict = judge(given_rows, broken=11)
    assert not verdict.promoted
    assert "11 of 100 broke" in verdict.reason


def test_what_was_left_out_is_counted_in_the_reason() -> None:
    verdict = judge(rows("convert", wins=30), overlapping=7)
    assert "; 7 more left out, near what was learned: promoted" in verdict.reason
    assert verdict.overlapping == 7


def test_scores_of_other_items_are_refused() -> None:
    given_rows = rows("convert", wins=30)
    with pytest.raises(SetupError, match="not of the validation items"):
        judge_candidate(scores(given_rows, 1), scores(given_rows, 2), items=items(given_rows)[1:])


@pytest.mark.parametrize("min_gain", [-0.1, 1.0, float("nan")])
def test_a_least_gain_that_makes_no_sense_is_refused(min_gain: float) -> None:
    with pytest.raises(SetupError, match="the least gain is"):
        judge(rows("convert", wins=30), min_gain=min_gain)


@pytest.mark.parametrize("alpha", [0.0, 1.0, float("nan")])
def test_a_level_that_makes_no_sense_is_refused(alpha: float) -> None:
    given_rows = rows("convert", wins=30)
    with pytest.raises(SetupError, match="the level of the tests is"):
        judge_candidate(scores(given_rows, 1), scores(given_rows, 2), items=items(given_rows), alpha=alpha)


some_rows = st.lists(
    st.tuples(st.sampled_from(["convert", "weather", "sun", ""]), st.booleans(), st.booleans()), max_size=120
)
good_rows = st.builds(
    lambda base, tool, wins: [*base, *rows(tool, wins=wins)],
    some_rows,
    st.sampled_from(["convert", "weather", "sun"]),
    st.integers(0, 60),
)


def swapped(given_rows: Sequence[Row]) -> list[Row]:
    return [(tool, candidate, champion) for tool, champion, candidate in given_rows]


@given(good_rows)
def test_a_candidate_that_is_no_better_is_never_promoted(given_rows: list[Row]) -> None:
    difference = sum(candidate - champion for _, champion, candidate in given_rows)
    if judge(given_rows).promoted:
        assert difference > 0


@given(good_rows)
def test_of_two_at_most_one_is_promoted_against_the_other(given_rows: list[Row]) -> None:
    assert not (judge(given_rows).promoted and judge(swapped(given_rows)).promoted)


@given(good_rows, st.data())
def test_one_more_right_answer_never_costs_a_promotion(given_rows: list[Row], data: st.DataObject) -> None:
    wrong = [place for place, (_, _, right) in enumerate(given_rows) if not right]
    assume(wrong)
    place = data.draw(st.sampled_from(wrong))
    tool, champion, _ = given_rows[place]
    better = [*given_rows[:place], (tool, champion, True), *given_rows[place + 1 :]]
    if judge(given_rows).promoted:
        assert judge(better).promoted


@given(good_rows)
def test_the_order_of_the_items_does_not_matter(given_rows: list[Row]) -> None:
    assert judge(sorted(given_rows)).reason == judge(given_rows).reason


@given(good_rows)
def test_a_verdict_says_what_it_decided_in_its_last_word(given_rows: list[Row]) -> None:
    verdict = judge(given_rows)
    assert verdict.reason.rpartition(": ")[2] == ("promoted" if verdict.promoted else "refused")
    assert GateVerdict.from_dict(verdict.as_dict()) == verdict
