"""The deployed agent keeps its turns where its users agreed, and answers as it would without."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from graph_parts import ADD, Adder, add, ask, call, opened, say, scripted
from langchain.agents import create_agent
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from practicum.graph.remembering import make_remember_with
from practicum.memory_store.turn_files import read_turns
from practicum.memory_store.turn_log import turns_folder
from practicum.models.scripted import ScriptedChatModel
from practicum.practice import Practice
from practicum.records import ErrorKind, Turn
from practicum.tools.langchain_tools import make_catalog


def answering() -> ScriptedChatModel:
    return scripted(call("2 plus 3", a=2, b=3), say("sum=5;", "It is 5."))


def kept(home: Path) -> list[Turn]:
    return [each.turn for each in read_turns(home).turns]


async def test_without_consent_nothing_is_written(tmp_path: Path) -> None:
    with opened(tmp_path) as home:
        practice = Practice(home)
        await practice.agent(answering(), [Adder().tool()]).ainvoke(ask("2 plus 3?"))
        agent = create_agent(answering(), tools=[ADD], middleware=[practice.middleware()])
        await agent.ainvoke(ask("2 plus 3?"))
    assert not turns_folder(tmp_path).exists()


async def test_with_consent_a_turn_is_kept_and_the_answer_is_the_same(tmp_path: Path) -> None:
    tool = Adder().tool()
    with opened(tmp_path) as home:
        agent = Practice(home).agent(answering(), [tool], learn=True)
        result = await agent.ainvoke(ask("2 plus 3?"))
        assert home.journal.count_trials() == 0
    assert [message.text for message in result["messages"]] == ["2 plus 3?", "", "sum=5;", "It is 5."]
    (turn,) = kept(tmp_path)
    assert (turn.query, turn.answer, turn.tool) == ("2 plus 3?", "It is 5.", "add")
    assert turn.schema_hashes == {"add": tool.spec.schema_hash}


async def test_a_call_that_was_not_approved_is_kept_as_refused_once(tmp_path: Path) -> None:
    tool = make_catalog([add]).tools[0]
    model = scripted(call("2 plus 3", a=2, b=3), say("not executed", "I may not."))
    with opened(tmp_path) as home:
        config: Any = {"configurable": {"thread_id": "1"}}
        agent = Practice(home).agent(
            model, [tool], approve="interrupt", checkpointer=InMemorySaver(), learn=True
        )
        assert "__interrupt__" in await agent.ainvoke(ask("2 plus 3?"), config)
        await agent.ainvoke(Command(resume={"approved": False}), config)
    (turn,) = kept(tmp_path)
    assert [step.observation.error for step in turn.steps] == [ErrorKind.REFUSED]


@pytest.mark.parametrize("synchronous", [True, False])
async def test_an_agent_of_langchains_keeps_its_turns_too(tmp_path: Path, synchronous: bool) -> None:
    with opened(tmp_path) as home:
        middleware = Practice(home).middleware(learn=True)
        agent = create_agent(answering(), tools=[ADD], middleware=[middleware])
        result = agent.invoke(ask("2 plus 3?")) if synchronous else await agent.ainvoke(ask("2 plus 3?"))
    assert result["messages"][-1].text == "It is 5."
    (turn,) = kept(tmp_path)
    assert turn.schema_hashes == {"add": make_catalog([ADD]).tools[0].spec.schema_hash}
    assert turn.model in {"scripted", "ScriptedChatModel"}


async def test_a_disk_that_hangs_or_fails_holds_up_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let = threading.Event()
    told: list[str] = []

    def hangs(_: int) -> None:
        let.wait(60)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("practicum.memory_store.turn_log.os.fsync", hangs)
    with opened(tmp_path) as home:
        home.turn_log()._tell = told.append
        agent = Practice(home).agent(answering(), [Adder().tool()], learn=True)
        result = await agent.ainvoke(ask("2 plus 3?"))
        assert result["messages"][-1].text == "It is 5."
        assert told == []
        let.set()
    assert len(told) == 1


def test_a_conversation_that_can_not_be_read_is_left(tmp_path: Path) -> None:
    class Odd:
        def __getitem__(self, _: object) -> object:
            raise RuntimeError

        def __iter__(self) -> Any:
            raise RuntimeError

    with opened(tmp_path) as home:
        make_remember_with(home.turn_log(), {}, lambda: "m")(Odd())  # type: ignore[arg-type]
    assert kept(tmp_path) == []
