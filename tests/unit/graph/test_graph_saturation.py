"""A saturated tool stops early where that is asked for, and the journal alone decides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from graph_parts import QUERIES, Adder, memory_of, opened, plan_for, recorded, run, scripted, story

from practicum.graph.campaign import done_trials, saturated_at
from practicum.graph.plan import Plan
from practicum.practice import Practice


def six_episodes(*, stop: bool) -> Plan:
    return replace(plan_for(Adder().tool(), episodes=6, trials=1), stop_when_saturated=stop)


async def test_a_tool_that_brings_nothing_new_stops_early_and_counts_as_done(tmp_path: Path) -> None:
    plan = six_episodes(stop=True)
    model = scripted(*story(QUERIES[:4], episodes=4))
    await run(tmp_path, plan, model)
    assert len(recorded(tmp_path)) == 4
    assert model.left == 0
    with opened(tmp_path) as home:
        memory = memory_of(home)
        assert (saturated_at(plan, plan.tools[0], memory), done_trials(plan, memory)) == (4, plan.total)
        practice = Practice(home)
        assert (practice.left(plan), practice.saturated(plan)) == (0, {"add": 4})


async def test_the_same_plan_again_asks_no_one_anything(tmp_path: Path) -> None:
    plan = six_episodes(stop=True)
    await run(tmp_path, plan, scripted(*story(QUERIES[:4], episodes=4)))
    silent = scripted()
    await run(tmp_path, plan, silent)
    assert silent.prompts == []


async def test_the_same_plan_without_stopping_makes_what_was_left_out(tmp_path: Path) -> None:
    await run(tmp_path, six_episodes(stop=True), scripted(*story(QUERIES[:4], episodes=4)))
    plan = six_episodes(stop=False)
    with opened(tmp_path) as home:
        assert done_trials(plan, memory_of(home)) == 4
    await run(tmp_path, plan, scripted(*story(QUERIES[4:6], episodes=2)))
    assert [trial.episode for trial in recorded(tmp_path)] == [1, 2, 3, 4, 5, 6]


async def test_without_being_asked_to_no_tool_stops_early(tmp_path: Path) -> None:
    await run(tmp_path, six_episodes(stop=False), scripted(*story(QUERIES[:6], episodes=6)))
    assert len(recorded(tmp_path)) == 6
