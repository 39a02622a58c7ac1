"""Tools that may not run, explored all the same: calls are checked or replayed, and nothing more is run."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from effects_parts import explore, harm, modes, ruled
from graph_parts import (
    QUERIES,
    Adder,
    ComingBack,
    call,
    home_with_checkpoints,
    imagine,
    memory_of,
    notes_of,
    recorded,
    say,
    scripted,
    story,
    summarize,
)

from practicum.graph.campaign import run_campaign
from practicum.graph.executing import make_executor
from practicum.graph.plan import Plan
from practicum.models.caller import ModelCaller
from practicum.models.scripted import ScriptedReply
from practicum.records import Mode, Outcome, Strategy
from practicum.tools.cassettes import Cassettes
from practicum.tools.catalog import Tool
from practicum.tools.policy import Otherwise, Rules, Taping
from practicum.tools.worlds import ResetWorld

UNEXECUTED = "Judge the calls alone"


async def test_a_call_that_may_not_run_is_checked_told_so_and_never_makes_a_trial_solved(
    tmp_path: Path,
) -> None:
    log: list[tuple[int, int]] = []
    query = QUERIES[0][0]
    model = scripted(
        imagine(query),
        ScriptedReply(when=UNEXECUTED, structured={"solved": True, "reason": "the right call"}),
        call(query, a=2),
        call("'b' is a required", a=2, b=3),
        say("Dry run:", "I did not run it."),
    )
    (trial,) = await explore(tmp_path, ruled(harm(log), trials=1), model)
    wrong, checked = trial.steps
    assert wrong.observation.error == "schema"
    assert checked.observation.mode is Mode.DRY_RUN
    assert "not executed" in checked.observation.text
    assert trial.reflection is not None
    assert trial.reflection.solved
    assert (trial.outcome, trial.final_call, log) == (Outcome.UNSOLVED, None, [])


async def test_what_was_only_checked_teaches_nothing_about_the_tool(tmp_path: Path) -> None:
    query = QUERIES[0][0]
    model = scripted(
        imagine(query),
        ScriptedReply(when=UNEXECUTED, structured={"solved": True, "reason": "r"}),
        call(query, a=2, b=3),
        say("Dry run:", "Not done."),
        summarize({"parameter": "a", "text": "it adds", "trials": [1]}),
    )
    await explore(tmp_path, ruled(harm([]), trials=1), model)
    assert model.left == 1  # nobody asked for lessons
    assert notes_of(tmp_path) == []


async def test_call_first_a_checked_call_is_phrased_but_counts_as_confirmed_nowhere(tmp_path: Path) -> None:
    log: list[tuple[int, int]] = []
    plan = ruled(harm(log), trials=2, episodes=2, strategy=Strategy.CALL_FIRST)
    trials = await explore(tmp_path, plan, ComingBack(tool="add", log=[{"a": 1, "b": 1}]))
    assert len(trials) == 4
    assert set(modes(trials)) == {Mode.DRY_RUN}
    for trial in trials:
        assert trial.query
        assert len(trial.probes) == 1
        assert len(trial.steps) == 1
        assert (trial.imagined, trial.final_call, trial.outcome) == (None, None, Outcome.UNSOLVED)
    assert log == []


async def test_a_recorded_exploration_is_made_again_without_its_tool(tmp_path: Path) -> None:
    adder, tapes = Adder(), tmp_path / "tapes"
    rules = Rules(taping=Taping.RECORD)
    live = await explore(
        tmp_path / "live",
        ruled(adder.tool(), rules=rules),
        scripted(*story(QUERIES[:2])),
        cassettes=Cassettes(tapes, Taping.RECORD),
    )
    again = await explore(
        tmp_path / "again",
        ruled(adder.tool(), rules=Rules(taping=Taping.REPLAY)),
        scripted(*story(QUERIES[:2])),
        cassettes=Cassettes(tapes, Taping.REPLAY),
    )
    assert adder.calls == [(2, 3), (10, 11)]
    assert (modes(live), modes(again)) == ([Mode.LIVE] * 2, [Mode.REPLAYED] * 2)
    assert [trial.outcome for trial in again] == [Outcome.SOLVED] * 2
    texts = [[step.observation.text for trial in trials for step in trial.steps] for trials in (live, again)]
    assert texts[0] == texts[1]


async def test_with_both_an_exploration_in_a_new_home_calls_no_tool_twice(tmp_path: Path) -> None:
    adder, tapes = Adder(), tmp_path / "tapes"
    plan = ruled(adder.tool(), rules=Rules(taping=Taping.BOTH))
    for name in ("one", "two"):
        both = Cassettes(tapes, Taping.BOTH)
        await explore(tmp_path / name, plan, scripted(*story(QUERIES[:2])), cassettes=both)
    assert adder.calls == [(2, 3), (10, 11)]


async def test_another_tool_that_a_model_names_is_kept_from_running_too(tmp_path: Path) -> None:
    log: list[tuple[int, int]] = []
    adder, other = Adder().tool(), harm(log, "erase")
    query = QUERIES[0][0]
    stray = ScriptedReply(
        when=query, tool_calls=(call(None, a=1, b=2).tool_calls[0].model_copy(update={"name": "erase"}),)
    )
    model = scripted(
        imagine(query),
        ScriptedReply(when=UNEXECUTED, structured={"solved": True, "reason": "r"}),
        stray,
        say("Dry run:", "Not done."),
    )
    plan = ruled(adder, trials=1)
    async with home_with_checkpoints(tmp_path) as (home, saver):
        executor = make_executor([adder, other], Rules(), log=home.journal)
        caller = ModelCaller(model, name="scripted", longest_wait_s=0)
        await run_campaign(plan, caller, executor, memory_of(home), saver)
    (trial,) = recorded(tmp_path)
    assert (modes([trial]), log) == ([Mode.DRY_RUN], [])


async def test_tools_of_one_world_are_explored_one_after_the_other_and_leave_it_as_it_was(
    tmp_path: Path,
) -> None:
    world: list[str] = []
    resets: list[int] = []

    def reset() -> None:
        resets.append(len(world))
        world.clear()

    sandbox = ResetWorld(reset, "reset")

    def adding(name: str) -> Tool:
        async def put(arguments: dict[str, Any]) -> str:
            world.append(name)
            await asyncio.sleep(0)
            return f"sum={arguments['a'] + arguments['b']}; world={world}"

        made = harm([], name)
        return Tool(made.spec, made.effect, "", put, sandbox)

    one, two = adding("one"), adding("two")
    plan = ruled(one, strategy=Strategy.CALL_FIRST, trials=2, rules=Rules(frozenset({"one", "two"})))
    plan = Plan((one, two), plan.model_name, plan.options, 1, 2, 0, plan.rules)
    trials = await explore(tmp_path, plan, scripted(*(say(None, "no call") for _ in range(60))))
    probed = [step.observation.text for trial in trials for step in trial.probes]
    assert len(trials) == 4
    assert probed
    assert all(text.endswith(("world=['one']", "world=['two']")) for text in probed), probed
    assert world == []
    assert len(resets) > 4


@pytest.mark.parametrize("otherwise", list(Otherwise))
async def test_a_plan_made_by_hand_runs_nothing_that_nobody_allowed(
    otherwise: Otherwise, tmp_path: Path
) -> None:
    log: list[tuple[int, int]] = []
    rules = Rules(otherwise=otherwise)
    query = QUERIES[0][0]
    model = scripted(imagine(query), call(query, a=2, b=3), *(say(None, "Not done.") for _ in range(4)))
    await explore(tmp_path, ruled(harm(log), trials=1, rules=rules), model)
    assert log == []
