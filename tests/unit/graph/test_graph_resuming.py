"""A campaign that was interrupted, or whose trials broke, goes on where it was."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from graph_parts import (
    QUERIES,
    Adder,
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
    tool_of,
)

from practicum import read_only
from practicum.errors import BudgetSpent, JournalError
from practicum.graph.campaign import done_trials
from practicum.graph.checkpoints import open_checkpointer
from practicum.models.budget import Budget
from practicum.models.scripted import ScriptedReply
from practicum.records import Note, Outcome, Trial
from practicum.tools.catalog import Tool


def executions(path: Path) -> list[str]:
    with sqlite3.connect(path / "journal.sqlite") as journal:
        keys = [row[0] for row in journal.execute("SELECT id FROM executions")]
    journal.close()
    return keys


async def test_a_campaign_run_one_model_call_at_a_time_is_the_same_campaign(tmp_path: Path) -> None:
    def replies() -> tuple[ScriptedReply, ...]:
        return story(QUERIES[:4], episodes=2)

    at_once, halting = Adder(), Adder()
    whole = scripted(*replies())
    await run(tmp_path / "whole", plan_for(at_once.tool(), episodes=2), whole)
    bit_by_bit = scripted(*replies())
    plan = plan_for(halting.tool(), episodes=2)
    interruptions = 0
    while bit_by_bit.left:
        try:
            await run(tmp_path / "bits", plan, bit_by_bit, budget=Budget(max_model_calls=1))
        except BudgetSpent:
            interruptions += 1
    await run(tmp_path / "bits", plan, bit_by_bit)
    assert interruptions == len(whole.prompts) - 1
    assert [text_of(prompt) for prompt in bit_by_bit.prompts] == [text_of(prompt) for prompt in whole.prompts]
    assert halting.calls == at_once.calls
    kept = {"started_at", "seconds", "steps"}
    assert [trial.model_dump(exclude=kept) for trial in recorded(tmp_path / "bits")] == [
        trial.model_dump(exclude=kept) for trial in recorded(tmp_path / "whole")
    ]


async def test_a_spent_budget_keeps_what_was_done_and_says_how_to_go_on(tmp_path: Path) -> None:
    plan = plan_for(Adder().tool())
    model = scripted(*story(QUERIES[:2]))
    with pytest.raises(BudgetSpent) as caught:
        await run(tmp_path, plan, model, budget=Budget(max_model_calls=5))
    assert caught.value.message == "the budget of 5 model calls is spent; everything done so far is kept"
    assert "--max-model-calls" in caught.value.fix
    assert len(recorded(tmp_path)) == 1


async def test_a_broken_trial_is_made_again_by_the_same_plan_and_nothing_else_is(tmp_path: Path) -> None:
    adder = Adder()
    plan = plan_for(adder.tool(), trials=3)
    failing = [ScriptedReply(when=QUERIES[1][0], error="rate-limit")] * 4
    replies = story(QUERIES[:3])
    await run(tmp_path, plan, scripted(*replies[:7], *failing, *replies[7:]))
    first = recorded(tmp_path)
    assert [trial.outcome.value for trial in first] == ["solved", "broken", "solved"]

    again = scripted(*story(QUERIES[1:2]))
    await run(tmp_path, plan, again)
    after = recorded(tmp_path)
    assert after[:3] == first
    assert (after[3].number, after[3].outcome) == (2, Outcome.SOLVED)
    assert after[3].id == f"{after[3].episode_id}-2"
    assert len(adder.calls) == 3
    with opened(tmp_path) as home:
        assert done_trials(plan, memory_of(home)) == 3
        assert home.index.count("add") == 3
    # The retried trial saw its neighbours, the failure excepted.
    assert QUERIES[0][0] in text_of(again.prompts[0])
    assert QUERIES[2][0] in text_of(again.prompts[0])


async def test_a_trial_that_breaks_again_is_recorded_beside_the_first_failure(tmp_path: Path) -> None:
    plan = plan_for(Adder().tool(), trials=1)
    for _ in range(2):
        await run(tmp_path, plan, scripted(imagine(QUERIES[0][0])))  # then the script runs dry
    assert [trial.id.partition("-")[2] for trial in recorded(tmp_path)] == ["1-broken-1", "1-broken-2"]


class Gate:
    """A tool whose second call waits until it is let through."""

    def __init__(self) -> None:
        self.waiting = asyncio.Event()
        self.open = asyncio.Event()
        self.finished: list[tuple[int, int]] = []

    def tool(self) -> Tool:
        @read_only
        async def add(a: int, b: int) -> str:
            """Add two whole numbers."""
            if self.finished:
                self.waiting.set()
                await self.open.wait()
            self.finished.append((a, b))
            return f"sum={a + b};"

        return tool_of(add)


async def test_a_campaign_cancelled_in_a_tool_call_goes_on_from_that_call(tmp_path: Path) -> None:
    gate = Gate()
    plan = plan_for(gate.tool(), trials=3)
    model = scripted(*story(QUERIES[:3]))
    running = asyncio.create_task(run(tmp_path, plan, model))
    await gate.waiting.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(recorded(tmp_path)) == 1
    asked = len(model.prompts)

    gate.open.set()
    await run(tmp_path, plan, model)
    trials = recorded(tmp_path)
    assert [trial.number for trial in trials] == [1, 2, 3]
    assert gate.finished == [(a, b) for _, a, b in QUERIES[:3]]
    assert model.left == 0
    assert QUERIES[1][0] == trials[1].query
    # What was said before the interruption was not asked again: the next prompt carries the tool's result.
    assert model.prompts[asked][-1].text == "sum=21;"
    executed = executions(tmp_path)
    assert len(executed) == len(set(executed)) == 3


async def test_a_journal_ahead_of_the_checkpoint_is_believed(tmp_path: Path) -> None:
    """As after a crash between recording a trial and saving the state that holds it."""
    adder = Adder()
    plan = plan_for(adder.tool())
    with pytest.raises(BudgetSpent):  # spent as the first trial is to be reflected on
        await run(tmp_path, plan, scripted(*story(QUERIES[:2])), budget=Budget(max_model_calls=3))
    info = plan.episode(plan.tools[0], 1)
    with opened(tmp_path) as home:
        home.journal.record_trial(
            Trial(
                id=f"{info['id']}-1",
                episode_id=info["id"],
                tool="add",
                tool_schema_hash=plan.tools[0].spec.schema_hash,
                episode=1,
                number=1,
                strategy=plan.options.strategy,
                model="scripted",
                query="recorded by the process that died",
                outcome=Outcome.UNSOLVED,
                started_at="2026-01-02T00:00:00Z",
            )
        )
    model = scripted(*story(QUERIES[1:2]))
    await run(tmp_path, plan, model)
    assert [trial.query for trial in recorded(tmp_path)] == [
        "recorded by the process that died",
        QUERIES[1][0],
    ]
    assert "recorded by the process that died" in text_of(model.prompts[0])


async def test_without_its_checkpoints_a_campaign_goes_on_from_the_journal(tmp_path: Path) -> None:
    adder = Adder()
    plan = plan_for(adder.tool())
    with pytest.raises(BudgetSpent):
        await run(tmp_path, plan, scripted(*story(QUERIES[:2])), budget=Budget(max_model_calls=6))
    for file in tmp_path.glob("checkpoints.sqlite*"):
        file.unlink()
    await run(tmp_path, plan, scripted(*story(QUERIES[1:2])))
    assert [trial.number for trial in recorded(tmp_path)] == [1, 2]
    # The second call was executed before the interruption; its result was taken from the journal.
    assert adder.calls == [QUERIES[0][1:], QUERIES[1][1:]]


async def test_finished_episodes_leave_no_checkpoints(tmp_path: Path) -> None:
    await run(
        tmp_path, plan_for(Adder().tool(), episodes=2, trials=1), scripted(*story(QUERIES[:2], episodes=2))
    )
    async with home_with_checkpoints(tmp_path) as (_, saver):
        assert [each async for each in saver.alist(None)] == []


async def test_damaged_checkpoints_are_the_users_to_delete(tmp_path: Path) -> None:
    (tmp_path / "checkpoints.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(JournalError, match=r"checkpoints\.sqlite can't be used") as caught:
        async with open_checkpointer(tmp_path / "checkpoints.sqlite"):
            pass
    assert "delete the file" in caught.value.fix


async def test_what_was_imagined_stays_when_notes_say_something_else_after_an_interruption(
    tmp_path: Path,
) -> None:
    """As another exploration's notes would, or imported ones: the prompt of imagining shows them."""
    adder, model = Adder(), scripted(*story(QUERIES[:1]), imagine(QUERIES[1][0]))
    plan = plan_for(adder.tool(), trials=1)
    with pytest.raises(BudgetSpent):
        await run(tmp_path, plan, model, budget=Budget(max_model_calls=3))
    with opened(tmp_path) as home:
        schema_hash = plan.tools[0].spec.schema_hash
        home.journal.record_note(
            Note(id="n", tool="add", tool_schema_hash=schema_hash, text="Add twice.", evidence=("t",))
        )
    await run(tmp_path, plan, model)
    (trial,) = recorded(tmp_path)
    assert (trial.query, adder.calls, len(model.prompts)) == (QUERIES[0][0], [QUERIES[0][1:]], 5)
