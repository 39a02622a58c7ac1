"""Tools that change something, practised on a state that is made anew for each episode."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from graph_parts import QUERIES, call, imagine, plan_for, recorded, reflect, run, say, scripted, story

from practicum.errors import BudgetSpent
from practicum.models.budget import Budget
from practicum.records import JsonObject, ToolSpec, Trial
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.sandbox import Sandbox

SPEC = ToolSpec(
    name="add",
    description="Add two whole numbers to what is in the box.",
    parameters={
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
    },
)


def empty(seed: int) -> list[int]:
    del seed
    return []


def box(make: Callable[[int], list[int]] = empty) -> Tool:
    """A tool that adds to its state, and tells the state beside what the script waits for."""
    sandbox = Sandbox(make)

    async def put(arguments: JsonObject) -> str:
        sandbox.current.append(arguments["a"] + arguments["b"])
        return f"sum={arguments['a'] + arguments['b']}; box={sandbox.current}"

    return Tool(SPEC, Effect.REVERSIBLE, "made anew", put, sandbox)


def boxes(trials: list[Trial]) -> list[str]:
    return [step.observation.text.partition("box=")[2] for trial in trials for step in trial.steps]


async def test_trials_of_an_episode_share_a_state_and_the_next_episode_starts_afresh(tmp_path: Path) -> None:
    await run(tmp_path, plan_for(box(), episodes=2), scripted(*story(QUERIES[:4], episodes=2)))
    assert boxes(recorded(tmp_path)) == ["[5]", "[5, 21]", "[1500]", "[1500, 47]"]


async def test_an_episode_that_is_taken_up_again_finds_the_state_it_left(tmp_path: Path) -> None:
    model = scripted(*story(QUERIES[:4], episodes=2))
    plan = plan_for(box(), episodes=2)
    interruptions = 0
    while model.left:
        try:
            await run(tmp_path, plan, model, budget=Budget(max_model_calls=1))
        except BudgetSpent:
            interruptions += 1
    await run(tmp_path, plan, model)
    assert interruptions > 10
    assert boxes(recorded(tmp_path)) == ["[5]", "[5, 21]", "[1500]", "[1500, 47]"]


async def test_a_broken_trial_that_is_made_again_finds_what_its_remembered_calls_changed(
    tmp_path: Path,
) -> None:
    plan = plan_for(box(), trials=1)
    query = QUERIES[0][0]
    await run(tmp_path, plan, scripted(imagine(query), call(query, a=2, b=3)))  # then the script runs dry
    again = (call(query, a=2, b=3), call("sum=5;", a=1, b=1), say("sum=2;", "It is 2."))
    await run(tmp_path, plan, scripted(imagine(query), *again, reflect()))
    broken, made = recorded(tmp_path)
    assert boxes([broken]) == ["[5]"]
    assert boxes([made]) == ["[5]", "[5, 2]"]


async def test_what_a_broken_trial_changed_is_there_when_a_later_trial_is_taken_up_again(
    tmp_path: Path,
) -> None:
    broken, later = QUERIES[:2]
    model = scripted(
        imagine(broken[0]),
        imagine(later[0]),
        reflect(),
        call(broken[0], a=2, b=3),  # nothing is said to what it returns
        call(later[0], a=10, b=11),
        say("sum=21;", "It is 21."),
    )
    interruptions = 0
    while model.left:
        try:
            await run(tmp_path, plan_for(box()), model, budget=Budget(max_model_calls=1))
        except BudgetSpent:
            interruptions += 1
    assert interruptions > 3
    assert [trial.outcome.value for trial in recorded(tmp_path)] == ["broken", "solved"]
    assert boxes(recorded(tmp_path)) == ["[5]", "[5, 21]"]


@pytest.mark.parametrize("seed", [1, 2])
async def test_an_episode_has_a_seed_of_its_own_that_follows_from_the_plan(tmp_path: Path, seed: int) -> None:
    seeds: list[int] = []

    def make(given: int) -> list[int]:
        seeds.append(given)
        return []

    for run_number in range(2):
        plan = plan_for(box(make), episodes=2, seed=seed)
        await run(tmp_path / str(run_number), plan, scripted(*story(QUERIES[:4], episodes=2)))
    first, second, *again = seeds
    assert again == [first, second]
    assert first != second
