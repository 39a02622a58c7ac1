"""Two runs side by side, as a person reads them."""

from __future__ import annotations

from run_parts import arm, calling, run, talking

from practicum.evaluation.runs.comparison import RunComparison, compare_runs, pair_arms
from practicum.evaluation.runs.record import Run
from practicum.report import runs, tables

ITEMS = [*calling(40), *talking(8)]
BEFORE = run(ITEMS, arm(ITEMS, {"add-0": False}))
LOST = {f"add-{n}": False for n in range(1, 14)}
AFTER = run(ITEMS, arm(ITEMS, {**LOST, "talk-0": None}), name="run-2", model="openai:x [red]")


def compared(a: Run, b: Run) -> RunComparison:
    return compare_runs(a, b, pair_arms(a, b))


def test_the_measures_show_rates_difference_changes_and_what_could_be_shown() -> None:
    found = compared(BEFORE, AFTER)
    text = tables.plain(runs.measures_table(found, found.arms[0]), width=220)
    assert "98 % (39/40, 87\u2013100)" in text
    assert "68 % (27/40, 52\u201380)" in text
    assert "-30.0 points (-45.1 to -12.0)" in text
    assert "1 won, 13 lost of 40, p = 0.002" in text
    assert "no call where none" in text
    assert runs.compared_items(found) == "run-2 against run-1, on the same 48 items"
    assert list(runs.remarks(found.arms[0])) == ["left out because they broke in either run: 1"]
    assert runs.verdict(found, found.arms[0]) == (
        "run-2 is significantly worse than run-1 (right call, strict)"
    )


def test_for_how_many_tests_a_verdict_is_corrected_is_told() -> None:
    assert list(runs.corrections(compared(BEFORE, AFTER))) == [
        "2 tests decide; with Holm's correction for as many:",
        "  right call, strict: p = 0.004",
        "  no call where none: p = 1.000",
    ]
    few = compared(run(ITEMS[:9], arm(ITEMS[:9], {})), run(ITEMS[:9], arm(ITEMS[:9], {}), name="run-2"))
    assert list(runs.corrections(few)) == []


def test_what_differs_and_what_changed_is_literal_text() -> None:
    found = compared(BEFORE, AFTER)
    assert "openai:x [red]" in tables.plain(runs.differences_table(found))
    changed = tables.plain(runs.changed_table(found.arms[0]))
    assert "13 items lost, 1 won; 3 more with --json" in changed
    assert "a: -1 instead of 1" in changed
    assert changed.count("lost  ") == 10
    tools = tables.plain(runs.tools_table(found, found.arms[0]))
    assert "39/40" in tools
    assert "0.002" in tools


def test_where_nothing_is_told_the_least_difference_is_named() -> None:
    same = compared(BEFORE, BEFORE)
    assert runs.verdict(same, same.arms[0]) == (
        "run-1 is not told from run-1; so many items show 19.1 points or more four times out of five,"
        " by a single test"
    )
    few = compared(run(ITEMS[:3], arm(ITEMS[:3], {})), run(ITEMS[:3], arm(ITEMS[:3], {}), name="run-2"))
    assert runs.verdict(few, few.arms[0]).endswith("so few items can show no difference")


def test_what_is_left_out_is_counted() -> None:
    fewer = run(ITEMS[:30], arm(ITEMS[:30], {}), name="run-3")
    found = compared(BEFORE, fewer)
    assert runs.compared_items(found) == (
        "run-3 against run-1, on the 30 items that both have; left out: 18 only in run-1"
    )


def test_phrasings_are_told() -> None:
    groups = {item.id: f"call {number // 2}" for number, item in enumerate(calling(40))}
    found = compared(run(ITEMS, arm(ITEMS, {}), groups=groups), BEFORE)
    assert list(runs.remarks(found.arms[0])) == ["48 items are phrasings of 28 calls, and count as so many"]


def test_runs_are_listed() -> None:
    text = tables.plain(runs.runs_table([AFTER, BEFORE]), width=160)
    assert "2026-11-21 12:00" in text
    assert text.index("run-2") < text.index("run-1")
