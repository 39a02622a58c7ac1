"""Two runs: what they have in common, by whom it is judged, and what differs."""

from __future__ import annotations

import pytest
from comparison_parts import SIXTY, against, compared, only, wrong
from run_parts import SPECS, arm, call, calling, run, served, talking

from practicum.errors import DataError, SetupError
from practicum.evaluation.runs.comparison import pair_arms
from practicum.evaluation.runs.record import RunArm
from practicum.evaluation.statistics.paired import mcnemar
from practicum.records import ToolSpec


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


def test_items_that_broke_in_either_run_are_left_out() -> None:
    found = against(SIXTY, {"add-0": None, "add-1": None}, {"add-1": None, "add-2": None, "add-3": False})
    assert found.broken == 3
    assert (found.measures[0].paired.n, found.measures[0].paired.losses) == (57, 1)
    assert [item.id for item in found.changed] == ["add-3"]
    everything = against(SIXTY[:2], {"add-0": None, "add-1": None}, {})
    assert (everything.measures, everything.verdict) == ((), "no difference shown")


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
