"""Workers and the crew that hands them episodes; here they are in one process, and one can be made to die."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graph_parts import QUERIES, home_with_checkpoints, memory_of, plan_for, recorded, story

from practicum.errors import BudgetSpent, SetupError
from practicum.graph.campaign import Plan, Watch, run_episodes
from practicum.graph.workers.crew import Crew
from practicum.graph.workers.messages import Answer, Assignment, Event, Executed, Finished
from practicum.graph.workers.purse import Limits
from practicum.graph.workers.recipe import Recipe
from practicum.graph.workers.seats import Worker, WorkerDied
from practicum.graph.workers.worker import ToolWorker
from practicum.models.budget import Budget
from practicum.models.scripted import ScriptedReply
from practicum.records import Outcome, Trial
from practicum.tools.sandbox import Sandbox
from practicum.tools.sources import load_tools

TOOLS = '''
import practicum

@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two whole numbers."""
    return f"sum={a + b};"

@practicum.read_only
def plus(a: int, b: int) -> str:
    """Add two whole numbers, too."""
    return f"sum={a + b};"
'''
Dies = Callable[[Event], bool]


class InProcess:
    """A worker that is no process; it dies as soon as it would tell of something that ``dies`` is true of."""

    def __init__(self, worker: ToolWorker, dies: Dies) -> None:
        self._worker = worker
        self._dies = dies
        self.dead = False

    async def practise(self, assignment: Assignment) -> None:
        await self._alive(self._worker.practise(assignment))

    async def news(self) -> list[Event]:
        events: list[Event] = await self._alive(self._worker.news())
        if any(self._dies(event) for event in events):
            self.dead = True
            await self._worker.stop()
            raise WorkerDied("exit 3")
        return events

    async def answer(self, number: int, answer: Answer) -> None:
        await self._alive(self._worker.answer(number, answer))

    async def stop(self) -> None:
        await self._worker.stop()

    def kill(self) -> None:
        self.dead = True

    async def _alive(self, work: Awaitable[Any]) -> Any:
        assert not self.dead
        return await work


def never(event: Event) -> bool:
    return False


def once(when: Dies) -> Dies:
    """True of the first event only that ``when`` is true of."""
    happened: list[Event] = []

    def dies(event: Event) -> bool:
        if happened or not when(event):
            return False
        happened.append(event)
        return True

    return dies


def written(folder: Path, replies: Sequence[ScriptedReply]) -> Recipe:
    """Tools and a script in files, as a worker opens them."""
    (folder / "tools.py").write_text(TOOLS)
    lines = [reply.model_dump_json(exclude_defaults=True) for reply in replies]
    (folder / "script.jsonl").write_text("\n".join(lines))
    return Recipe(("tools.py",), ("add", "plus"), "scripted:script.jsonl", "hashing", folder=folder)


def plan_in(folder: Path, *names: str, **options: Any) -> Plan:
    catalog = load_tools([str(folder / "tools.py")])
    return plan_for(*(catalog.tool(name) for name in names), **options)


async def explore(
    folder: Path,
    plan: Plan,
    recipe: Recipe,
    *,
    dies: Dies = never,
    budget: Budget | None = None,
    size: int = 2,
    watch: Watch = lambda _: None,
    started: list[InProcess] | None = None,
) -> list[InProcess]:
    """Run what is left of the plan in workers; returns those that were started."""
    started = [] if started is None else started
    limits = Limits.of(budget) if budget is not None else None

    def start() -> Worker:
        worker = ToolWorker(recipe, replace(plan, tools=()), limits)
        started.append(InProcess(worker, dies))
        return started[-1]

    async with home_with_checkpoints(folder / "home") as (home, _):
        crew = Crew(plan, memory_of(home), start, size=size, budget=budget or Budget(), watch=watch)
        try:
            await run_episodes(plan, memory_of(home), crew.run_episode, concurrency=size)
        finally:
            await crew.close()
    return started


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a worker changes its directory


def numbers(trials: Sequence[Trial]) -> list[tuple[str, int, int, str]]:
    return sorted((trial.tool, trial.episode, trial.number, trial.outcome.value) for trial in trials)


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


async def test_a_worker_that_dies_costs_the_trial_it_was_at_and_a_later_run_makes_it(tmp_path: Path) -> None:
    recipe = written(tmp_path, story(QUERIES, episodes=2))
    plan = plan_in(tmp_path, "add", episodes=1, trials=4)
    second = f"{plan.episode(plan.tools[0], 1)['id']}-2/"
    started = await explore(
        tmp_path,
        plan,
        recipe,
        dies=once(lambda told: isinstance(told, Executed) and told.key.startswith(second)),
    )
    trials = recorded(tmp_path / "home")
    assert numbers(trials) == [
        ("add", 1, 1, "solved"),
        ("add", 1, 2, "broken"),
        ("add", 1, 3, "solved"),
        ("add", 1, 4, "solved"),
    ]
    (broken,) = [trial for trial in trials if trial.outcome is Outcome.BROKEN]
    assert broken.query == QUERIES[1][0]
    assert broken.reflection is not None
    assert "exit 3" in broken.reflection.reason
    assert len(started) == 2
    await explore(tmp_path, plan, recipe)
    again = numbers(recorded(tmp_path / "home"))
    assert ("add", 1, 2, "solved") in again
    assert len(again) == 5


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


async def test_workers_that_die_as_they_start_end_the_run(tmp_path: Path) -> None:
    recipe = written(tmp_path, story(QUERIES[:1]))
    with pytest.raises(SetupError, match="3 workers died one after the other as they started: exit 3"):
        await explore(tmp_path, plan_in(tmp_path, "add", trials=1), recipe, dies=lambda _: True)
    assert recorded(tmp_path / "home") == []


async def test_a_tool_that_is_another_one_on_the_worker_is_refused(tmp_path: Path) -> None:
    recipe = written(tmp_path, story(QUERIES[:1]))
    plan = plan_in(tmp_path, "add", trials=1)
    (tmp_path / "tools.py").write_text(TOOLS.replace("Add two", "Subtract two"))
    with pytest.raises(SetupError, match="add is another tool on a worker"):
        await explore(tmp_path, plan, recipe)


async def test_what_a_worker_lacks_is_the_users_to_mend(tmp_path: Path) -> None:
    recipe = written(tmp_path, story(QUERIES[:1]))
    plan = plan_in(tmp_path, "add", trials=1)
    with pytest.raises(SetupError, match="has no folder"):
        await explore(tmp_path, plan, replace(recipe, folder=tmp_path / "nowhere"))
    with pytest.raises(SetupError, match=r"the script nothing\.jsonl can't be read"):
        await explore(tmp_path, plan, replace(recipe, model="scripted:nothing.jsonl"))


async def test_what_is_cancelled_leaves_what_was_recorded(tmp_path: Path) -> None:
    recipe = written(tmp_path, story(QUERIES[:4], episodes=1))
    plan = plan_in(tmp_path, "add", episodes=1, trials=4)
    running: list[asyncio.Task[Any]] = []

    def stop(told: Any) -> None:
        if told.trial is not None and told.trial.number == 2:
            running[0].cancel()

    running.append(asyncio.create_task(explore(tmp_path, plan, recipe, watch=stop)))
    with pytest.raises(asyncio.CancelledError):
        await running[0]
    assert numbers(recorded(tmp_path / "home"))[:2] == [("add", 1, 1, "solved"), ("add", 1, 2, "solved")]
    await explore(tmp_path, plan, recipe)
    assert len(recorded(tmp_path / "home")) == 4


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
        return [Finished((), {})]

    async def answer(self, number: int, answer: Answer) -> None: ...

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
