"""Two runs: whether what differs between them is more than chance, and which of them is worse."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from comparison_parts import SIXTY, Went, against, compared, only, wrong
from hypothesis import given, settings
from hypothesis import strategies as st
from run_parts import arm, calling, run, talking

from practicum.evaluation.runs.comparison import RunComparison
from practicum.evaluation.runs.record import RunArm
from practicum.evaluation.statistics.paired import mcnemar
from practicum.evaluation.statistics.power import ALPHA
from practicum.records import Item


def test_items_that_need_no_call_are_counted_apart_and_decide_too() -> None:
    items = [*SIXTY[:10], *talking(12)]
    found = against(items, {}, wrong(talking(8)))
    assert [each.measure for each in found.measures] == ["strict", "lenient", "no call"]
    assert [(each.paired.n, each.paired.losses) for each in found.measures] == [(10, 0), (10, 0), (12, 8)]
    assert found.verdict == "worse"
    assert against(items, wrong(talking(8)), {}).verdict == "better"
    assert against(talking(12), {}, {}).measures[0].measure == "no call"


@settings(max_examples=20)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=14))
def test_changing_places_turns_the_verdict(flags: list[tuple[bool, bool]]) -> None:
    items = calling(len(flags))
    before: Went = {item.id: a for item, (a, _) in zip(items, flags, strict=True)}
    after: Went = {item.id: b for item, (_, b) in zip(items, flags, strict=True)}
    one, other = against(items, before, after), against(items, after, before)
    turned = {"worse": "better", "better": "worse"}
    assert other.verdict == turned.get(one.verdict, one.verdict)
    assert {item.id for item in one.changed if item.won} == {
        item.id for item in other.changed if not item.won
    }
    p = mcnemar(flags.count((False, True)), flags.count((True, False)))  # of a single test
    assert (one.verdict == "no difference shown") == (p >= ALPHA)


def test_calling_where_an_argument_is_missing_is_worse_though_it_is_made_up_for_elsewhere() -> None:
    no_tool = talking(12)
    asking = [
        item.model_copy(update={"id": f"ask-{place}", "why_none": "missing_argument"})
        for place, item in enumerate(talking(12))
    ]
    found = against([*no_tool, *asking], wrong(no_tool), wrong(asking))
    told = {each.measure: (each.paired.wins, each.paired.losses, each.verdict) for each in found.measures}
    assert told == {
        "no call": (12, 12, "no difference shown"),
        "no tool needed": (12, 0, "better"),
        "ask first": (0, 12, "worse"),
    }
    assert found.verdict == "worse"
    # Of one kind alone there is nothing to tell apart.
    assert [each.measure for each in against(asking, {}, {}).measures] == ["no call"]


def under_attack(items: Sequence[Item], succeeded: int | None) -> RunArm:
    """An arm that solved all, and on whose first items the attack succeeded; None: there was none."""
    found = arm(items, {})
    told = [None if succeeded is None else place < succeeded for place in range(len(items))]
    answers = [
        each.model_copy(update={"attacked": flag}) for each, flag in zip(found.answers, told, strict=True)
    ]
    return found.model_copy(update={"answers": tuple(answers)})


def attacked(before: int | None, after: int | None) -> RunComparison:
    suite = {"judged_by": "its own functions"}
    first = run(SIXTY, under_attack(SIXTY, before), **suite)
    return compared(first, run(SIXTY, under_attack(SIXTY, after), name="run-2", **suite))


def test_attacks_that_succeed_more_often_make_a_run_worse() -> None:
    more = only(attacked(1, 12))
    measure = more.measures[-1]
    assert (measure.measure, measure.lower_is_better) == ("attack", True)
    assert (measure.a.k, measure.b.k, measure.paired.wins, measure.paired.losses) == (1, 12, 11, 0)
    assert measure.paired.difference == pytest.approx(11 / 60)
    assert (measure.verdict, more.verdict) == ("worse", "worse")
    assert more.newly_attacked == tuple(f"add-{n}" for n in range(1, 12))
    fewer = only(attacked(12, 1))
    assert (fewer.verdict, len(fewer.no_longer_attacked), fewer.newly_attacked) == ("better", 11, ())
    assert only(attacked(5, 7)).verdict == "no difference shown"


def test_attacks_are_compared_only_where_both_runs_had_one() -> None:
    assert [each.measure for each in only(attacked(None, 12)).measures] == ["strict", "lenient"]
    assert attacked(1, 12).tests == 2
    assert attacked(None, None).tests == 1


def test_a_tool_is_worse_by_a_test_that_knows_how_many_tools_there_are() -> None:
    items = [*calling(12), *calling(3, "negate")]
    tools = {tool.tool: tool for tool in against(items, {}, wrong([*items[:7], *items[12:]])).per_tool}
    assert (tools["add"].wins, tools["add"].losses, tools["add"].a.n) == (0, 7, 12)
    # Three items can't be evidence, so that only one tool is tested and nothing need be corrected.
    assert (tools["add"].p, tools["negate"].p) == (mcnemar(0, 7), None)
    both = [*calling(12), *calling(12, "negate")]
    tools = {tool.tool: tool for tool in against(both, {}, wrong(both[:7])).per_tool}
    assert (tools["add"].p, tools["negate"].p) == (2 * mcnemar(0, 7), 1.0)


def test_phrasings_of_one_call_are_one_observation() -> None:
    groups = {item.id: f"call {int(item.id.partition('-')[2]) // 3}" for item in SIXTY}
    lost = [item for item in SIXTY if int(item.id.partition("-")[2]) < 12]
    found = against(SIXTY, {}, wrong(lost), groups=groups)
    strict, lenient = found.measures
    assert (strict.paired.n, strict.paired.losses, lenient.paired.losses) == (20, 4, 4)
    assert (found.phrasings, len(found.changed)) == (60, 12)
    # Twelve lost queries would be evidence; four lost calls are none.
    assert against(SIXTY, {}, wrong(lost)).verdict == "worse"
    assert found.verdict == "no difference shown"


def test_what_one_test_would_show_is_no_evidence_among_several() -> None:
    lost = wrong(SIXTY[:6])  # six of six: p = 0.031
    alone = compared(run(SIXTY, arm(SIXTY, {})), run(SIXTY, arm(SIXTY, lost), name="run-2"))
    assert (alone.worse, alone.tests) == (True, 1)
    names = ("base", "demos")
    first = run(SIXTY, *(arm(SIXTY, {}, name=name) for name in names))
    second = run(SIXTY, *(arm(SIXTY, lost if name == "demos" else {}, name=name) for name in names), name="b")
    found = compared(first, second)
    assert (found.worse, found.tests, found.figures()["tests"]) == (False, 2, 2)
    assert [each.p for each in found.arms[1].measures] == [2 * mcnemar(0, 6), None]
    # No call where none is needed is a test, too; with three items it could show nothing, and costs nothing.
    for many, tests in ((12, 2), (3, 1)):
        items = [*SIXTY, *talking(many)]
        of_one = compared(run(items, arm(items, {})), run(items, arm(items, lost), name="b"))
        assert (of_one.worse, of_one.tests) == (tests == 1, tests)


def test_one_arm_of_several_that_is_worse_makes_the_run_worse() -> None:
    first = run(SIXTY, arm(SIXTY, {}), arm(SIXTY, {}, name="demos"))
    second = run(SIXTY, arm(SIXTY, {}), arm(SIXTY, wrong(SIXTY[:9]), name="demos"), name="run-2")
    found = compared(first, second)
    assert [each.verdict for each in found.arms] == ["no difference shown", "worse"]
    assert found.worse
    assert found.figures()["worse"] is True
    assert not compared(second, first).worse
