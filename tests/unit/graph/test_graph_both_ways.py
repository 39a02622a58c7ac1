"""The agent, run without `await`: by ``invoke`` and ``stream``, wherever its caller is."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from chat_service import said, served
from fastapi import FastAPI, Request, Response
from graph_parts import ADD, ask, call, opened, say, scripted
from http_service import serving
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph.state import CompiledStateGraph

from practicum.graph.approval import resumed, waiting_for
from practicum.graph.both_ways import run_here
from practicum.memory_store.home import Home
from practicum.memory_store.turn_files import read_turns
from practicum.models import load_chat_model
from practicum.practice import Practice


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with opened(tmp_path) as made:
        yield made


def kinds(result: Any) -> list[str]:
    return [message.type for message in result["messages"]]


def test_the_agent_answers_where_nothing_is_awaited(home: Home) -> None:
    agent = Practice(home).agent(scripted(call(None, a=2, b=3), say(None, "Five.")), [ADD])
    assert isinstance(agent, CompiledStateGraph)
    result = agent.invoke(ask("2 + 3?"))
    assert kinds(result) == ["human", "ai", "tool", "ai"]
    assert result["messages"][2].text == "sum=5;"
    assert result["messages"][-1].text == "Five."


async def test_the_agent_answers_where_nothing_is_awaited_though_a_loop_runs(home: Home) -> None:
    agent = Practice(home).agent(scripted(say(None, "Hello.")), [ADD])
    assert agent.invoke(ask("Hi"))["messages"][-1].text == "Hello."


def test_its_steps_and_messages_are_streamed(home: Home) -> None:
    agent = Practice(home).agent(scripted(call(None, a=2, b=3), say(None, "Five.")), [ADD])
    steps = [name for update in agent.stream(ask("2 + 3?"), stream_mode="updates") for name in update]
    assert steps == ["recall", "decide", "execute", "decide"]
    again = Practice(home).agent(scripted(say(None, "Hello.")), [ADD])
    pieces: Any = list(again.stream(ask("Hi"), stream_mode="messages"))
    assert {piece.text for piece, about in pieces if about["langgraph_node"] == "decide"} == {"Hello."}


def test_a_person_is_asked_and_the_run_goes_on(home: Home) -> None:
    model = scripted(call(None, a=2, b=3), say(None, "Five."))
    agent = Practice(home).agent(model, [ADD], approve="interrupt")
    config: Any = {"configurable": {"thread_id": "t"}}
    question = waiting_for(agent.invoke(ask("2 + 3?"), config))
    assert question is not None
    assert question["arguments"] == {"a": 2, "b": 3}
    assert agent.invoke(resumed(True), config)["messages"][-1].text == "Five."


@pytest.mark.parametrize("file", [False, True])
def test_a_conversation_is_kept_by_checkpointers_that_nobody_awaits(home: Home, file: bool) -> None:
    def talk(saver: Any) -> None:
        agent = Practice(home).agent(
            scripted(say(None, "One."), say(None, "Two.")), [ADD], checkpointer=saver
        )
        config: Any = {"configurable": {"thread_id": "t"}}
        agent.invoke(ask("First"), config)
        assert kinds(agent.invoke(ask("Second"), config)) == ["human", "ai", "human", "ai"]

    if not file:
        talk(InMemorySaver())
        return
    with SqliteSaver.from_conn_string(":memory:") as saver:
        talk(saver)


def test_turns_are_kept_to_be_learned_from(tmp_path: Path) -> None:
    with opened(tmp_path) as home:
        agent = Practice(home).agent(scripted(call(None, a=2, b=3), say(None, "Five.")), [ADD], learn=True)
        agent.invoke(ask("2 + 3?"))
    assert [each.turn.answer for each in read_turns(tmp_path).turns] == ["Five."]


def test_many_threads_ask_at_once(home: Home) -> None:
    agent = Practice(home).agent(scripted(*(say(f"no {n}!", f"so {n}.") for n in range(40))), [ADD])
    with ThreadPoolExecutor(max_workers=40) as pool:
        answers = list(pool.map(lambda n: agent.invoke(ask(f"no {n}!"))["messages"][-1].text, range(40)))
    assert answers == [f"so {n}." for n in range(40)]


def test_a_providers_connection_is_used_by_one_run_after_the_other(home: Home, socket_enabled: None) -> None:
    app, ports = FastAPI(), []

    @app.post("/v1/chat/completions")
    def complete(request: Request) -> Response:
        assert request.client is not None
        ports.append(request.client.port)
        return Response(said("Hello.").body, media_type="application/json")

    with serving(app) as url:
        agent = Practice(home).agent(served(url), [ADD])
        answers = [agent.invoke(ask("Hi"))["messages"][-1].text for _ in range(3)]
    assert answers == ["Hello."] * 3
    assert len(ports) == 3
    assert len(set(ports)) == 1


@pytest.mark.parametrize("own", [False, True])
def test_an_agent_is_run_either_way_whatever_loops_were_there_before(
    home: Home, socket_enabled: None, own: bool
) -> None:
    app = FastAPI()

    @app.post("/v1/chat/completions")
    def complete() -> Response:
        return Response(said("Hello.").body, media_type="application/json")

    with serving(app) as url:
        model = load_chat_model(f"openai:served@{url}/v1") if own else served(url)
        agent = Practice(home).agent(model, [ADD])

        async def awaited() -> str:
            return str((await agent.ainvoke(ask("Hi")))["messages"][-1].text)

        def plainly() -> str:
            return str(agent.invoke(ask("Hi"))["messages"][-1].text)

        async def mixed() -> list[str]:
            return [await awaited(), await asyncio.to_thread(plainly), await awaited(), plainly()]

        answers = [asyncio.run(awaited()), plainly(), asyncio.run(awaited()), plainly()]
        answers += [*asyncio.run(mixed()), *asyncio.run(mixed()), plainly()]
    assert answers == ["Hello."] * 13


def test_a_tool_that_runs_another_agent_gets_its_answer(home: Home) -> None:
    other = Practice(home).agent(scripted(say(None, "It is 4."), say(None, "It is 5.")), [ADD])

    def delegate(question: str) -> str:
        """Ask another agent."""
        return str(other.invoke(ask(question))["messages"][-1].text)

    async def delegate_at_once(question: str) -> str:
        """Ask another agent, in the loop of this one."""
        return delegate(question)

    for tool, result in ((delegate, "It is 4."), (delegate_at_once, "It is 5.")):
        asked = call(None, question="2 + 2?")
        asked = asked.model_copy(
            update={"tool_calls": (asked.tool_calls[0].model_copy(update={"name": tool.__name__}),)}
        )
        agent = Practice(home).agent(scripted(asked, say(None, "So it said.")), [tool])
        assert agent.invoke(ask("What does it say?"))["messages"][2].text == result


def test_what_a_caller_set_is_seen_and_what_fails_is_raised_here() -> None:
    who: ContextVar[str] = ContextVar("who")

    async def seen() -> str:
        return who.get()

    who.set("Ann")
    assert run_here(seen()) == "Ann"

    async def failing() -> None:
        raise LookupError("as it was")

    with pytest.raises(LookupError, match="as it was"):
        run_here(failing())


def test_ctrl_c_ends_the_waiting_and_the_work() -> None:
    cancelled = threading.Event()

    async def endless() -> None:
        try:
            threading.Timer(0.1, signal.raise_signal, [signal.SIGINT]).start()
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    with pytest.raises(KeyboardInterrupt):
        run_here(endless())
    assert cancelled.wait(10)
