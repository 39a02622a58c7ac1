"""What agents give a tool beside the model's arguments: never shown to a model, and empty here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import (
    BaseTool,
    InjectedToolArg,
    InjectedToolCallId,
    StructuredTool,
    ToolException,
    tool,
)
from langgraph.prebuilt import InjectedState, InjectedStore, ToolRuntime
from langgraph.store.base import BaseStore
from langgraph.types import Command
from pydantic import BaseModel
from tool_parts import made, observe
from typing_extensions import TypedDict

from practicum.records import ErrorKind
from practicum.tools.langchain_tools import make_catalog


def with_call_id(query: str, call_id: Annotated[str, InjectedToolCallId]) -> str:
    """Search."""
    return f"{query}, {bool(call_id)}"


def with_config(query: str, config: RunnableConfig) -> str:
    """Search."""
    return f"{query}, {isinstance(config, dict)}"


def with_state(query: str, state: Annotated[dict[str, Any], InjectedState]) -> str:
    """Search."""
    return f"{query}, {state == {'messages': []}}"


def with_a_field(query: str, said: Annotated[list[Any], InjectedState("messages")]) -> str:
    """Search."""
    return f"{query}, {said == []}"


def with_store(query: str, store: Annotated[Any, InjectedStore()]) -> str:
    """Search."""
    return f"{query}, {store is None}"


def with_runtime(query: str, runtime: ToolRuntime) -> str:
    """Search."""
    runtime.stream_writer("searching")
    return f"{query}, {runtime.state == {'messages': []}}"


INJECTED: list[Callable[..., Any]] = [
    with_call_id, with_config, with_state, with_a_field, with_store, with_runtime,
]  # fmt: skip


@pytest.mark.parametrize("function", INJECTED, ids=lambda function: function.__name__)
async def test_what_is_injected_is_not_shown_and_is_given_to_functions_and_tools(
    function: Callable[..., Any],
) -> None:
    for thing in (function, tool(function)):
        assert list(made(thing).spec.properties) == ["query"]
        assert (await observe(thing, query="a")).text == "a, True"


def test_a_tool_that_reads_its_agents_state_is_told_of_once() -> None:
    notices = make_catalog(INJECTED).notices
    assert [notice.tools for notice in notices] == [
        ("with_state",), ("with_a_field",), ("with_store",), ("with_runtime",),
    ]  # fmt: skip
    assert "here it gets empty ones" in notices[0].text


class Conversation(TypedDict):
    messages: list[Any]
    user_id: str


class Plain(TypedDict):
    messages: list[Any]


def with_a_real_store(query: str, store: Annotated[BaseStore, InjectedStore()]) -> str:
    """Search."""
    return query


def with_a_full_state(query: str, state: Annotated[Conversation, InjectedState]) -> str:
    """Search."""
    return query


def with_a_field_of_it(query: str, user_id: Annotated[str, InjectedState("user_id")]) -> str:
    """Search."""
    return query


def with_what_only_the_agent_knows(query: str, user: Annotated[str, InjectedToolArg]) -> str:
    """Search."""
    return query


@pytest.mark.parametrize(
    ("function", "parameter"),
    [
        (with_a_real_store, "store"),
        (with_a_full_state, "state"),
        (with_a_field_of_it, "user_id"),
        (with_what_only_the_agent_knows, "user"),
    ],
)
def test_a_tool_that_can_t_do_without_its_agent_is_refused_and_the_others_are_used(
    function: Callable[..., Any], parameter: str
) -> None:
    for thing in (function, tool(function)):
        found = make_catalog([thing, with_state]).require_usable()
        assert [each.name for each in found.tools] == ["with_state"]
        assert f"its parameter {parameter!r} is filled by an agent" in found.refused[0].reason


async def test_what_may_be_left_out_is_hidden_all_the_same() -> None:
    def look(
        query: str,
        config: RunnableConfig | None = None,
        state: Annotated[Plain, InjectedState] | None = None,
        user: Annotated[str, InjectedToolArg] = "me",
    ) -> str:
        """Look."""
        return f"{query}, {user}, {state}"

    for thing in (look, tool(look)):
        assert list(made(thing).spec.properties) == ["query"]
        assert (await observe(thing, query="a")).text == "a, me, None"


class Query(BaseModel):
    query: str
    call_id: Annotated[str, InjectedToolCallId]


class Search(BaseTool):
    name: str = "search"
    description: str = "Search."
    args_schema: Any = Query

    def _run(self, query: str, call_id: str) -> str:
        return f"{query}, {bool(call_id)}"


async def test_a_class_whose_args_schema_names_what_is_injected_is_given_it() -> None:
    assert list(made(Search()).spec.properties) == ["query"]
    assert (await observe(Search(), query="a")).text == "a, True"


async def test_of_a_command_the_messages_are_read() -> None:
    def rename(name: str, call_id: Annotated[str, InjectedToolCallId]) -> Command[Any]:
        """Set the user's name."""
        told = ToolMessage(f"the name is {name}", tool_call_id=call_id)
        return Command(update={"name": name, "messages": [told]})

    assert (await observe(rename, name="Ann")).text == "the name is Ann"


@pytest.mark.parametrize("handler", [True, "Try another one.", lambda error: f"Error: {error}!"])
async def test_an_error_that_a_tool_answers_itself_is_an_error(handler: Any) -> None:
    def look(word: str) -> str:
        """Look."""
        if word == "known":
            return "found"
        raise ToolException(f"no {word}")

    answering = StructuredTool.from_function(look, handle_tool_error=handler)
    seen = await observe(answering, word="such word")
    said = {True: "no such word", "Try another one.": "Try another one."}.get(handler, "no such word!")
    assert (seen.text, seen.error) == (f"Error: {said}", ErrorKind.RAISED)
    assert (await observe(answering, word="known")).text == "found"


async def test_results_of_a_tool_that_answers_its_errors_are_read_as_those_of_others() -> None:
    def when(state: Annotated[dict[str, Any], InjectedState]) -> dict[str, Any]:
        """Tell when."""
        return {"on": date(2020, 1, 1), "query": Query(query="a", call_id="c")}

    answering = StructuredTool.from_function(when, handle_tool_error=True)
    assert (await observe(answering)).text == '{"on": "2020-01-01", "query": {"query": "a", "call_id": "c"}}'
