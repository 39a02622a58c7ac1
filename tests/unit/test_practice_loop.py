"""What practice does for its callers who run a loop: nothing of theirs waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from made_trials import made_trial

import practicum
from practicum.errors import SetupError
from practicum.evaluation.suites.port import Suite
from practicum.models import load_chat_model
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.practice import Practice
from practicum.records import Demonstration, Item, ToolCall


class Pausing(HashingEmbedder):
    """Holds up the first thread that embeds, until it is told that the caller's other tasks get on."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = threading.Event()
        self.waited: list[bool] = []

    def embed(self, texts: Sequence[str]) -> Any:
        if not self.waited:
            self.waited.append(self.goes_on.wait(10))
        return super().embed(texts)


@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two whole numbers."""
    return f"sum={a + b};"


CALL = ToolCall(name="add", arguments={"a": 2, "b": 3})
ITEM = Item(id="one", query="What is 2 plus 3?", expected=(CALL,))


@pytest.fixture
def embedder() -> Pausing:
    return Pausing()


@pytest.fixture
def practice(tmp_path: Path, embedder: Pausing) -> Iterator[Practice]:
    with practicum.open(tmp_path / "home", embedder=embedder) as opened:
        opened.home.journal.record_trial(made_trial(tool="add", query="How much is 1 and 1?"))
        yield opened


def let_others_go_on(embedder: Pausing) -> None:
    asyncio.get_running_loop().call_soon(embedder.goes_on.set)


async def test_exploring_does_not_hold_up_the_loop_while_it_fills_the_index(
    practice: Practice, embedder: Pausing
) -> None:
    let_others_go_on(embedder)
    await practice.explore([add], model=load_chat_model("none"), episodes=1, trials=1)
    assert embedder.waited == [True]


async def test_evaluating_does_not_hold_up_the_loop_while_it_looks_for_leaks(
    practice: Practice, embedder: Pausing
) -> None:
    let_others_go_on(embedder)
    model = ScriptedChatModel(replies=(ScriptedReply(tool_calls=(CALL,)),))
    await practice.evaluate([ITEM], [add], model=model, arms=["base"])
    assert embedder.waited == [True]


async def test_benchmarks_do_not_hold_up_the_loop_while_they_are_looked_at_for_leaks(
    practice: Practice, embedder: Pausing
) -> None:
    class Asking:
        turns = (ITEM,)
        item = ITEM
        specs = ()

    let_others_go_on(embedder)
    suite = Suite("s", (Asking(),), "")  # type: ignore[arg-type]  # no arm gets as far as answering it
    with pytest.raises(SetupError, match="demos@7"):
        await practice.evaluate_suite(suite, model=ScriptedChatModel(), arms=["demos@7"])
    assert embedder.waited == [True]


async def test_promoting_does_not_hold_up_the_loop_while_it_chooses_what_decides(
    practice: Practice, embedder: Pausing
) -> None:
    shown = Demonstration(
        id="t", tool="add", tool_schema_hash="", query="Sum 1 and 2", call=CALL, observation="3"
    )
    practice.home.journal.register_set("demos", [shown], {})
    let_others_go_on(embedder)
    with pytest.raises(SetupError, match="quer"):
        await practice.promote("demos@1", [add], model=ScriptedChatModel(), items=[ITEM])
    assert embedder.waited == [True]
