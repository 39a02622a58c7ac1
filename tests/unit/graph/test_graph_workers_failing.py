"""Workers that die, can't begin or are stopped: what was recorded stays, and users are told what to mend."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graph_parts import QUERIES, recorded, story
from workers_parts import TOOLS, Dies, explore, numbers, plan_in, written

from practicum.errors import SetupError
from practicum.graph.workers.messages import Event, Executed
from practicum.records import Outcome


def once(when: Dies) -> Dies:
    """True of the first event only that ``when`` is true of."""
    happened: list[Event] = []

    def dies(event: Event) -> bool:
        if happened or not when(event):
            return False
        happened.append(event)
        return True

    return dies


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


async def test_a_cancellation_that_nobody_asked_for_ends_the_episode_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cancels(*_: Any, **__: Any) -> None:
        raise asyncio.CancelledError("by a client of its own accord")

    monkeypatch.setattr("practicum.graph.workers.worker.run_episode", cancels)
    recipe = written(tmp_path, story(QUERIES[:1]))
    async with asyncio.timeout(60):
        with pytest.raises(RuntimeError, match="of its own accord"):
            await explore(tmp_path, plan_in(tmp_path, "add", trials=1), recipe)
