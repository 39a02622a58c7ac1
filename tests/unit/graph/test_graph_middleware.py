"""Demonstrations and tool selection in an agent that LangChain made, called either way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graph_parts import ADD, Adder, ask, call, opened, say, scripted, text_of
from langchain.agents import create_agent
from langchain_core.tools import StructuredTool

from practicum.graph.middleware import PracticumMiddleware
from practicum.memory_store.home import Home
from practicum.memory_store.selection import ToolIndex
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel
from practicum.practice import Practice
from practicum.records import Demonstration, ToolCall
from practicum.tools.langchain_tools import make_catalog

QUERIES = ("How much are 10 apples and 11 pears?", "Sum of two invoices, 250 and 1250?", "Add 2 and 3")
SPEC = make_catalog([ADD]).tools[0].spec


def demonstrations(schema_hash: str) -> list[Demonstration]:
    return [
        Demonstration(
            id=f"d{number}",
            tool="add",
            tool_schema_hash=schema_hash,
            query=query,
            call=ToolCall(name="add", arguments={"a": number, "b": 1}),
            observation=f"sum={number + 1};",
            answer="So much.",
        )
        for number, query in enumerate(QUERIES)
    ]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with opened(tmp_path) as made:
        made.journal.register_set("demos", demonstrations(SPEC.schema_hash), {})
        yield made


def agent_of(model: ScriptedChatModel, middleware: PracticumMiddleware, tools: list[Any]) -> Any:
    return create_agent(model, tools=tools, middleware=[middleware], system_prompt="Be kind.")


def check(model: ScriptedChatModel, result: dict[str, Any]) -> None:
    humans = [message.text for message in model.prompts[0] if message.type == "human"]
    assert sorted(humans[:-1]) == sorted(QUERIES)
    assert humans[-2:] == ["Sum of two invoices, 250 and 1250?", "Sum of two invoices, 240 and 1250?"]
    assert model.prompts[0][0].text == "Be kind."
    assert [message.type for message in result["messages"]] == ["human", "ai", "tool", "ai"]
    assert result["messages"][2].text == "sum=1490;"
    # After the call the demonstrations are shown again, before the conversation.
    assert [message.text for message in model.prompts[1] if message.type == "human"] == humans


async def test_demonstrations_are_shown_to_an_agent_that_runs_asynchronously(home: Home) -> None:
    model = scripted(call(None, a=240, b=1250), say(None, "1490."))
    agent = agent_of(model, Practice(home).middleware(learned="demos"), [ADD])
    check(model, await agent.ainvoke(ask("Sum of two invoices, 240 and 1250?")))


def test_demonstrations_are_shown_to_an_agent_that_runs_synchronously(home: Home) -> None:
    model = scripted(call(None, a=240, b=1250), say(None, "1490."))
    agent = agent_of(model, Practice(home).middleware(learned="demos"), [ADD])
    check(model, agent.invoke(ask("Sum of two invoices, 240 and 1250?")))


async def test_the_synchronous_way_works_where_a_loop_is_running(home: Home) -> None:
    model = scripted(say(None, "ok"))
    agent = agent_of(model, Practice(home).middleware(learned="demos"), [ADD])
    assert agent.invoke(ask("Add 2 and 4"))["messages"][-1].text == "ok"
    assert "Add 2 and 3" in text_of(model.prompts[0])


async def test_demonstrations_of_a_tool_that_changed_are_not_shown(tmp_path: Path) -> None:
    with opened(tmp_path) as home:
        home.journal.register_set("demos", demonstrations("of an earlier schema"), {})
        model = scripted(say(None, "ok"))
        await agent_of(model, Practice(home).middleware(), [ADD]).ainvoke(ask("Add 2 and 4"))
    assert [message.type for message in model.prompts[0]] == ["system", "human"]


async def test_a_home_without_demonstrations_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as home:
        model = scripted(say(None, "ok"))
        await agent_of(model, Practice(home).middleware(), [ADD]).ainvoke(ask("Add 2 and 4"))
    assert [message.type for message in model.prompts[0]] == ["system", "human"]
    assert [each["function"]["name"] for each in model.bound[0]["tools"]] == ["add"]


async def test_of_many_tools_the_nearest_are_offered() -> None:
    def made(name: str, about: str) -> StructuredTool:
        return StructuredTool.from_function(lambda text: text, name=name, description=about)

    others = [made(f"other_{n}", f"Paint the wall number {n} in green") for n in range(4)]
    embedder = HashingEmbedder()
    middleware = PracticumMiddleware(None, nearness=lambda specs: ToolIndex(specs, embedder), most_tools=1)
    model = scripted(say(None, "ok"))
    await agent_of(model, middleware, [*others, ADD]).ainvoke(ask("Please add two whole numbers"))
    assert [each["function"]["name"] for each in model.bound[0]["tools"]] == ["add"]


async def test_the_adder_of_the_other_tests_is_seen_by_the_catalog() -> None:
    assert Adder().tool().spec.name == SPEC.name
