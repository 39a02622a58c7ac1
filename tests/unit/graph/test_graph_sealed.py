"""A model that repeats a secret: it is executed as it was written, and kept without it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from graph_parts import imagine, plan_for, recorded, reflect, run, scripted, summarize, tool_of

from bench.hostile_secrets import planted
from practicum import read_only
from practicum.errors import BudgetSpent
from practicum.graph.sealed import NOT_KEPT, OpeningExecutor, Sealed
from practicum.hostile import MARK
from practicum.models.budget import Budget
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.records import ErrorKind, Outcome, ToolCall
from practicum.tools.catalog import Tool
from practicum.tools.executor import Executor

SECRET = planted()["GitHub token"]


def noting(seen: list[str]) -> Tool:
    @read_only
    def note_down(text: str) -> str:
        """Note a text down."""
        seen.append(text)
        return f"noted {hashlib.sha256(text.encode()).hexdigest()[:8]};"

    return tool_of(note_down)


def noting_a_secret() -> ScriptedChatModel:
    call = ToolCall(name="note_down", arguments={"text": f"it is {SECRET}"})
    return scripted(
        imagine(f"Note {SECRET} down, please"),
        reflect(reason=f"{SECRET} was noted"),
        summarize({"parameter": "text", "text": f"say {SECRET}", "trials": [1]}),
        ScriptedReply(when="down, please", content=f"I note {SECRET}", tool_calls=(call,)),
        ScriptedReply(when="noted", content=f"Noted {SECRET}."),
    )


async def test_what_a_call_with_a_secret_returned_is_known_after_an_interruption(tmp_path: Path) -> None:
    seen: list[str] = []
    plan, model = plan_for(noting(seen), trials=1), noting_a_secret()
    with pytest.raises(BudgetSpent):
        await run(tmp_path, plan, model, budget=Budget(max_model_calls=2))
    assert seen == [f"it is {SECRET}"]
    await run(tmp_path, plan, model)
    (trial,) = recorded(tmp_path)
    assert (trial.outcome, trial.answer, len(seen), model.left) == (Outcome.SOLVED, f"Noted {MARK}.", 1, 0)


async def test_a_call_with_a_secret_is_executed_as_written_and_stored_without_it(tmp_path: Path) -> None:
    seen: list[str] = []
    tool, model = noting(seen), noting_a_secret()
    await run(tmp_path, plan_for(tool, trials=1), model)
    assert seen == [f"it is {SECRET}"]
    (trial,) = recorded(tmp_path)
    assert trial.query == f"Note {MARK} down, please"
    assert trial.steps[0].call == ToolCall(name="note_down", arguments={"text": f"it is {MARK}"})
    assert trial.answer == f"Noted {MARK}."
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert SECRET.encode() not in written


async def test_calls_of_one_reply_that_differ_only_in_their_secret_are_each_executed() -> None:
    seen: list[str] = []
    sealed = Sealed()
    written = [
        ToolCall(name="note_down", arguments={"text": planted()[name]}) for name in list(planted())[:2]
    ]
    stored = sealed.seal(written)
    assert stored[0] == stored[1] == ToolCall(name="note_down", arguments={"text": MARK})
    executor = OpeningExecutor(Executor([noting(seen)]), sealed)
    for call in stored:
        await executor.execute(call)
    assert seen == [call.arguments["text"] for call in written]
    assert [sealed.opened_again(call) for call in stored] == written


async def test_a_call_whose_secret_is_not_kept_any_more_is_refused_and_not_executed() -> None:
    seen: list[str] = []
    executor = OpeningExecutor(Executor([noting(seen)]), Sealed())
    stored = ToolCall(name="note_down", arguments={"text": MARK})
    observed = await executor.execute(stored)
    assert (observed.text, observed.error, seen) == (NOT_KEPT, ErrorKind.REFUSED, [])
