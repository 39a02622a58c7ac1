"""Right answers of BFCL, played by who plays the agent's decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from practicum.evaluation.suites.bfcl_multi import MultiTurn
from practicum.evaluation.suites.port import MakeTaskSetup, TaskSetup
from practicum.models.caller import Reply
from practicum.nodes.recollect import Recollection
from practicum.records import ToolCall, ToolSpec, Usage

Turns = Sequence[Sequence[ToolCall]]


def playing(replies: Sequence[Sequence[ToolCall]]) -> MakeTaskSetup:
    """Return an arm that makes these calls, a reply each; a reply without any says that it is done."""
    left = list(replies)

    async def decide(*_: Any, **__: Any) -> Reply:
        calls = tuple(left.pop(0))
        return Reply(text="" if calls else "Done.", calls=calls, usage=Usage(model_calls=1))

    def make_setup(specs: Sequence[ToolSpec]) -> TaskSetup:
        async def recollect(query: str) -> Recollection:
            del query
            return Recollection(tuple(specs))

        return TaskSetup(decide, recollect)

    return make_setup


def playing_turns(turns: Turns) -> MakeTaskSetup:
    """Return an arm that makes the calls of each turn at once, and then says that it is done."""
    return playing([reply for turn in turns for reply in ([turn, ()] if turn else [()])])


def without_last_call(task: MultiTurn) -> list[list[ToolCall]]:
    """Return the known calls of a conversation less the very last."""
    turns = [list(turn) for turn in task.known]
    next(turn for turn in reversed(turns) if turn).pop()
    return turns
