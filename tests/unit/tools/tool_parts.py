"""Tools made of functions and of LangChain's tools, and what their calls come to."""

from __future__ import annotations

from typing import Any

from practicum.records import Observation, ToolCall
from practicum.tools.catalog import Refusal, Tool
from practicum.tools.executor import Executor
from practicum.tools.langchain_tools import Toolish, make_tool


def made(thing: Toolish) -> Tool:
    result = make_tool(thing)
    assert isinstance(result, Tool), result
    return result


def refusal(thing: Toolish) -> Refusal:
    result = make_tool(thing)
    assert isinstance(result, Refusal), result
    return result


async def observe(thing: Toolish, **arguments: Any) -> Observation:
    each = made(thing)
    return await Executor([each]).execute(ToolCall(name=each.name, arguments=arguments))


async def run(thing: Toolish, **arguments: Any) -> str:
    return (await observe(thing, **arguments)).text
