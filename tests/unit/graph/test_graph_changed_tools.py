"""A tool that changed is practised anew, alone, and nothing of its earlier form misleads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graph_parts import (
    QUERIES,
    Adder,
    call,
    imagine,
    memory_of,
    opened,
    plan_for,
    reflect,
    run,
    say,
    scripted,
    story,
    summarize,
    text_of,
    tool_of,
)

from practicum import read_only
from practicum.graph.campaign import Plan, changed_tools, done_trials
from practicum.models.scripted import ScriptedReply
from practicum.records import Mode, Strategy, ToolCall
from practicum.tools.catalog import Tool

LESSON = "The first number must not be negative."


def changed_adder(calls: list[Any]) -> Tool:
    @read_only
    def add(a: int, b: int, rounded: bool = False) -> str:
        """Add two whole numbers."""
        calls.append((a, b, rounded))
        return f"sum={a + b};"

    return tool_of(add)


def halver() -> Tool:
    @read_only
    def halve(a: int) -> str:
        """Halve a number."""
        return f"half={a / 2};"

    return tool_of(halve)


def halving(query: str, a: int) -> tuple[ScriptedReply, ...]:
    return (
        ScriptedReply(when="halve: Halve a number.", structured={"query": query}),
        ScriptedReply(when=query, tool_calls=(ToolCall(name="halve", arguments={"a": a}),)),
        say(f"half={a / 2};", "done"),
    )


async def practise_both(path: Path) -> None:
    """Two trials of ``add``, which leave a lesson, and one episode of ``halve``."""
    imagined, called, said = halving("What is half of 48?", 48)
    more, again, told = halving("Split a bill of 36 between the two of us", 36)
    adding = story(QUERIES[:2])
    lesson = {"parameter": "a", "text": LESSON, "trials": [1]}
    replies = (imagined, more, reflect(), reflect(), *adding[:4], summarize(lesson), summarize(lesson))
    model = scripted(*replies, called, again, said, told, *adding[5:])
    await run(path, plan_for(Adder().tool(), halver()), model)


def left(path: Path, plan: Plan) -> tuple[tuple[str, ...], int]:
    """Which tools changed, and how many of the plan's trials are still to be made."""
    with opened(path) as home:
        memory = memory_of(home)
        return changed_tools(plan, memory), plan.total - done_trials(plan, memory)


async def test_only_the_changed_tool_is_practised_again(tmp_path: Path) -> None:
    await practise_both(tmp_path)
    assert left(tmp_path, plan_for(Adder().tool(), halver())) == ((), 0)
    calls: list[Any] = []
    plan = plan_for(changed_adder(calls), halver())
    assert left(tmp_path, plan) == (("add",), 2)
    model = scripted(*story(QUERIES[2:4]))
    await run(tmp_path, plan, model)
    assert left(tmp_path, plan) == ((), 0)
    assert model.left == 0
    assert not [prompt for prompt in model.prompts if "halve" in text_of(prompt)]
    assert calls == [(*numbers, False) for _, *numbers in QUERIES[2:4]]


async def test_what_was_tried_before_the_change_is_neither_recalled_nor_in_the_way(tmp_path: Path) -> None:
    await practise_both(tmp_path)
    # The very queries that were tried with the schema before.
    model = scripted(*story(QUERIES[:2]))
    await run(tmp_path, plan_for(changed_adder([]), halver()), model)
    with opened(tmp_path) as home:
        queries = [trial.query for trial in home.journal.trials("add")]
    assert queries == [query for query, _, _ in QUERIES[:2]] * 2
    first = text_of(model.prompts[0])
    assert "You imagine what users" in first
    assert "requests that were tried before" not in first
    assert LESSON not in first


async def test_what_was_tried_since_the_change_is_recalled(tmp_path: Path) -> None:
    await practise_both(tmp_path)
    calls: list[Any] = []
    tool = changed_adder(calls)
    await run(tmp_path, plan_for(tool), scripted(*story(QUERIES[2:4])))
    # A repetition is turned away once more; what is imagined instead is tried.
    repeating = scripted(imagine(QUERIES[2][0]), *story(QUERIES[4:6]))
    await run(tmp_path, plan_for(tool, episodes=2), repeating)
    assert calls == [(*numbers, False) for _, *numbers in QUERIES[2:6]]
    shown = text_of(repeating.prompts[0])
    assert "Some of the 2 requests that were tried before" in shown
    assert QUERIES[2][0] in shown
    assert QUERIES[0][0] not in shown


async def test_a_tool_that_is_as_it_was_once_has_nothing_left_to_practise(tmp_path: Path) -> None:
    await practise_both(tmp_path)
    await run(tmp_path, plan_for(changed_adder([])), scripted(*story(QUERIES[2:4])))
    assert left(tmp_path, plan_for(Adder().tool())) == ((), 0)


async def test_an_interrupted_practice_of_a_changed_tool_is_no_second_change(tmp_path: Path) -> None:
    await practise_both(tmp_path)
    tool = changed_adder([])
    await run(tmp_path, plan_for(tool), scripted(*story(QUERIES[2:4])))
    assert left(tmp_path, plan_for(tool, episodes=2)) == ((), 2)


async def test_without_execution_a_call_that_is_imagined_first_is_not_run_either(tmp_path: Path) -> None:
    adder = Adder()
    plan = plan_for(adder.tool(), trials=1, strategy=Strategy.CALL_FIRST, without=frozenset({"execution"}))
    await run(tmp_path, plan, scripted(call(None, a=1, b=2)))
    with opened(tmp_path) as home:
        (trial,) = home.journal.trials()
    assert adder.calls == []
    assert trial.imagined is not None
    assert {step.observation.mode for step in (*trial.probes, *trial.steps)} == {Mode.DRY_RUN}
