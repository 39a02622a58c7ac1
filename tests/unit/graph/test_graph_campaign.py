"""Many episodes: in order, side by side, and never a trial or a call twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from graph_parts import (
    IMAGINING,
    QUERIES,
    Adder,
    call,
    imagine,
    memory_of,
    opened,
    plan_for,
    recorded,
    reflect,
    run,
    say,
    scripted,
    story,
    summarize,
    tool_of,
)

from practicum import read_only
from practicum.errors import BudgetSpent, SetupError
from practicum.graph.campaign import Progress, _all, done_trials
from practicum.graph.combining import known_groups
from practicum.models.scripted import ScriptedReply
from practicum.records import ToolCall
from practicum.tools.catalog import Tool


async def test_a_plan_that_is_done_asks_no_one_anything(tmp_path: Path) -> None:
    plan = plan_for(Adder().tool())
    await run(tmp_path, plan, scripted(*story(QUERIES[:2])))
    silent = scripted()
    await run(tmp_path, plan, silent)
    assert silent.prompts == []
    assert len(recorded(tmp_path)) == 2


async def test_more_episodes_extend_what_is_there(tmp_path: Path) -> None:
    adder = Adder()
    tool = adder.tool()
    await run(tmp_path, plan_for(tool), scripted(*story(QUERIES[:2])))
    before = recorded(tmp_path)
    more = scripted(*story(QUERIES[2:4]))
    await run(tmp_path, plan_for(tool, episodes=2), more)
    after = recorded(tmp_path)
    assert after[:2] == before
    assert [(trial.episode, trial.number) for trial in after] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert len(adder.calls) == 4
    assert more.left == 0


def test_another_seed_model_or_ablation_is_another_exploration() -> None:
    tool = Adder().tool()
    plans = [
        plan_for(tool),
        plan_for(tool, seed=1),
        plan_for(tool, trials=3),
        plan_for(tool, max_calls=3),
        plan_for(tool, without=frozenset({"reflection"})),
    ]
    ids = [plan.episode(tool, number)["id"] for plan in plans for number in (1, 2)]
    assert len(set(ids)) == len(ids)
    assert plan_for(tool, episodes=9).episode(tool, 1) == plans[0].episode(tool, 1)


async def test_a_failing_summary_loses_no_trial(tmp_path: Path) -> None:
    replies = [
        reply for reply in story(QUERIES[:1]) if reply.structured is None or "lessons" not in reply.structured
    ]
    plan = plan_for(Adder().tool(), trials=1)
    await run(tmp_path, plan, scripted(*replies))
    with opened(tmp_path) as home:
        assert done_trials(plan, memory_of(home)) == 1
        assert home.index.count("add") == 1


async def test_tools_run_side_by_side_and_a_tools_episodes_follow_each_other(tmp_path: Path) -> None:
    meeting = asyncio.Barrier(2)

    def named(name: str) -> Tool:
        async def add(a: int) -> str:
            """Double a number."""
            await meeting.wait()
            return f"{name}={2 * a};"

        add.__name__ = name
        return tool_of(read_only(add))

    queries = {"left": "How long are two ropes?", "right": "Give me the double of that large number!"}
    replies = [
        reply
        for name, query in queries.items()
        for reply in (
            ScriptedReply(when=f"{name}: Double", structured={"query": query}),
            ScriptedReply(when=query, tool_calls=(ToolCall(name=name, arguments={"a": 1}),)),
            say(f"{name}=2;", "two"),
        )
    ]
    model = scripted(
        *replies[0::3], reflect(), reflect(), summarize(), summarize(), *replies[1::3], *replies[2::3]
    )
    plan = plan_for(named("left"), named("right"), trials=1)
    # Each call waits for the other tool's: one after the other they would never end.
    await asyncio.wait_for(run(tmp_path, plan, model), 20)
    assert {trial.tool for trial in recorded(tmp_path)} == {"left", "right"}


async def test_what_one_tool_raises_reaches_the_user_after_the_others_are_done(tmp_path: Path) -> None:
    adder = Adder()
    good = adder.tool()

    def add_more(a: int) -> str:
        """Subtract everything."""
        return str(a)

    other = tool_of(read_only(add_more))

    class Refusing(type(scripted())):  # type: ignore[misc]  # the scripted model's class
        def _generate(self, messages, *args, **kwargs):  # type: ignore[no-untyped-def]  # as its base
            if "Subtract everything" in str(messages[-1].text):
                raise SetupError("the key is wrong", "set another")
            return super()._generate(messages, *args, **kwargs)

    with pytest.raises(SetupError, match="the key is wrong"):
        await run(tmp_path, plan_for(other, good, trials=1), Refusing(replies=story(QUERIES[:1])))
    assert [trial.tool for trial in recorded(tmp_path)] == ["add"]


async def test_a_tool_of_which_a_whole_episode_broke_is_left_to_the_same_command(tmp_path: Path) -> None:
    plan = plan_for(Adder().tool(), trials=3, episodes=3)
    failures = [ScriptedReply(when=IMAGINING, error="rate-limit")] * 4 * 3
    away = scripted(*failures, *story(QUERIES[:3]))
    await run(tmp_path, plan, away)
    assert [(trial.episode, trial.outcome.value) for trial in recorded(tmp_path)] == [(1, "broken")] * 3
    assert away.left > 0, "no other episode was begun"
    await run(tmp_path, plan, scripted(*story(QUERIES[:3]), *story(QUERIES[3:6]), *story(QUERIES[:3])))
    assert sorted({trial.episode for trial in recorded(tmp_path)}) == [1, 2, 3]


@pytest.mark.parametrize("trials", [1, 2])
async def test_short_episodes_that_broke_are_counted_together_and_those_of_earlier_runs_are_not(
    tmp_path: Path, trials: int
) -> None:
    plan = plan_for(Adder().tool(), trials=trials, episodes=6)
    broken = [ScriptedReply(when=IMAGINING, error="rate-limit")] * 4 * 12
    for run_number in range(1, 3):
        await run(tmp_path, plan, scripted(*broken))
        made = len(recorded(tmp_path))
        assert made == run_number * (3 if trials == 1 else 4), "whole episodes, three broken trials or more"


async def test_a_tool_of_which_anything_came_in_an_episode_is_not_left_alone(tmp_path: Path) -> None:
    plan = plan_for(Adder().tool(), trials=4, episodes=2)
    broken = [ScriptedReply(when=IMAGINING, error="rate-limit")] * 4 * 3
    await run(tmp_path, plan, scripted(*broken, *story(QUERIES[:1]), *broken, *story(QUERIES[1:2])))
    assert {trial.episode for trial in recorded(tmp_path)} == {1, 2}


async def test_episodes_of_several_tools_wait_for_a_tool_that_broke_off(tmp_path: Path) -> None:
    adder = Adder()

    @read_only
    def subtract(a: int, b: int) -> int:
        """Subtract one whole number from another."""
        return a - b

    plan = replace(plan_for(adder.tool(), tool_of(subtract), trials=3), combine=2)
    broken = [ScriptedReply(when=IMAGINING, error="rate-limit")] * 4 * 30
    await run(tmp_path, plan, scripted(*broken))
    assert {trial.takes_several for trial in recorded(tmp_path)} == {False}
    assert len(recorded(tmp_path)) == 6
    with opened(tmp_path) as home:
        assert known_groups(plan, memory_of(home)) is None, "nothing is decided by what did not answer"


async def test_a_watcher_hears_of_each_query_and_each_trial(tmp_path: Path) -> None:
    heard: list[Progress] = []
    await run(tmp_path, plan_for(Adder().tool()), scripted(*story(QUERIES[:2])), watch=heard.append)
    told = [each.query or each.trial for each in heard]
    trials = recorded(tmp_path)
    assert told == [QUERIES[0][0], trials[0], QUERIES[1][0], trials[1]]


async def test_a_plan_never_takes_more_model_calls_than_it_says(tmp_path: Path) -> None:
    adder, query = Adder(), QUERIES[0][0]
    plan = plan_for(adder.tool(), trials=2, max_calls=2)
    repeated = [call(None, a=n, b=0) for n in range(2)]
    replies = [*(imagine(query) for _ in range(4)), reflect(), reflect(), summarize()]
    model = scripted(*replies, *repeated, say(None, "Done."), *repeated, say(None, "Done."))
    await run(tmp_path, plan, model)
    assert len(model.prompts) <= plan.worst_calls
    assert len(adder.calls) <= plan.total * plan.worst_executions_a_trial
    # All of it but the two imaginings that the first query, being new, did not need.
    assert len(model.prompts) == plan.worst_calls - 2


async def test_of_several_errors_the_one_that_nobody_expected_is_raised() -> None:
    async def fails(error: Exception) -> None:
        raise error

    spent, broken = BudgetSpent("5 model calls are spent", "raise the limit"), RuntimeError("a defect")
    with pytest.raises(RuntimeError, match="a defect"):
        await _all([fails(spent), fails(broken)])
    with pytest.raises(BudgetSpent):
        await _all([fails(spent)])
