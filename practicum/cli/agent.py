"""`practicum ask` and `practicum chat`: the agent, with what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from practicum.cli.options import AsJson, EmbedderName, Home, Model, OptionalSources

if TYPE_CHECKING:
    import asyncio

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from practicum.memory_store.candidates import Serving
    from practicum.memory_store.home import Home as OpenHome
    from practicum.practice import Practice

Learned = Annotated[
    str,
    typer.Option(
        "--with",
        help="What was learned: champion (what was promoted), base (nothing), demos, demos@2, demos+lora ...",
    ),
]
DEFAULT_TOOLS = ["almanac"]
SANDBOX_SEED = 0
"""Of the state that a benchmark's tools work on in a conversation."""


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
    with _open_agent(sources, model, learned, embedder, home) as agent:
        result = run(agent.ainvoke({"messages": [HumanMessage(content=asked)]}))
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

    with _open_agent(sources, model, learned, embedder, home) as agent, asyncio.Runner() as runner:
        _converse(agent, runner)


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


def _open_agent(
    sources: list[str] | None, model: str | None, learned: str, embedder: str | None, home: Any
) -> Any:
    from contextlib import contextmanager

    from practicum.cli.wiring import open_model, open_served, open_tools
    from practicum.memory_store.served import named_serving

    @contextmanager
    def opened() -> Any:
        chosen, _ = open_model(model)
        with open_served(home, embedder) as found:
            _warm_up(chosen, found, named_serving(found, learned))
            from practicum.practice import Practice
            from practicum.tools.catalog import in_fresh_sandboxes

            practice = Practice(found)
            catalog = open_tools(sources or DEFAULT_TOOLS)
            _tell_what_serves(practice, learned)
            with in_fresh_sandboxes(catalog.tools, SANDBOX_SEED):
                yield practice.agent(chosen, catalog, learned=learned)

    return opened()


def _warm_up(model: BaseChatModel, home: OpenHome, serving: Serving) -> None:
    """Let a local model load in the background while the rest is imported: that takes longest."""
    from practicum.cli.wiring import warm_up

    if serving.lora is None:
        warm_up(model)
        return
    from practicum.graph.adapted import adapted_model

    warm_up(adapted_model(home, model, serving))


def _tell_what_serves(practice: Practice, learned: str) -> None:
    """Say on stderr that nothing learned serves yet, where something was learned."""
    from practicum.cli.wiring import console

    if learned == "champion" and practice.home.journal.champion() is None:
        newest = practice.home.journal.demonstration_set()
        if newest is not None:
            name = f"demos@{newest.version}"
            hint = f"nothing learned serves yet: `practicum promote {name}`, or try it with --with {name}"
            console(stderr=True).print(hint, style="dim", markup=False)


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
