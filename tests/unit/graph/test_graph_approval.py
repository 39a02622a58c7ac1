"""A person is asked before a call that may change something for good."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, ToolMessage
from langgraph.types import Command

import practicum
from practicum.errors import SetupError
from practicum.graph.approval import NOBODY, resumed, waiting_for
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.practice import Practice
from practicum.records import ToolCall

SENT: list[str] = []


def send(to: str) -> str:
    """Send a letter.

    Args:
        to: Who gets it.
    """
    SENT.append(to)
    return f"sent to {to}"


@practicum.read_only
def look(at: str) -> str:
    """Look at something.

    Args:
        at: What.
    """
    return f"saw {at}"


@pytest.fixture(autouse=True)
def nothing_sent() -> None:
    SENT.clear()


def calls(*made: tuple[str, dict[str, Any]]) -> ScriptedReply:
    return ScriptedReply(tool_calls=tuple(ToolCall(name=name, arguments=given) for name, given in made))


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    with practicum.open(tmp_path, embedder="hashing") as opened:
        yield opened


def agent(practice: Practice, *replies: ScriptedReply, **options: Any) -> Any:
    model = ScriptedChatModel(replies=(*replies, ScriptedReply(content="Done.")), supports_grounding=False)
    return practice.agent(model, [send, look], **options)


def start() -> tuple[dict[str, Any], dict[str, Any]]:
    return {"messages": [HumanMessage("write to Ann")]}, {"configurable": {"thread_id": uuid.uuid4().hex}}


def results(run: dict[str, Any]) -> list[str]:
    return [str(message.text) for message in run["messages"] if isinstance(message, ToolMessage)]


TO_ANN = ("send", {"to": "Ann"})


async def test_a_call_waits_for_a_person_and_is_made_once_after_a_yes(practice: Practice) -> None:
    made = agent(practice, calls(TO_ANN), approve="interrupt")
    asked, config = start()
    question = waiting_for(await made.ainvoke(asked, config))
    assert question is not None
    assert question.pop("call_id").startswith("call-")
    reason = "nothing declares it"
    assert question == {"tool": "send", "arguments": {"to": "Ann"}, "effect": "unknown", "reason": reason}
    assert SENT == []
    run = await made.ainvoke(Command(resume={"approved": True, "reason": "she waits"}), config)
    assert waiting_for(run) is None
    assert (SENT, results(run), run["messages"][-1].text) == (["Ann"], ["sent to Ann"], "Done.")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"approved": False, "reason": "she is away"}, "the user did not approve it: she is away"),
        ({"approved": False}, "the user did not approve it"),
        ({"approved": "yes"}, "the user did not approve it"),
        ({"approved": 1}, "the user did not approve it"),
        ("no", "the user did not approve it"),
        (True, "the user did not approve it"),
        ([{"approved": True}], "the user did not approve it"),
        (
            {"approved": True, "arguments": {"to": "Bob"}},
            "the user did not approve it: a call is made as it is, and the answer also said arguments",
        ),
    ],
)
async def test_whatever_is_no_plain_yes_is_a_refusal_that_the_model_reads(
    practice: Practice, answer: Any, said: str
) -> None:
    made = agent(practice, calls(TO_ANN), approve="interrupt")
    asked, config = start()
    await made.ainvoke(asked, config)
    run = await made.ainvoke(Command(resume=answer), config)
    assert (SENT, results(run)) == ([], [f"The call was not executed: {said}."])
    assert run["messages"][-1].text == "Done."


async def test_of_several_calls_each_is_asked_about_and_none_is_made_twice(practice: Practice) -> None:
    to_bob = ("send", {"to": "Bob"})
    made = agent(practice, calls(TO_ANN, ("look", {"at": "mail"}), to_bob), approve="interrupt")
    asked, config = start()
    first = waiting_for(await made.ainvoke(asked, config))
    second = waiting_for(await made.ainvoke(resumed(approved=False), config))
    assert first is not None
    assert second is not None
    assert (first["arguments"], second["arguments"]) == ({"to": "Ann"}, {"to": "Bob"})
    run = await made.ainvoke(resumed(approved=True), config)
    assert SENT == ["Bob"]
    assert results(run)[1:] == ["saw mail", "sent to Bob"]


@pytest.mark.parametrize(
    ("made", "options"),
    [
        (("look", {"at": "mail"}), {"approve": "interrupt"}),
        (("send", {"too": "Ann"}), {"approve": "interrupt"}),
        (("burn", {}), {"approve": "interrupt"}),
        (TO_ANN, {"approve": "interrupt", "allow": ["send"]}),
        (TO_ANN, {"approve": "none"}),
        (TO_ANN, {}),
    ],
    ids=[
        "read-only",
        "does not fit",
        "no such tool",
        "allowed by name",
        "nobody is to be asked",
        "by default",
    ],
)
async def test_nobody_is_asked_where_nothing_can_happen_or_all_was_said(
    practice: Practice, made: tuple[str, dict[str, Any]], options: dict[str, Any]
) -> None:
    asked, config = start()
    run = await agent(practice, calls(made), **options).ainvoke(asked, config)
    assert waiting_for(run) is None
    assert run["messages"][-1].text == "Done."


async def test_where_nobody_can_be_asked_the_model_is_told(practice: Practice) -> None:
    asked, _ = start()
    run = await agent(practice, calls(TO_ANN), approve="refuse").ainvoke(asked)
    assert (SENT, results(run)) == ([], [f"The call was not executed: {NOBODY}."])


def test_allowing_a_tool_that_is_not_there_is_a_mistake(practice: Practice) -> None:
    with pytest.raises(SetupError, match="names no tool"):
        agent(practice, approve="interrupt", allow=["sned"])
