"""`practicum ask` and `practicum chat`: the agent, with what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from practicum.cli.opening import AllowCalls, AskApproval, Learn, LearnedOption, open_agent, tell_if_empty
from practicum.cli.options import AsJson, EmbedderName, HomeOption, Model, OptionalSources

if TYPE_CHECKING:
    import asyncio

    from langchain_core.messages import BaseMessage

    from practicum.graph.approval import Approve


def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    sources: OptionalSources = None,
    model: Model = None,
    learned: LearnedOption = "champion",
    asking: AskApproval = True,
    allow: AllowCalls = None,
    learn: Learn = None,
    embedder: EmbedderName = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Ask the agent one question; without --tools it has the almanac.

    Example: practicum ask "How many pounds are 70 kg?"
    """
    import asyncio

    from langchain_core.messages import HumanMessage

    from practicum.cli.wiring import console, print_json, require_words
    from practicum.hostile import redact

    asked = require_words(question, "the question", 'ask "How many pounds are 70 kg?"')
    approve = _who_approves(asking)
    opening = open_agent(sources, model, learned, embedder, home, approve=approve, allow=allow, learn=learn)
    with opening as opened, asyncio.Runner() as runner:
        result = _answered(opened.agent, runner, [HumanMessage(content=asked)])
    tell_if_empty(home)
    if as_json:
        print_json(_as_json(result))
        return
    _print_calls(result["messages"])
    console().print(redact(_seen(result["messages"][-1].text)), markup=False)


def chat(
    sources: OptionalSources = None,
    model: Model = None,
    learned: LearnedOption = "champion",
    asking: AskApproval = True,
    allow: AllowCalls = None,
    learn: Learn = None,
    embedder: EmbedderName = None,
    home: HomeOption = None,
) -> None:
    """Talk with the agent; an empty line or Ctrl-D ends the conversation.

    Example: practicum chat --tools almanac:everyday
    """
    import asyncio

    approve = _who_approves(asking)
    opening = open_agent(sources, model, learned, embedder, home, approve=approve, allow=allow, learn=learn)
    with opening as opened, asyncio.Runner() as runner:
        tell_if_empty(home)
        _converse(opened.agent, runner)


def _converse(agent: Any, runner: asyncio.Runner) -> None:
    """Ask and answer by turns; the user is waited for outside of the loop, where Ctrl-C is heard at once."""
    from langchain_core.messages import HumanMessage

    from practicum.cli.wiring import console
    from practicum.hostile import redact

    messages: list[BaseMessage] = []
    while asked := _next_line():
        before = len(messages) + 1
        result = _answered(agent, runner, [*messages, HumanMessage(content=asked)])
        messages = result["messages"]
        _print_calls(messages[before:])
        console().print(redact(_seen(messages[-1].text)), markup=False)


def _answered(agent: Any, runner: asyncio.Runner, messages: list[BaseMessage]) -> Any:
    """Return what the agent's run ends with; the user is asked in between, outside of the loop."""
    from uuid import uuid4

    from practicum.graph.approval import resumed, waiting_for

    given: Any = {"messages": messages}
    config = {"configurable": {"thread_id": uuid4().hex}}
    while True:
        result = runner.run(agent.ainvoke(given, config))
        question = waiting_for(result)
        if question is None:
            return result
        given = resumed(_says_yes(question))


def _who_approves(asking: bool) -> Approve:
    """The user at a terminal; without one nobody."""
    import sys

    if not asking:
        return "none"
    return "interrupt" if sys.stdin.isatty() and sys.stderr.isatty() else "refuse"


def _says_yes(question: dict[str, Any]) -> bool:
    """Show the call on stderr, and ask whether to make it; only a yes is one."""
    from practicum.cli.wiring import console
    from practicum.hostile import redact
    from practicum.records import ToolCall

    signature = ToolCall(name=question["tool"], arguments=question["arguments"]).signature
    said = f"{redact(_seen(signature))}\n  its effect is {question['effect']}: {question['reason']}"
    err = console(stderr=True)
    err.print(said, markup=False)
    err.print("call it? [y/N] ", end="", markup=False)
    try:
        return input().strip().lower() in {"y", "yes"}
    except EOFError:
        return False


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
                err.print(f"-> {redact(_seen(signature))}", style="dim", markup=False)
        elif isinstance(message, ToolMessage):
            err.print(f"<- {str(message.text)[:300]}", style="dim", markup=False)


def _seen(said: str) -> str:
    """Return what a model says; without what can't be seen only where that parts a secret."""
    from practicum.hostile import redact
    from practicum.hostile.clean import printable, visible

    seen = visible(said)
    return printable(said) if redact(seen) == seen else seen


def _as_json(result: Any) -> dict[str, Any]:
    from langchain_core.messages import AIMessage, ToolMessage

    from practicum.hostile import redact, redact_value

    messages = result["messages"]
    return {
        "answer": redact(messages[-1].text),
        "calls": [
            {"name": call["name"], "arguments": redact_value(call["args"])}
            for message in messages
            if isinstance(message, AIMessage)
            for call in message.tool_calls
        ],
        "observations": [
            redact(str(message.text)) for message in messages if isinstance(message, ToolMessage)
        ],
        "demonstrations": [shown["id"] for shown in result.get("demonstrations", [])],
    }
