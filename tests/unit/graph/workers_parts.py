"""Workers in one process, of which one can be made to die, and the files that they open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph_parts import home_with_checkpoints, memory_of, plan_for

from practicum.graph.campaign import Plan, Watch, run_episodes
from practicum.graph.workers.crew import Crew
from practicum.graph.workers.messages import Assignment, BudgetReply, Event
from practicum.graph.workers.purse import BudgetLimits
from practicum.graph.workers.recipe import Recipe
from practicum.graph.workers.seats import Worker, WorkerDied
from practicum.graph.workers.worker import ToolWorker
from practicum.models.budget import Budget
from practicum.models.scripted import ScriptedReply
from practicum.records import Trial
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

    async def answer(self, number: int, answer: BudgetReply) -> None:
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
    limits = BudgetLimits.of(budget) if budget is not None else None

    def start() -> Worker:
        worker = ToolWorker(recipe, replace(plan, tools=()), limits)
        started.append(InProcess(worker, dies))
        return started[-1]

    with chdir(folder):  # a worker changes its directory; the tests after it want theirs
        async with home_with_checkpoints(folder / "home") as (home, _):
            crew = Crew(plan, memory_of(home), start, size=size, budget=budget or Budget(), watch=watch)
            try:
                await run_episodes(plan, memory_of(home), crew.run_episode, concurrency=size)
            finally:
                await crew.close()
    return started


def numbers(trials: Sequence[Trial]) -> list[tuple[str, int, int, str]]:
    return sorted((trial.tool, trial.episode, trial.number, trial.outcome.value) for trial in trials)
