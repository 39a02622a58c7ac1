"""What was learned, in graphs that Practicum did not make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from graph_parts import ADD, ask, call, opened, say, scripted
from langchain_core.messages import AnyMessage, HumanMessage, SystemMessage
from langchain_core.prompt_values import ChatPromptValue
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition

from practicum.memory_store.home import Home
from practicum.models.scripted import ScriptedChatModel
from practicum.practice import Practice
from practicum.records import Demonstration, Note, ToolCall
from practicum.tools.langchain_tools import make_catalog

SPEC = make_catalog([ADD]).tools[0].spec
PRACTISED = "Sum of two invoices, 250 and 1250?"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    shown = Demonstration(
        id="d1",
        tool="add",
        tool_schema_hash=SPEC.schema_hash,
        query=PRACTISED,
        call=ToolCall(name="add", arguments={"a": 250, "b": 1250}),
        observation="sum=1500;",
        answer="1500.",
    )
    with opened(tmp_path) as made:
        made.journal.register_set("demos", [shown], {})
        yield made


def graph_of_ones_own(model: Any) -> Any:
    """The graph that LangGraph's own introduction makes."""

    def chat(state: MessagesState) -> Any:
        return {"messages": [model.invoke(state["messages"])]}

    builder = StateGraph(MessagesState)
    builder.add_node("chat", chat)
    builder.add_node("tools", ToolNode([ADD]))
    builder.add_edge(START, "chat")
    builder.add_conditional_edges("chat", tools_condition)
    builder.add_edge("tools", "chat")
    return builder.compile()


def types(messages: list[Any]) -> list[str]:
    return [message.type for message in messages]


def test_a_graph_of_ones_own_is_shown_demonstrations_once_and_keeps_none(home: Home) -> None:
    model = scripted(call(None, a=240, b=1250), say(None, "1490."))
    prompt = Practice(home).prompt([ADD], learned="demos", instructions="Be kind.")
    result = graph_of_ones_own(prompt | model).invoke(ask("Sum of two invoices, 240 and 1250?"))
    assert types(result["messages"]) == ["human", "ai", "tool", "ai"]
    assert types(model.prompts[0]) == ["system", "human", "ai", "tool", "ai", "human"]
    assert model.prompts[0][0].text.startswith("Be kind.\n\n")
    assert model.prompts[0][1].text == PRACTISED
    assert types(model.prompts[1]) == [*types(model.prompts[0]), "ai", "tool"]


@dataclass
class State:
    messages: list[AnyMessage]


@pytest.mark.parametrize(
    "given",
    [
        [HumanMessage("Add 2 and 3")],
        [("user", "Add 2 and 3")],
        "Add 2 and 3",
        {"messages": [HumanMessage("Add 2 and 3")], "other": 1},
        State([HumanMessage("Add 2 and 3")]),
        ChatPromptValue(messages=[HumanMessage("Add 2 and 3")]),
    ],
)
async def test_a_conversation_is_taken_in_any_form_that_models_and_nodes_take(home: Home, given: Any) -> None:
    prompt = Practice(home).prompt([ADD], learned="demos")
    shown = await prompt.ainvoke(given)
    assert [message.text for message in shown if message.type == "human"] == [PRACTISED, "Add 2 and 3"]
    assert prompt.invoke(given) == shown


async def test_instructions_of_the_conversation_come_first_and_are_said_once(home: Home) -> None:
    conversation = [SystemMessage("Be brief."), HumanMessage("Add 2 and 3")]
    shown = await Practice(home).prompt([ADD], learned="demos").ainvoke(conversation)
    assert types(shown) == ["system", "human", "ai", "tool", "ai", "human"]
    assert shown[0].text.startswith("Be brief.\n\n")


async def test_with_nothing_learned_the_conversation_is_left_as_it_is(home: Home) -> None:
    conversation = [SystemMessage("Be brief."), HumanMessage("Add 2 and 3")]
    assert await Practice(home).prompt([ADD], learned="base").ainvoke(conversation) == conversation


async def test_notes_on_the_tools_come_after_the_instructions(home: Home) -> None:
    note = Note(
        id="n1", tool="add", tool_schema_hash=SPEC.schema_hash, text="Whole numbers only.", evidence=["t"]
    )
    home.journal.register_notes([note], {})
    prompt = Practice(home).prompt([ADD], learned="notes", instructions="Be kind.")
    shown = await prompt.ainvoke([HumanMessage("Add 2 and 3")])
    assert types(shown) == ["system", "system", "human"]
    assert shown[0].text == "Be kind."
    assert "Whole numbers only." in shown[1].text


@pytest.mark.filterwarnings("ignore:create_react_agent has been moved")
def test_a_prebuilt_agent_takes_it_as_its_prompt(home: Home) -> None:
    from langgraph.prebuilt import create_react_agent

    model = scripted(say(None, "5."))
    prompt = Practice(home).prompt([ADD], learned="demos", instructions="Be kind.")
    agent = create_react_agent(model, [ADD], prompt=prompt)
    agent.invoke(ask("Add 2 and 3"))
    assert types(model.prompts[0]) == ["system", "human", "ai", "tool", "ai", "human"]


def test_nothing_stops_it_from_streaming(home: Home) -> None:
    model: ScriptedChatModel = scripted(say(None, "It is five."))
    chain = Practice(home).prompt([ADD], learned="demos") | model
    assert "".join(part.text for part in chain.stream([HumanMessage("Add 2 and 3")])) == "It is five."
