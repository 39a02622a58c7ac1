"""Which of an agent's tools a model call is offered: the nearest practised ones, and all others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graph_parts import ask, call, opened, say, scripted
from langchain.agents import create_agent
from langchain.agents.middleware import TodoListMiddleware
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import StructuredTool

from practicum.errors import SetupError
from practicum.memory_store.home import Home
from practicum.practice import Practice
from practicum.records import Demonstration, ToolCall
from practicum.tools.langchain_tools import make_catalog


def tool(name: str, about: str) -> StructuredTool:
    return StructuredTool.from_function(lambda text: text, name=name, description=about)


PRACTISED = [tool(f"paint_{n}", f"Paint wall number {n}") for n in range(20)]
NEW = tool("feed", "Feed a horse")
OTHERS = {"feed", "write_todos"}
"""What practice knows nothing of: a new tool, and that of other middleware."""


def demonstration(of: StructuredTool) -> Demonstration:
    spec = make_catalog([of]).tools[0].spec
    return Demonstration(
        id=spec.name, tool=spec.name, tool_schema_hash=spec.schema_hash, query=f"Please do {spec.name}",
        call=ToolCall(name=spec.name, arguments={"text": "x"}), observation="x", answer="x",
    )  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with opened(tmp_path) as made:
        made.journal.register_set("demos", [demonstration(each) for each in PRACTISED], {})
        yield made


async def offered(
    home: Home,
    asked: Any,
    *,
    tools: list[StructuredTool] | None = None,
    learned: str = "demos",
    **options: Any,
) -> set[str]:
    """The names of the tools that the first call of the model was offered."""
    model = scripted(say(None, "ok"))
    ours = Practice(home).middleware(learned=learned, **options)
    agent = create_agent(model, tools=tools or [*PRACTISED, NEW], middleware=[TodoListMiddleware(), ours])
    await agent.ainvoke(asked)
    return {each["function"]["name"] for each in model.bound[0]["tools"]}


async def test_tools_that_practice_knows_nothing_of_are_never_left_out(home: Home) -> None:
    names = await offered(home, ask("Paint wall number 3"))
    assert names >= OTHERS | {"paint_3"}
    assert len(names - OTHERS) == 15


@pytest.mark.parametrize(("most", "count"), [(1, 1), (19, 19), (20, 20), (None, 20)])
async def test_how_many_practised_tools_are_offered_is_said(home: Home, most: int | None, count: int) -> None:
    names = await offered(home, ask("Paint wall number 3"), most_tools=most)
    assert names >= OTHERS | {"paint_3"}
    assert len(names - OTHERS) == count


def test_no_tools_at_all_are_refused(home: Home) -> None:
    with pytest.raises(SetupError, match="no model can choose among 0 tools"):
        Practice(home).middleware(most_tools=0)


async def test_a_tool_that_the_conversation_called_stays(home: Home) -> None:
    before = AIMessage(content="", tool_calls=[{"name": "paint_7", "args": {"text": "x"}, "id": "c"}])
    talk = [
        HumanMessage("Paint wall number 7"),
        before,
        ToolMessage("x", tool_call_id="c"),
        AIMessage("Done."),
    ]
    asked = {"messages": [*talk, HumanMessage("Paint wall number 3")]}
    assert await offered(home, asked, most_tools=1) == OTHERS | {"paint_3", "paint_7"}


async def test_where_nothing_is_asked_in_words_or_nothing_serves_all_are_offered(home: Home) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    assert len(await offered(home, {"messages": [HumanMessage([image])]})) == 22
    assert len(await offered(home, ask("Paint wall number 3"), learned="champion")) == 22


async def test_a_tool_that_changed_since_counts_as_one_that_was_not_practised(home: Home) -> None:
    def paint_0(text: str, coats: int) -> str:
        """Paint wall number 0."""
        return f"{text}{coats}"

    changed = StructuredTool.from_function(paint_0)
    names = await offered(home, ask("Paint wall number 3"), tools=[changed, *PRACTISED[1:]], most_tools=1)
    assert names == {"paint_0", "paint_3", "write_todos"}


async def test_a_tool_of_other_middleware_is_called_as_ever(home: Home) -> None:
    todos = ToolCall(name="write_todos", arguments={"todos": [{"content": "x", "status": "pending"}]})
    model = scripted(call(None).model_copy(update={"tool_calls": (todos,)}), say(None, "ok"))
    ours = Practice(home).middleware(learned="demos", most_tools=1)
    agent: Any = create_agent(model, tools=PRACTISED, middleware=[ours, TodoListMiddleware()])
    result = await agent.ainvoke(ask("Paint wall number 3"))
    assert result["todos"] == [{"content": "x", "status": "pending"}]
