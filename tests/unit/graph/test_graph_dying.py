"""A process that dies after a reply or at a record, or whose clock is set: nothing is lost or done again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from graph_parts import (
    QUERIES,
    Adder,
    Died,
    die_before_checkpoint,
    home_with_checkpoints,
    imagine,
    memory_of,
    opened,
    plan_for,
    recorded,
    run,
    scripted,
    story,
    text_of,
)

from practicum.errors import BudgetSpent
from practicum.graph import memory_steps, timed
from practicum.graph.campaign import run_campaign
from practicum.graph.plan import Plan
from practicum.memory_store.journal import Journal
from practicum.models import reply_log
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.models.scripted import ScriptedChatModel
from practicum.records import JsonObject, Outcome, Trial
from practicum.tools.executor import Executor


class DyingLog:
    """The journal's replies; the process dies as soon as a new one is kept."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def reply(self, key: str) -> JsonObject | None:
        return self._journal.reply(key)

    def remember_reply(self, key: str, reply: JsonObject) -> None:
        self._journal.remember_reply(key, reply)
        raise Died


async def run_until_it_dies(path: Path, plan: Plan, model: ScriptedChatModel) -> bool:
    """Run what is left of a plan by a process that dies after one more reply; whether it did."""
    async with home_with_checkpoints(path) as (home, saver):
        caller = ModelCaller(model, name="scripted", longest_wait_s=0, log=DyingLog(home.journal))
        executor = Executor(plan.tools, log=home.journal)
        try:
            await run_campaign(plan, caller, executor, memory_of(home), saver)
        except Died:
            return True
    return False


async def test_a_process_that_dies_after_every_reply_asks_for_none_again(tmp_path: Path) -> None:
    at_once, dying = Adder(), Adder()
    whole, bit_by_bit = (scripted(*story(QUERIES[:4], episodes=2)) for _ in range(2))
    await run(tmp_path / "whole", plan_for(at_once.tool(), episodes=2), whole)
    deaths = 0
    while await run_until_it_dies(tmp_path / "bits", plan_for(dying.tool(), episodes=2), bit_by_bit):
        deaths += 1
    assert deaths == len(whole.prompts)
    assert [text_of(prompt) for prompt in bit_by_bit.prompts] == [text_of(prompt) for prompt in whole.prompts]
    assert dying.calls == at_once.calls
    kept = {"started_at", "seconds", "steps"}
    assert [trial.model_dump(exclude=kept) for trial in recorded(tmp_path / "bits")] == [
        trial.model_dump(exclude=kept) for trial in recorded(tmp_path / "whole")
    ]


async def test_a_process_that_dies_between_a_step_and_its_checkpoint_asks_and_calls_nothing_again(
    tmp_path: Path,
) -> None:
    """What the steps before it did is in the journal then, and no checkpoint follows from it."""
    adder = Adder()
    plan, model = plan_for(adder.tool(), episodes=3), scripted(*story(QUERIES, episodes=3))
    deaths = 0
    for _ in range(100):
        async with home_with_checkpoints(tmp_path) as (home, saver):
            die_before_checkpoint(saver)
            caller = ModelCaller(model, name="scripted", longest_wait_s=0, log=home.journal)
            executor = Executor(plan.tools, log=home.journal)
            try:
                await run_campaign(plan, caller, executor, memory_of(home), saver)
                break
            except Died:
                deaths += 1
    assert deaths > 10
    assert model.left == 0
    assert adder.calls == [(a, b) for _, a, b in QUERIES]
    assert [trial.query for trial in recorded(tmp_path)] == [query for query, _, _ in QUERIES]


@pytest.mark.parametrize("broken", [False, True])
async def test_a_process_that_dies_right_after_recording_a_trial_records_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    plan = plan_for(Adder().tool(), trials=1)
    replies = (imagine(QUERIES[0][0]),) if broken else story(QUERIES[:1])
    model = scripted(*replies)
    record = Journal.record_trial

    def record_and_die(journal: Journal, trial: Trial) -> None:
        record(journal, trial)
        raise Died

    with monkeypatch.context() as dying:
        dying.setattr(Journal, "record_trial", record_and_die)
        with pytest.raises(Died):
            await run(tmp_path, plan, model)
    (first,) = recorded(tmp_path)
    assert first.outcome is (Outcome.BROKEN if broken else Outcome.SOLVED)
    await run(tmp_path, plan, model)
    assert recorded(tmp_path) == [first]
    async with home_with_checkpoints(tmp_path) as (_, saver):
        assert [each async for each in saver.alist(None)] == []
    if not broken:
        assert model.left == 0, "what the episode taught is still asked for"


def jumping(days: list[int]) -> Callable[[], datetime]:
    """A clock that is set to another day whenever it is looked at."""
    looked_at = 0

    def now() -> datetime:
        nonlocal looked_at
        looked_at += 1
        return datetime.now(UTC) + timedelta(days=days[looked_at % len(days)])

    return now


