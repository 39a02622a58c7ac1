"""Workers and the crew that hands them episodes: each trial once, one budget, one world at a time."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import pytest
from graph_parts import QUERIES, home_with_checkpoints, memory_of, recorded, story
from mcp_parts import bad, write_servers
from workers_parts import InProcess, explore, numbers, plan_in, written

from practicum.errors import BudgetSpent
from practicum.graph.campaign import run_episodes
from practicum.graph.planning import make_plan
from practicum.graph.workers.crew import Crew
from practicum.graph.workers.messages import Assignment, BudgetReply, Event, Finished
from practicum.graph.workers.recipe import Recipe
from practicum.models.budget import Budget
from practicum.models.loader import load_chat_model
from practicum.tools.policy_file import load_policy
from practicum.tools.sandbox import Sandbox
from practicum.tools.sources import load_tools


async def test_workers_make_the_planned_trials_and_each_once(tmp_path: Path) -> None:
    recipe = written(tmp_path, story(QUERIES[:4], episodes=2))
    plan = plan_in(tmp_path, "add", "plus", episodes=2, trials=2)
    seen: list[str] = []
    started = await explore(tmp_path, plan, recipe, watch=lambda told: seen.append(told.query))
    trials = recorded(tmp_path / "home")
    assert numbers(trials) == [
        (tool, episode, number, "solved")
        for tool in ("add", "plus")
        for episode in (1, 2)
        for number in (1, 2)
    ]
    assert {trial.id for trial in trials} == {
        f"{plan.episode(tool, episode)['id']}-{number}"
        for tool in plan.tools
        for episode in (1, 2)
        for number in (1, 2)
    }
    assert len(started) == 2
    assert sorted(query for query in seen if query) == sorted(2 * [query for query, _, _ in QUERIES[:4]])
    assert await explore(tmp_path, plan, recipe) == []


async def test_a_worker_of_another_tool_before_is_told_all_that_is_known_of_this_one(tmp_path: Path) -> None:
    recipe = written(tmp_path, story(QUERIES[:2], episodes=1))
    await explore(tmp_path, plan_in(tmp_path, "add", trials=2), recipe)
    # The same script: each of its queries is known, and so is imagined anew until the script has no more.
    recipe = written(tmp_path, story(QUERIES[:3], episodes=1))
    await explore(tmp_path, plan_in(tmp_path, "plus", "add", episodes=1, trials=1, seed=1), recipe, size=1)
    queries = {(trial.tool, trial.query) for trial in recorded(tmp_path / "home")}
    assert ("add", QUERIES[2][0]) in queries


async def test_a_budget_holds_over_all_workers(tmp_path: Path) -> None:
    recipe = written(tmp_path, story(QUERIES[:4], episodes=2))
    plan = plan_in(tmp_path, "add", "plus", episodes=2, trials=2)
    budget = Budget(max_model_calls=11)
    started: list[InProcess] = []
    with pytest.raises(BudgetSpent, match="11 model calls is spent"):
        await explore(tmp_path, plan, recipe, budget=budget, started=started)
    assert len(started) == 2
    assert budget.calls_left == 0
    trials = recorded(tmp_path / "home")
    assert 0 < sum(trial.usage.model_calls for trial in trials) <= 11
    await explore(tmp_path, plan, recipe)
    assert len(recorded(tmp_path / "home")) == 8


class Shared(Sandbox[object]):
    """A world that there is once only."""

    alone = True


class Counting:
    """A worker that does nothing for a while, and counts how many do so at once."""

    at_once = most = 0

    async def practise(self, assignment: Assignment) -> None:
        assert assignment.afresh or assignment.info["number"] > 1
        Counting.at_once += 1
        Counting.most = max(Counting.most, Counting.at_once)

    async def news(self) -> list[Event]:
        await asyncio.sleep(0.01)
        Counting.at_once -= 1
        return [Finished((), (), {})]

    async def answer(self, number: int, answer: BudgetReply) -> None: ...

    async def stop(self) -> None: ...

    def kill(self) -> None: ...


@pytest.mark.parametrize(("shares", "most"), [(True, 1), (False, 2)])
async def test_tools_in_one_world_follow_each_other_in_whatever_worker(
    shares: bool, most: int, tmp_path: Path
) -> None:
    written(tmp_path, ())
    plan = plan_in(tmp_path, "add", "plus", episodes=3)
    if shares:
        world = Shared(lambda _: object())
        plan = replace(plan, tools=tuple(replace(tool, sandbox=world) for tool in plan.tools))
    Counting.most = 0
    async with home_with_checkpoints(tmp_path / "home") as (home, _):
        memory = memory_of(home)
        crew = Crew(plan, memory, Counting, size=2, budget=Budget(), watch=lambda _: None)
        await run_episodes(plan, memory, crew.run_episode, concurrency=2)
    assert Counting.most == most


async def test_a_worker_that_is_let_go_leaves_no_session_of_an_mcp_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    write_servers(tmp_path, bad=bad("lingers"))
    (tmp_path / "practicum.toml").write_text("[mcp.servers.bad]\nsandboxed = true\n")
    with chdir(tmp_path):
        catalog = load_tools(["mcp:servers.json"], load_policy()).only(("count",))
        recipe = Recipe(("mcp:servers.json",), ("count",), "none", "hashing", folder=tmp_path)
    plan = make_plan(catalog, load_chat_model("none"), model_name="none", episodes=1, trials=1)
    await explore(tmp_path, plan, recipe)
    (trial,) = recorded(tmp_path / "home")
    assert [step.observation.text for step in trial.probes] == ["1"]
    assert list((tmp_path / "tmp").glob("practicum-mcp-*")) == []
