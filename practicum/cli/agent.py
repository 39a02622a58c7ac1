"""`practicum ask` and `practicum chat`: the agent, with what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from practicum.cli.opening import Learned, open_agent
from practicum.cli.options import AsJson, EmbedderName, Home, Model, OptionalSources

if TYPE_CHECKING:
    import asyncio

    from langchain_core.messages import BaseMessage


def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    sources: OptionalSources = None,
    model: Model = None,
    learned: Learned = "champion",
    embedder: EmbedderName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Ask the agent one question; without --tools it has the almanac.

    Example: practicum ask "How many pounds are 70 kg?"
    """
    from langchain_core.messages import HumanMessage

    from practicum.cli.wiring import console, print_json, require_words, run
    from practicum.hostile import redact, redact_value

    asked = require_words(question, "the question", 'ask "How many pounds are 70 kg?"')
    with open_agent(sources, model, learned, embedder, home) as opened:
        result = run(opened.agent.ainvoke({"messages": [HumanMessage(content=asked)]}))
    if as_json:
        print_json(redact_value(_as_json(result)))
        return
    _print_calls(result["messages"])
    console().print(redact(result["messages"][-1].text), markup=False)


def chat(
    sources: OptionalSources = None,
    model: Model = None,
    learned: Learned = "champion",
    embedder: EmbedderName = None,
    home: Home = None,
) -> None:
    """Talk with the agent; an empty line or Ctrl-D ends the conversation.

    Example: practicum chat --tools almanac:everyday
    """
    import asyncio

    with open_agent(sources, model, learned, embedder, home) as opened, asyncio.Runner() as runner:
        _converse(opened.agent, runner)


def _converse(agent: Any, runner: asyncio.Runner) -> None:
    """Ask and answer by turns; the user is waited for outside of the loop, where Ctrl-C is heard at once."""
    from langchain_core.messages import HumanMessage

    from practicum.cli.wiring import console
    from practicum.hostile import redact

    messages: list[BaseMessage] = []
    while asked := _next_line():
        before = len(messages) + 1
        result = runner.run(agent.ainvoke({"messages": [*messages, HumanMessage(content=asked)]}))
        messages = result["messages"]
        _print_calls(messages[before:])
        console().print(redact(messages[-1].text), markup=False)


def _next_line() -> str:
    """What the user says next; empty at the end."""
    from practicum.cli.wiring import console

    try:
        return console().input("you> ").strip()
    except EOFError:
        return ""


def _print_calls(messages: list[BaseMessage]) -> None:
    """Show what was called and what came back, on stderr."""
    from langchain_core.messages import AIMessage, ToolMessage

    from practicum.cli.wiring import console
    from practicum.hostile import redact
    from practicum.records import ToolCall

    err = console(stderr=True)
    for message in messages:
        if isinstance(message, AIMessage):
            for call in message.tool_calls:
                signature = ToolCall(name=call["name"], arguments=call["args"]).signature
                err.print(f"-> {redact(signature)}", style="dim", markup=False)
        elif isinstance(message, ToolMessage):
            err.print(f"<- {str(message.text)[:300]}", style="dim", markup=False)


def _as_json(result: Any) -> dict[str, Any]:
    from langchain_core.messages import AIMessage, ToolMessage

    messages = result["messages"]
    return {
        "answer": messages[-1].text,
        "calls": [
            {"name": call["name"], "arguments": call["args"]}
            for message in messages
            if isinstance(message, AIMessage)
            for call in message.tool_calls
        ],
        "observations": [str(message.text) for message in messages if isinstance(message, ToolMessage)],
        "demonstrations": [shown["id"] for shown in result.get("demonstrations", [])],
    }
