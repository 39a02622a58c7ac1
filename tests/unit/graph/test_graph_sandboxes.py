"""Tools that change something, practised on a state that is made anew for each episode."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from graph_parts import (
    QUERIES,
    Died,
    call,
    die_before_checkpoint,
    home_with_checkpoints,
    imagine,
    memory_of,
    plan_for,
    recorded,
    reflect,
    run,
    say,
    scripted,
    story,
)
from made_trials import made_trial

from practicum.errors import BudgetSpent
from practicum.graph.beginning import Beginning, catch_up
from practicum.graph.campaign import run_campaign
from practicum.graph.executing import make_executor
from practicum.hostile import MARK
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.records import JsonObject, Observation, Step, Strategy, ToolCall, ToolSpec, Trial
from practicum.tools.cassettes import Cassettes
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.executor import Executor
from practicum.tools.policy import Rules, Taping
from practicum.tools.sandbox import Sandbox
from practicum.tools.worlds import ResetWorld

SPEC = ToolSpec(
    name="add",
    description="Add two whole numbers to what is in the box.",
    parameters={
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
    },
)

ADDED = ToolCall(name="add", arguments={"a": 2, "b": 3})


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


async def test_a_state_is_brought_to_where_the_last_call_of_a_dead_process_left_it(
    tmp_path: Path,
) -> None:
    model = scripted(*story(QUERIES[:4], episodes=2))
    plan = plan_for(box(), episodes=2)
    deaths = 0
    for _ in range(100):
        async with home_with_checkpoints(tmp_path) as (home, saver):
            die_before_checkpoint(saver)
            caller = ModelCaller(model, name="scripted", log=home.journal)
            executor = make_executor(plan.tools, Rules(), log=home.journal)
            try:
                await run_campaign(plan, caller, executor, memory_of(home), saver)
                break
            except Died:
                deaths += 1
    assert deaths > 20
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


async def test_a_tool_that_is_replayed_is_practised_without_its_sandbox(tmp_path: Path) -> None:
    tool = box()
    cassettes = tmp_path / "cassettes"
    Cassettes(cassettes, Taping.RECORD).add(SPEC, ADDED, Observation(text="sum=5; taped"))
    rules, tapes = Rules(taping=Taping.REPLAY), Cassettes(cassettes, Taping.REPLAY)
    async with home_with_checkpoints(tmp_path / "home") as (home, saver):
        executor = make_executor([tool], rules, log=home.journal, cassettes=tapes)
        caller = ModelCaller(scripted(*story(QUERIES[:1])), name="scripted")
        plan = plan_for(tool, trials=1)
        await run_campaign(plan, caller, executor, memory_of(home), saver)
    (trial,) = recorded(tmp_path / "home")
    assert [step.observation.text for step in trial.steps] == ["sum=5; taped"]


def world(made: list[int]) -> Tool:
    """A tool that changes one world, which can't be copied."""
    sandbox = ResetWorld(made.clear, "the world")

    async def put(arguments: JsonObject) -> str:
        made.append(arguments["a"] + arguments["b"])
        return f"sum={made[-1]}; box={made}"

    return Tool(SPEC, Effect.REVERSIBLE, "made anew", put, sandbox)


@pytest.mark.parametrize("without", [frozenset[str](), frozenset({"short-term"})])
async def test_a_world_is_brought_back_to_where_the_trials_left_it_after_probes(
    tmp_path: Path, without: frozenset[str]
) -> None:
    made: list[int] = []
    plan = plan_for(world(made), trials=3, strategy=Strategy.CALL_FIRST, without=without)
    await run(tmp_path, plan, scripted(*(call(None, a=number, b=0) for number in (1, 2, 3))))
    assert boxes(recorded(tmp_path)) == ["[1]", "[1, 2]", "[1, 2, 3]"]


async def test_no_other_episode_waits_while_a_world_is_made_anew(tmp_path: Path) -> None:
    made, seen_to_in = list[int](), set[threading.Thread]()
    tool = world(made)

    def reset() -> None:
        made.clear()
        seen_to_in.add(threading.current_thread())

    assert isinstance(tool.sandbox, ResetWorld)
    tool.sandbox.function = reset
    plan = plan_for(tool, trials=2, strategy=Strategy.CALL_FIRST)
    await run(tmp_path, plan, scripted(*(call(None, a=number, b=0) for number in (1, 2))))
    assert boxes(recorded(tmp_path)) == ["[1]", "[1, 2]"]
    assert seen_to_in
    assert threading.current_thread() not in seen_to_in


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


async def test_a_call_that_was_stored_without_its_secret_is_not_made_again() -> None:
    sandbox: Sandbox[list[str]] = Sandbox(lambda _: [])

    async def write(arguments: JsonObject) -> str:
        sandbox.current.append(arguments["text"])
        return "written"

    spec = ToolSpec(name="write", description="", parameters={"properties": {"text": {"type": "string"}}})
    executor = Executor([Tool(spec, Effect.REVERSIBLE, "made anew", write, sandbox)])
    calls = [ToolCall(name="write", arguments={"text": text}) for text in (f"it is {MARK}", "plain")]
    steps = tuple(Step(call=call, observation=Observation(text="written")) for call in calls)
    with sandbox.episode(0) as state:
        await catch_up(executor, Beginning(None, [made_trial(steps=steps)]))
        assert state == ["plain"]
