"""Calls that a conversation went on without get a result: providers refuse one that lacks them."""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal

from langchain_core.messages import AIMessage, BaseMessage, RemoveMessage, ToolMessage
from langgraph.graph.message import REMOVE_ALL_MESSAGES

from practicum.graph.approval import WENT_ON
from practicum.records import ErrorKind

BROKEN_OFF = "The call was broken off: what came of it is not known."


def tool_message(call: Any, text: str, error: ErrorKind | None) -> ToolMessage:
    """Return what the model reads of a call; the artifact, which it does not read, tells why it failed."""
    status: Literal["success", "error"] = "success" if error is None else "error"
    return ToolMessage(
        content=text, tool_call_id=call["id"], name=call["name"], status=status, artifact=error and str(error)
    )


def refusal_message(call: Any, reason: str) -> ToolMessage:
    """Return what the model reads of a call that was not executed."""
    return tool_message(call, f"The call was not executed: {reason}.", ErrorKind.REFUSED)


def with_results(
    messages: Sequence[BaseMessage], *, asks: bool, decided: Collection[str] = ()
) -> list[BaseMessage] | None:
    """Return a conversation in which the results of all calls follow them; None where they do.

    Args:
        messages: The conversation. One that its user went on with lacks the results of what waited then.
        asks: Whether calls wait until it is decided whether they are executed.
        decided: Ids of calls that this was decided of: they may have been executed.
    """
    healed: list[BaseMessage] = []
    for turn in _turns(messages):
        said = turn[0]
        made = [*said.tool_calls, *said.invalid_tool_calls] if isinstance(said, AIMessage) else []
        ids = {call["id"] for call in made}
        results = [each for each in turn if isinstance(each, ToolMessage) and each.tool_call_id in ids]
        had = {each.tool_call_id for each in results}
        lacking = [
            _lacking(call, asks and call["id"] not in decided) for call in made if call["id"] not in had
        ]
        rest = [each for each in turn[1:] if not any(each is result for result in results)]
        healed += [said, *results, *lacking, *rest]
    same = len(healed) == len(messages) and all(map(operator.is_, healed, messages))
    return None if same else healed


def in_place_of_all(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Return the update that puts these messages in the place of the whole conversation."""
    return [RemoveMessage(id=REMOVE_ALL_MESSAGES), *messages]


def _turns(messages: Sequence[BaseMessage]) -> Iterator[list[BaseMessage]]:
    """Yield the parts of a conversation that begin where the model speaks, and what is before them."""
    starts = [place for place, message in enumerate(messages) if isinstance(message, AIMessage)]
    bounds = [0, *(place for place in starts if place), len(messages)]
    for start, end in pairwise(bounds):
        if start < end:
            yield list(messages[start:end])


def _lacking(call: Any, waited: bool) -> ToolMessage:
    named = {"id": call["id"], "name": call["name"] or ""}
    return refusal_message(named, WENT_ON) if waited else tool_message(named, BROKEN_OFF, ErrorKind.LOST)