async def test_a_clock_that_jumps_a_day_back_and_forth_changes_neither_order_nor_ids_nor_budgets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, halting = (scripted(*story(QUERIES[:4], episodes=2)) for _ in range(2))
    adder = Adder()
    await run(tmp_path / "whole", plan_for(Adder().tool(), episodes=2), whole)
    monkeypatch.setattr(memory_steps, "utc_now", jumping([0, -1, 1]))
    plan = plan_for(adder.tool(), episodes=2)
    while halting.left:
        budget = Budget(max_model_calls=1, max_seconds=600)
        with suppress(BudgetSpent):
            await run(tmp_path / "jumps", plan, halting, budget=budget)
        assert budget.seconds_left is not None
        assert budget.seconds_left > 0
    await run(tmp_path / "jumps", plan, halting)
    trials = recorded(tmp_path / "jumps")
    assert [trial.id for trial in trials] == [trial.id for trial in recorded(tmp_path / "whole")]
    assert [trial.query for trial in trials] == [query for query, _, _ in QUERIES[:4]]
    assert max(trial.seconds for trial in trials) < 3600
    assert adder.calls == [(a, b) for _, a, b in QUERIES[:4]]
    with opened(tmp_path / "jumps") as home:
        assert home.index.ids("add") == {trial.id for trial in trials}


async def test_a_cancelled_exploration_asks_again_only_for_what_was_not_answered(tmp_path: Path) -> None:
    """As by SIGTERM or Ctrl-C while the model is thinking."""
    plan = plan_for(Adder().tool(), trials=1)
    model = scripted(*story(QUERIES[:1]))
    asked = asyncio.Event()

    class Slow(ModelCaller):
        async def _invoke(self, *args: object, **options: object) -> object:
            if len(model.prompts) == 2 and not asked.is_set():
                asked.set()
                await asyncio.sleep(600)
            return await super()._invoke(*args, **options)  # type: ignore[arg-type]

    async def once_more() -> None:
        async with home_with_checkpoints(tmp_path) as (home, saver):
            caller = Slow(model, name="scripted", longest_wait_s=0, log=home.journal)
            await run_campaign(plan, caller, Executor(plan.tools, log=home.journal), memory_of(home), saver)

    running = asyncio.create_task(once_more())
    await asked.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await once_more()
    assert len(model.prompts) == 5
    assert [trial.outcome for trial in recorded(tmp_path)] == [Outcome.SOLVED]


async def test_a_trial_took_what_its_steps_took_however_often_and_long_it_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    for module in (timed, reply_log):
        monkeypatch.setattr(module, "monotonic", lambda: clock[0])

    class Thinking(ModelCaller):
        async def _invoke(self, *args: object, **options: object) -> object:
            clock[0] += 10
            return await super()._invoke(*args, **options)  # type: ignore[arg-type]

    async def once(home_folder: Path, model: ScriptedChatModel, budget: Budget | None = None) -> None:
        async with home_with_checkpoints(home_folder) as (home, saver):
            caller = Thinking(model, name="scripted", budget=budget, longest_wait_s=0, log=home.journal)
            await run_campaign(plan, caller, Executor(plan.tools, log=home.journal), memory_of(home), saver)

    plan = plan_for(Adder().tool(), trials=1)
    await once(tmp_path / "whole", scripted(*story(QUERIES[:1])))
    halting, nights = scripted(*story(QUERIES[:1])), 0
    while halting.left:
        with suppress(BudgetSpent):
            await once(tmp_path / "halting", halting, Budget(max_model_calls=1))
        clock[0] += 86_400
        nights += 1
    assert nights > 3
    (whole,), (interrupted,) = recorded(tmp_path / "whole"), recorded(tmp_path / "halting")
    assert [round(trial.seconds) for trial in (whole, interrupted)] == [40, 40]


class Consulted:
    """A log that knows nothing, and is asked all the same."""

    def __init__(self) -> None:
        self.looked_for: list[str] = []

    def reply(self, key: str) -> None:
        self.looked_for.append(key)

    def remember_reply(self, key: str, reply: JsonObject) -> None:
        del key, reply


async def test_replies_are_looked_for_only_where_something_was_interrupted(tmp_path: Path) -> None:
    plan, model, log = plan_for(Adder().tool(), trials=2), scripted(*story(QUERIES[:2])), Consulted()
    async with home_with_checkpoints(tmp_path) as (home, saver):
        caller = ModelCaller(model, name="scripted", longest_wait_s=0, log=log)
        await run_campaign(plan, caller, Executor(plan.tools, log=home.journal), memory_of(home), saver)
    assert [trial.outcome for trial in recorded(tmp_path)] == [Outcome.SOLVED] * 2
    assert log.looked_for == []
