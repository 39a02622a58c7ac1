"""Two runs: what they have in common, what differs, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_parts import SPECS, arm, call, calling, run, served, talking

from practicum.errors import DataError, SetupError
from practicum.evaluation.runs.arm_comparison import ArmComparison
from practicum.evaluation.runs.comparison import RunComparison, compare_runs, pair_arms
from practicum.evaluation.runs.record import Run, RunArm
from practicum.evaluation.statistics.paired import mcnemar
from practicum.evaluation.statistics.power import ALPHA
from practicum.records import Item, ToolSpec

SIXTY = calling(60)
Went = dict[str, bool | None]


def compared(a: Run, b: Run) -> RunComparison:
    return compare_runs(a, b, pair_arms(a, b))


def only(found: RunComparison) -> ArmComparison:
    (arm_found,) = found.arms
    return arm_found


def against(
    items: Sequence[Item], before: Went, after: Went, *, groups: dict[str, str] | None = None
) -> ArmComparison:
    """Runs on the same items; those named were wrong (False) or broke (None)."""
    first = run(items, arm(items, before), groups=groups or {})
    return only(compared(first, run(items, arm(items, after), name="run-2", groups=groups or {})))


def wrong(items: Sequence[Item]) -> Went:
    return {item.id: False for item in items}


def test_rates_difference_and_counts_are_those_of_the_items() -> None:
    found = against(SIXTY, wrong(SIXTY[:3]), wrong(SIXTY[2:14]))
    strict, lenient = found.measures
    assert (strict.measure, lenient.measure) == ("strict", "lenient")
    assert (strict.a.k, strict.a.n, strict.b.k, strict.b.n) == (57, 60, 48, 60)
    assert (strict.paired.wins, strict.paired.losses, strict.paired.p) == (2, 11, mcnemar(2, 11))
    assert strict.paired.difference == pytest.approx(-9 / 60)
    assert strict.smallest is not None
    assert found.verdict == strict.verdict == "worse"
    assert [(item.id, item.won) for item in found.changed][:2] == [("add-3", False), ("add-4", False)]
    assert [item.id for item in found.changed if item.won] == ["add-0", "add-1"]
    assert found.changed[0].why == "a: -1 instead of 3"
    assert (found.changed[0].a, found.changed[0].b) == ((call(a=3),), (call(a=-1),))


def test_items_that_need_no_call_are_counted_apart_and_decide_too() -> None:
    items = [*SIXTY[:10], *talking(12)]
    found = against(items, {}, wrong(talking(8)))
    assert [each.measure for each in found.measures] == ["strict", "lenient", "no call"]
    assert [(each.paired.n, each.paired.losses) for each in found.measures] == [(10, 0), (10, 0), (12, 8)]
    assert found.verdict == "worse"
    assert against(items, wrong(talking(8)), {}).verdict == "better"
    assert against(talking(12), {}, {}).measures[0].measure == "no call"


def test_items_that_broke_in_either_run_are_left_out() -> None:
    found = against(SIXTY, {"add-0": None, "add-1": None}, {"add-1": None, "add-2": None, "add-3": False})
    assert found.broken == 3
    assert (found.measures[0].paired.n, found.measures[0].paired.losses) == (57, 1)
    assert [item.id for item in found.changed] == ["add-3"]
    everything = against(SIXTY[:2], {"add-0": None, "add-1": None}, {})
    assert (everything.measures, everything.verdict) == ((), "no difference shown")


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


def test_only_items_that_are_the_same_in_both_are_compared() -> None:
    theirs = [
        SIXTY[0],
        SIXTY[1].model_copy(update={"query": "another query"}),
        SIXTY[2].model_copy(update={"expected": (call(a=True),)}),
        *calling(2, "negate"),
    ]
    ours = [*SIXTY[:4], *calling(1, "negate")]
    found = compared(run(ours, arm(ours, {})), run(theirs, arm(theirs, {}), name="run-2"))
    common = found.items
    assert (common.n, common.only_a, common.only_b, common.altered) == (2, 1, 1, 2)
    assert not common.all_of_both
    assert found.differences[0].what == "data"
    assert only(found).measures[0].paired.n == 2


def test_runs_without_an_item_in_common_are_refused() -> None:
    with pytest.raises(DataError, match=r"run-1 \(data items.jsonl\) and run-2 .* no item in common"):
        compared(run(SIXTY, arm(SIXTY, {})), run(talking(3), arm(talking(3), {}), name="run-2"))


def test_both_are_judged_by_the_second_runs_data_and_tools() -> None:
    accepting = [SIXTY[0].model_copy(update={"accept": {"a": (-1,)}}), SIXTY[1]]
    first = run(SIXTY[:2], arm(SIXTY[:2], wrong(SIXTY[:2])))
    second = run(accepting, arm(accepting, {}), name="run-2")
    found = only(compared(first, second))
    assert (found.measures[0].a.k, found.measures[0].b.k) == (1, 2)
    assert found.rejudged == 1


def test_the_verdicts_of_a_benchmarks_own_checker_hold() -> None:
    right = arm(SIXTY, {})
    # Our comparison of calls would find these right.
    judged = [
        answer.model_copy(update={"strict": False, "why": "state differs"}) for answer in right.answers[:9]
    ]
    other = right.model_copy(update={"answers": (*judged, *right.answers[9:])})
    first = run(SIXTY, right, judged_by="its own checker")
    found = compared(first, run(SIXTY, other, name="run-2", judged_by="its own checker"))
    assert (found.worse, only(found).rejudged, only(found).measures[0].paired.losses) == (True, 0, 9)
    assert only(found).changed[0].why == "state differs"
    ours = compared(run(SIXTY, right), run(SIXTY, other, name="run-2"))
    assert (ours.worse, only(ours).rejudged) == (False, 9)
    mixed = compared(run(SIXTY, right), run(SIXTY, other, name="run-2", judged_by="its own checker"))
    assert [(each.what, each.a, each.b) for each in mixed.differences] == [
        ("judged by", "none", "its own checker")
    ]


def test_an_item_that_any_call_answers_expects_one_as_its_checker_said() -> None:
    items = talking(9)  # such an item has no expected calls

    def wanting(right: bool) -> RunArm:
        found = arm(items, {})
        told = {"tools": ("add", "negate"), "strict": right, "lenient": right}
        answers = tuple(answer.model_copy(update=told) for answer in found.answers)
        return found.model_copy(update={"answers": answers})

    judged = {"judged_by": "its own checker"}
    found = compared(run(items, wanting(True), **judged), run(items, wanting(False), name="run-2", **judged))
    assert [each.measure for each in only(found).measures] == ["strict", "lenient"]
    assert [(each.tool, each.losses) for each in only(found).per_tool] == [("add", 9), ("negate", 9)]


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


def test_what_was_made_differently_is_named() -> None:
    changed = ToolSpec(name="add", description="Adds two.", parameters=SPECS[0].parameters)
    first = run(SIXTY, arm(SIXTY, {}, served=served()), seed=1)
    second = run(
        SIXTY,
        arm(SIXTY, {}, served=served(identity="fedcba9876"), grounding=True),
        name="run-2",
        model="openai:x",
        endpoint="http://localhost:8000/v1",
        schema_hashes={**first.schema_hashes, "add": changed.schema_hash},
        versions={"practicum": "0.2.0", "torch": "2.13.0"},
    )
    found = compared(first, second)
    made = {each.what: (each.a, each.b) for each in found.differences}
    assert list(made) == ["tools", "model", "endpoint", "seed", "practicum", "torch"]
    assert made["tools"] == (f"add ({SPECS[0].schema_hash[:8]})", f"add ({changed.schema_hash[:8]})")
    assert made["endpoint"] == ("none", "http://localhost:8000/v1")
    assert made["torch"] == ("none", "2.13.0")
    arms = {each.what: (each.a, each.b) for each in only(found).differences}
    assert arms == {"served": ("demos@1 (01234567)", "demos@1 (fedcba98)"), "grounding": ("off", "on")}
    assert compared(first, first).differences == ()


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


def test_arms_are_paired_by_name_or_as_they_are_named() -> None:
    base, demos, notes = (arm(SIXTY[:1], {}, name=name) for name in ("base", "demos", "notes"))
    one, both, other = (
        run(SIXTY, base),
        run(SIXTY, base, demos, name="run-2"),
        run(SIXTY, notes, name="run-3"),
    )
    assert pair_arms(one, other) == [(base, notes)]
    assert pair_arms(one, both) == [(base, base)]
    assert pair_arms(both, both) == [(base, base), (demos, demos)]
    assert pair_arms(both, both, "base", "demos") == [(base, demos)]
    assert pair_arms(one, both, None, "demos") == [(base, demos)]
    assert pair_arms(both, one, "demos") == [(demos, base)]
    assert pair_arms(both, both, "demos") == [(demos, demos)]
    with pytest.raises(
        SetupError, match=r"no arm of run-2 \(base, demos\) has the name of one of run-3"
    ) as found:
        pair_arms(both, other)
    assert "'run-2:base' 'run-3:notes'" in found.value.fix
    with pytest.raises(SetupError, match="run-1 has no arm 'lora'"):
        pair_arms(one, both, "lora")


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
