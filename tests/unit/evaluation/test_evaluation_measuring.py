"""A home keeps what it measured: once, with what served, also when it was interrupted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import practicum
from practicum.errors import BudgetSpent, JournalError
from practicum.evaluation import score
from practicum.evaluation.attempt_log import AttemptLog
from practicum.evaluation.ladder import Ladder
from practicum.evaluation.runs.provenance import endpoint_of, versions, without_user
from practicum.evaluation.runs.record import EvaluationRequest, data_hash
from practicum.evaluation.runs.store import RunStore
from practicum.models.budget import Budget
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.practice import Practice
from practicum.records import Demonstration, Item, ToolCall


@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two whole numbers."""
    return f"sum={a + b};"


def calling(a: int, b: int) -> tuple[ToolCall, ...]:
    return (ToolCall(name="add", arguments={"a": a, "b": b}),)


ITEMS = [Item(id=f"i-{n}", query=f"What is {n} plus 3?", expected=calling(n, 3)) for n in range(4)]
ASKED = EvaluationRequest(data="items.jsonl", options={"limit": None})


def model(items: Sequence[Item] = ITEMS, *, arms: int = 1) -> ScriptedChatModel:
    replies = [ScriptedReply(when=item.query, tool_calls=item.expected) for item in items] * arms
    return ScriptedChatModel(replies=tuple(replies))


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    with practicum.open(tmp_path / "home", embedder=HashingEmbedder()) as opened:
        yield opened


def files(practice: Practice) -> list[str]:
    return sorted(file.name for file in (practice.home.path / "evaluations").iterdir())


async def test_a_run_holds_what_its_figures_depend_on_and_can_be_scored_again(practice: Practice) -> None:
    shown = Demonstration(
        id="t", tool="add", tool_schema_hash="", query="Sum 1 and 2", call=calling(1, 2)[0], observation="3"
    )
    practice.home.journal.register_set("demos", [shown], {})
    groups = {"i-0": "one", "i-1": "one"}
    ladder = await practice.evaluate(
        ITEMS,
        [add],
        model=model(arms=2),
        grounding="off",
        concurrency=3,
        model_name="openai:x@http://me:pass@host/v1",
        keep=EvaluationRequest(
            data="items.jsonl", options={"tools": ["http://me:pass@host/x"]}, groups=groups
        ),
    )
    assert ladder.run == ladder.figures()["run"] == "run-1"
    kept = RunStore(practice.home.path).load("run-1")
    assert [arm.name for arm in kept.arms] == ["base", "demos"]
    (part,) = kept.arms[1].served
    found = practice.home.demonstration_set("demos@1")
    assert found is not None
    assert (part.name, part.id) == ("demos@1", found.id)
    assert (kept.data_hash, kept.n, kept.concurrency, kept.groups) == (data_hash(ITEMS), 4, 3, groups)
    assert (kept.model, kept.options) == ("openai:x@http://host/v1", {"tools": ["http://host/x"]})
    assert kept.versions == versions()
    answers = kept.arms[1].answers
    leaked = [answer.id for answer in answers if answer.leaked]
    again = score(kept.items, [answer.attempted for answer in answers], kept.tools, leaked=leaked)
    assert again == ladder.arms[1].scores
    assert kept.figures["arms"] == json.loads(json.dumps(ladder.figures()["arms"]))


class Warming(ScriptedChatModel):
    """Tells how often it was let load."""

    warmed: int = 0

    async def warm_up(self) -> None:
        self.warmed += 1
        await asyncio.sleep(0)


async def test_a_model_is_loaded_before_an_arm_is_timed(practice: Practice) -> None:
    asked = Warming(replies=model().replies)
    ladder = await practice.evaluate(ITEMS, [add], model=asked, arms=["base"])
    assert asked.warmed == 1
    seconds = [each.seconds for each in ladder.arms[0].attempts]
    assert len(seconds) == len(ITEMS)
    assert all(each is not None and each > 0 for each in seconds)


async def test_what_nobody_asked_to_keep_is_not_kept(practice: Practice) -> None:
    ladder = await practice.evaluate(ITEMS, [add], model=model(), arms=["base"])
    assert ladder.run is None
    assert list(RunStore(practice.home.path).runs()) == []


