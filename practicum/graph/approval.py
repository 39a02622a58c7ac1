"""Whether a call of a tool that may change something for good is executed: a person says so, or nobody can.

A person is asked by LangGraph's `interrupt`, with what `question` returns; the graph is resumed with
``Command(resume={"approved": True})``, or ``False`` and a ``reason``, which the model reads as the result.
A user who writes something else instead has not approved it (`practicum.graph.unanswered`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal, get_args

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command, interrupt

from practicum.errors import SetupError, ToolCallError
from practicum.records import ToolCall
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.schema import check_arguments

Approve = Literal["none", "interrupt", "refuse"]
"""``none``: every call is executed; ``interrupt``: a person is asked; ``refuse``: nobody is there to ask."""
Allowed = Callable[[ToolCall, str], str | None]
"""Given a call and its id, returns why it may not be executed; None if it may."""
ASKED_ABOUT = frozenset({Effect.DESTRUCTIVE, Effect.UNKNOWN})
NOBODY = "it may change something for good, and there is nobody here who could approve it"
SAID_NO = "the user did not approve it"
WENT_ON = f"{SAID_NO}, and wrote something else"
LONGEST_REASON = 500
_READ = frozenset({"approved", "reason"})
"""What is read of an answer."""


def make_allowed(tools: Sequence[Tool], approve: Approve, allow: Collection[str] = ()) -> Allowed | None:
    """Return what decides whether calls of these tools are executed; None if they all are.

    Args:
        tools: What may be called.
        approve: Who decides.
        allow: Names of tools whose calls nobody is asked about.

    Raises:
        SetupError: nobody decides so.
    """
    if approve not in get_args(Approve):
        raise SetupError(f"there is no approval {approve!r}", f"use one of: {', '.join(get_args(Approve))}")
    if approve == "none":
        return None
    asked_about = {tool.name: tool for tool in tools if tool.effect in ASKED_ABOUT and tool.name not in allow}

    def allowed(call: ToolCall, call_id: str) -> str | None:
        tool = asked_about.get(call.name)
        if tool is None or not _fits(tool, call):
            return None  # a call that does not fit is answered with what is wrong with it
        if approve == "refuse":
            return NOBODY
        return _refusal(interrupt(question(tool, call, call_id)))

    return allowed


def question(tool: Tool, call: ToolCall, call_id: str) -> dict[str, Any]:
    """Return what a person is shown."""
    return {
        "tool": call.name,
        "arguments": call.arguments,
        "effect": tool.effect.value,
        "reason": tool.effect_reason,
        "call_id": call_id,
    }


def waiting_for(result: Any) -> dict[str, Any] | None:
    """Return the question that a run of the agent ended with; None where it ended with an answer."""
    asked = result.get("__interrupt__") if isinstance(result, dict) else None
    return dict(asked[0].value) if asked else None


def resumed(approved: bool, reason: str = "") -> Command[Any]:
    """Return what goes on with the run that waits."""
    return Command(resume={"approved": approved, "reason": reason})


def in_memory() -> InMemorySaver:
    """Return a checkpointer for runs that wait for a person no longer than this process lives."""
    return InMemorySaver()


def _fits(tool: Tool, call: ToolCall) -> bool:
    try:
        check_arguments(tool.spec, call)
    except ToolCallError:
        return False
    return True


def _refusal(answer: Any) -> str | None:
    """Read what a person said; what is not plainly a yes is a no.

    A yes that says more, such as other arguments, is none either: the call is made as it is, or not at all.
    """
    said = answer if isinstance(answer, dict) else {}
    more = sorted(str(key) for key in said.keys() - _READ)
    if said.get("approved") is True and not more:
        return None
    reason = str(said.get("reason") or "").strip()[:LONGEST_REASON]
    if said.get("approved") is True:
        reason = f"a call is made as it is, and the answer also said {', '.join(more)}"[:LONGEST_REASON]
    return f"{SAID_NO}: {reason}" if reason else SAID_NO
