"""A user who writes instead of approving goes on with a conversation that every provider takes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver

import practicum
from practicum.graph.approval import WENT_ON, resumed, waiting_for
from practicum.graph.unanswered import BROKEN_OFF, with_results
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.practice import Practice
from practicum.records import ToolCall

SENT: list[str] = []
NOT_DONE = f"The call was not executed: {WENT_ON}."


def send(to: str) -> str:
    """Send a letter.

    Args:
        to: Who gets it.
    """
    SENT.append(to)
    return f"sent to {to}"


@pytest.fixture(autouse=True)
def nothing_sent() -> None:
    SENT.clear()


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    with practicum.open(tmp_path, embedder="hashing") as opened:
        yield opened


def sends(*names: str) -> ScriptedReply:
    return ScriptedReply(tool_calls=tuple(ToolCall(name="send", arguments={"to": name}) for name in names))


def says(text: str) -> ScriptedReply:
    return ScriptedReply(content=text)


def agent(practice: Practice, *replies: ScriptedReply) -> tuple[Any, ScriptedChatModel]:
    model = ScriptedChatModel(replies=replies, supports_grounding=False)
    return practice.agent(model, [send], approve="interrupt", checkpointer=InMemorySaver()), model


def thread() -> dict[str, Any]:
    return {"configurable": {"thread_id": uuid.uuid4().hex}}


def asked(text: str) -> dict[str, Any]:
    return {"messages": [HumanMessage(text)]}


def kinds(messages: Sequence[BaseMessage]) -> list[str]:
    return [message.type for message in messages]


def calls_of(*ids: str) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": "send", "args": {"to": "Ann"}, "id": each} for each in ids])


def result(call_id: str) -> ToolMessage:
    return ToolMessage("sent", tool_call_id=call_id, name="send")


async def test_what_the_user_writes_instead_of_approving_is_a_no_and_the_conversation_goes_on(
    practice: Practice,
) -> None:
    made, model = agent(practice, sends("Ann", "Bob"), says("Forgotten."), says("Hello."))
    config = thread()
    assert waiting_for(await made.ainvoke(asked("write to both"), config)) is not None
    run = await made.ainvoke(asked("no, forget it"), config)
    assert kinds(run["messages"]) == ["human", "ai", "tool", "tool", "human", "ai"]
    assert [message.text for message in run["messages"][2:4]] == [NOT_DONE, NOT_DONE]
    assert [message.status for message in run["messages"][2:4]] == ["error", "error"]
    assert kinds(model.prompts[-1])[-5:] == ["human", "ai", "tool", "tool", "human"]
    again = await made.ainvoke(asked("hello?"), config)
    assert again["messages"][: len(run["messages"])] == run["messages"]
    assert (again["messages"][-1].text, SENT) == ("Hello.", [])


async def test_an_answer_that_comes_after_the_user_went_on_approves_nothing(practice: Practice) -> None:
    made, _ = agent(practice, sends("Ann"), says("Forgotten."))
    config = thread()
    await made.ainvoke(asked("write to Ann"), config)
    await made.ainvoke(asked("no, forget it"), config)
    run = await made.ainvoke(resumed(approved=True), config)
    assert (SENT, run["messages"][-1].text) == ([], "Forgotten.")


async def test_a_call_of_the_next_turn_is_asked_about_anew(practice: Practice) -> None:
    made, _ = agent(practice, sends("Ann"), sends("Bob"), says("Sent."))
    config = thread()
    await made.ainvoke(asked("write to Ann"), config)
    question = waiting_for(await made.ainvoke(asked("no, to Bob"), config))
    assert question is not None
    assert question["arguments"] == {"to": "Bob"}
    run = await made.ainvoke(resumed(approved=True), config)
    assert (SENT, kinds(run["messages"])) == (["Bob"], ["human", "ai", "tool", "human", "ai", "tool", "ai"])


async def test_a_conversation_from_outside_that_lacks_results_gets_them(practice: Practice) -> None:
    made, model = agent(practice, says("Hello."))
    given = [HumanMessage("write"), calls_of("a", "b"), result("a"), HumanMessage("hello?")]
    run = await made.ainvoke({"messages": given}, thread())
    assert kinds(run["messages"]) == ["human", "ai", "tool", "tool", "human", "ai"]
    assert [message.text for message in run["messages"][2:4]] == ["sent", NOT_DONE]
    assert kinds(model.prompts[-1])[-5:] == ["human", "ai", "tool", "tool", "human"]


def test_nothing_is_said_of_a_conversation_that_lacks_nothing() -> None:
    whole = [HumanMessage("write"), calls_of("a"), result("a"), AIMessage("Sent."), HumanMessage("thanks")]
    assert with_results(whole, asks=True) is None
    assert with_results([], asks=True) is None


def test_a_result_that_stands_behind_the_users_next_words_is_put_before_them() -> None:
    late = [HumanMessage("write"), calls_of("a"), HumanMessage("and?"), result("a")]
    assert with_results(late, asks=True) == [late[0], late[1], late[3], late[2]]


@pytest.mark.parametrize(
    ("asks", "decided", "said"),
    [(True, [], NOT_DONE), (True, ["a"], BROKEN_OFF), (False, [], BROKEN_OFF)],
    ids=["nobody said yes", "somebody did", "nobody is asked"],
)
def test_of_a_call_that_may_have_been_executed_nothing_is_claimed(
    asks: bool, decided: list[str], said: str
) -> None:
    healed = with_results([calls_of("a"), HumanMessage("hello?")], asks=asks, decided=decided)
    assert healed is not None
    assert [message.text for message in healed] == ["", said, "hello?"]


def test_a_call_that_could_not_be_read_gets_a_result_too() -> None:
    broken = AIMessage("", invalid_tool_calls=[{"name": None, "args": "{", "id": "a", "error": "cut"}])
    healed = with_results([broken, HumanMessage("hello?")], asks=True)
    assert healed is not None
    assert kinds(healed) == ["ai", "tool", "human"]