async def test_a_run_that_was_killed_as_it_was_recorded_is_recorded_once(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: AttemptLog) -> None:
        raise KeyboardInterrupt

    async def evaluate(asked: ScriptedChatModel) -> str | None:
        found = await practice.evaluate(
            ITEMS, [add], model=asked, arms=["base"], model_name="scripted:x", keep=ASKED
        )
        return found.run

    with monkeypatch.context() as patch:
        patch.setattr(AttemptLog, "forget", killed)
        with pytest.raises(KeyboardInterrupt):
            await evaluate(model())
    assert len(files(practice)) == 2
    silent = ScriptedChatModel()
    assert await evaluate(silent) == "run-1"
    assert silent.prompts == []
    assert files(practice) == ["run-1.json"]
    # Asked for anew it is another run, with the same answers or not.
    assert await evaluate(model()) == "run-2"


async def test_what_was_answered_before_the_budget_was_spent_is_in_the_run(practice: Practice) -> None:
    for calls, ends in ((3, False), (1, True)):
        budget = Budget(max_model_calls=calls)
        work = practice.evaluate(
            ITEMS, [add], model=model(), arms=["base"], model_name="scripted:x", keep=ASKED, budget=budget
        )
        if ends:
            await work
        else:
            with pytest.raises(BudgetSpent):
                await work
            assert list(RunStore(practice.home.path).runs()) == []
    (kept,) = RunStore(practice.home.path).runs()
    assert (kept.arms[0].resumed, len(kept.arms[0].answers)) == (3, 4)


@practicum.read_only
def note(text: str) -> str:
    """Note something."""
    return text


async def test_a_resumed_run_asks_neither_model_nor_judge_twice(practice: Practice) -> None:
    words = [ToolCall(name="note", arguments={"text": f"tea number {n}"}) for n in range(3)]
    more = [ToolCall(name="note", arguments={"text": f"hot tea number {n}"}) for n in range(3)]
    items = [Item(id=f"n-{n}", query=f"Note {n}!", expected=(call,)) for n, call in enumerate(words)]
    same = [ScriptedReply(structured={"reason": "so", "same": True})] * 3

    async def evaluate(replies: int, verdicts: int, calls: int | None) -> Ladder:
        answers = [ScriptedReply(tool_calls=(call,)) for call in more][:replies]
        judge = ScriptedChatModel(replies=tuple(same[:verdicts]))
        return await practice.evaluate(
            *(items, [note]),
            model=ScriptedChatModel(replies=tuple(answers)),
            arms=["base"],
            concurrency=1,
            model_name="scripted:x",
            keep=ASKED,
            budget=Budget(max_model_calls=calls),
            judge=(judge, "scripted:judge"),
        )

    with pytest.raises(BudgetSpent, match="wait for a judge"):
        await evaluate(replies=3, verdicts=2, calls=5)
    assert len(files(practice)) == 2
    ladder = await evaluate(replies=0, verdicts=1, calls=None)
    judging = ladder.arms[0].scores.judging
    assert judging is not None
    assert (judging.same, judging.not_judged) == (3, 0)
    assert files(practice) == ["run-1.json"]


async def test_a_run_that_can_not_be_kept_costs_no_answer(practice: Practice, tmp_path: Path) -> None:
    folder = practice.home.path / "evaluations"

    def store_in_the_way(_name: str, done: int, of: int) -> None:
        if done == of:
            folder.rename(tmp_path / "aside")
            folder.write_text("")

    with pytest.raises(JournalError, match="can't keep the run"):
        await practice.evaluate(
            ITEMS,
            [add],
            model=model(),
            arms=["base"],
            model_name="scripted:x",
            keep=ASKED,
            on_progress=store_in_the_way,
        )
    folder.unlink()
    (tmp_path / "aside").rename(folder)
    silent = ScriptedChatModel()
    found = await practice.evaluate(
        ITEMS, [add], model=silent, arms=["base"], model_name="scripted:x", keep=ASKED
    )
    assert (found.run, silent.prompts) == ("run-1", [])


def test_a_server_is_known_by_its_address_without_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    from practicum.models import load_chat_model

    monkeypatch.setenv("OPENAI_BASE_URL", "http://me:secret@localhost:9/v1")
    assert endpoint_of(load_chat_model("openai:x")) == "http://localhost:9/v1"
    assert endpoint_of(ScriptedChatModel()) is None
    assert without_user("local:a@b.gguf") == "local:a@b.gguf"
