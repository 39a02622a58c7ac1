"""What workers had paid for when an episode was interrupted: the same command goes on from there."""

from __future__ import annotations

from pathlib import Path

import pytest
from graph_parts import QUERIES, home_with_checkpoints, memory_of, recorded, story, summarize
from workers_parts import explore, plan_in, written

from practicum.errors import BudgetSpent
from practicum.graph.campaign import Plan
from practicum.graph.workers.messages import Event, Finished, Replied
from practicum.graph.workers.recipe import Recipe
from practicum.graph.workers.unfinished import lessons_left
from practicum.models.budget import Budget
from practicum.records import Note, utc_now

CALLS_A_TRIAL = 4
"""A query is imagined, called, answered and reflected on."""
LESSON = {"parameter": "a", "text": "Whole numbers only.", "trials": [1]}


def opened(folder: Path, *, trials: int = 1) -> tuple[Plan, Recipe]:
    """A plan of one episode, and a script with a lesson."""
    recipe = written(folder, [summarize(LESSON), *story(QUERIES[:trials], episodes=0)])
    return plan_in(folder, "add", episodes=1, trials=trials), recipe


async def spend(folder: Path, plan: Plan, recipe: Recipe, calls: int) -> None:
    """Explore until so many model calls are spent."""
    budget = Budget(max_model_calls=calls)
    with pytest.raises(BudgetSpent):
        await explore(folder, plan, recipe, budget=budget)
    assert budget.calls_left == 0


async def notes_in(home: Path) -> list[Note]:
    async with home_with_checkpoints(home) as (opened_home, _):
        return list(opened_home.journal.notes("add"))


async def test_each_model_call_is_paid_for_once_though_the_budget_ends_in_the_middle(tmp_path: Path) -> None:
    plan, recipe = opened(tmp_path)
    await spend(tmp_path, plan, recipe, 3)
    assert recorded(tmp_path / "home") == []
    await spend(tmp_path, plan, recipe, CALLS_A_TRIAL - 3)
    (trial,) = recorded(tmp_path / "home")
    assert (trial.query, trial.usage.model_calls) == (QUERIES[0][0], CALLS_A_TRIAL)
    budget = Budget(max_model_calls=1)
    await explore(tmp_path, plan, recipe, budget=budget)
    assert budget.calls_left == 0
    assert [note.text for note in await notes_in(tmp_path / "home")] == [LESSON["text"]]
    assert await explore(tmp_path, plan, recipe) == []


async def test_lessons_are_asked_for_when_the_budget_ended_before_them(tmp_path: Path) -> None:
    plan, recipe = opened(tmp_path, trials=2)
    await spend(tmp_path, plan, recipe, 2 * CALLS_A_TRIAL)
    assert len(recorded(tmp_path / "home")) == 2
    assert await notes_in(tmp_path / "home") == []
    async with home_with_checkpoints(tmp_path / "home") as (home, _):
        assert lessons_left(plan, memory_of(home))
    budget = Budget(max_model_calls=1)
    await explore(tmp_path, plan, recipe, budget=budget)
    assert budget.calls_left == 0
    assert len(await notes_in(tmp_path / "home")) == 1
    async with home_with_checkpoints(tmp_path / "home") as (home, _):
        assert not lessons_left(plan, memory_of(home))


async def test_a_trial_that_its_worker_died_of_is_imagined_anew(tmp_path: Path) -> None:
    plan, recipe = opened(tmp_path)
    told: list[Event] = []

    def at_its_second_reply(event: Event) -> bool:
        told.append(event)
        return isinstance(event, Replied) and sum(isinstance(each, Replied) for each in told) == 2

    await explore(tmp_path, plan, recipe, dies=at_its_second_reply)
    assert [trial.outcome.value for trial in recorded(tmp_path / "home")] == ["broken"]
    budget = Budget(max_model_calls=CALLS_A_TRIAL + 1)
    await explore(tmp_path, plan, recipe, budget=budget)
    assert budget.calls_left == 0
    assert [trial.outcome.value for trial in recorded(tmp_path / "home")] == ["broken", "solved"]


async def test_lessons_that_a_worker_died_of_are_asked_for_by_a_later_run(tmp_path: Path) -> None:
    plan, recipe = opened(tmp_path)
    await explore(tmp_path, plan, recipe, dies=lambda event: isinstance(event, Finished))
    assert len(recorded(tmp_path / "home")) == 1
    assert await notes_in(tmp_path / "home") == []
    await explore(tmp_path, plan, recipe)
    assert len(await notes_in(tmp_path / "home")) == 1


async def test_an_interrupted_trial_began_when_it_first_did(tmp_path: Path) -> None:
    plan, recipe = opened(tmp_path, trials=2)
    await spend(tmp_path, plan, recipe, CALLS_A_TRIAL + 1)
    (first,) = recorded(tmp_path / "home")
    interrupted = utc_now()
    budget = Budget(max_model_calls=CALLS_A_TRIAL)  # one of the trial's is paid for, and one is for lessons
    await explore(tmp_path, plan, recipe, budget=budget)
    assert budget.calls_left == 0
    first_again, second = recorded(tmp_path / "home")
    assert first_again == first
    assert (second.query, second.usage.model_calls) == (QUERIES[1][0], CALLS_A_TRIAL)
    assert second.started_at < interrupted
