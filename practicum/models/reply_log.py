"""Finished model calls are paid for once: their replies are kept, and given again to the step that asked.

A process may die between a reply and the checkpoint of the step that asked for it. The step is then done
again, by a process that finds the reply here. A call that was under way is made again: nobody knows its
reply.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from langchain_core.messages import BaseMessage, convert_to_openai_messages

from practicum.hostile import redact_as, redact_written
from practicum.models.reply import Reply
from practicum.records import JsonObject, KeptReply, ToolCall, Usage, digest


class ReplyLog(Protocol):
    """Remembers what models replied; what it remembers is on the disk when it returns."""

    def reply(self, key: str) -> JsonObject | None:
        """Return what the model call with this key came to, if it was finished."""
        ...

    def remember_reply(self, key: str, reply: JsonObject) -> None:
        """Remember it; the first reply of a key counts."""
        ...


_STEP: ContextVar[tuple[str, Counter[str]] | None] = ContextVar("step", default=None)
"""The step of the work that is being done, and how often it asked for each thing so far."""


@contextmanager
def asking_for(step: str) -> Iterator[None]:
    """Give the model calls inside a place in the work, by which they are known when it is done again.

    Args:
        step: Names it; the same each time that it is done again, and different for every other one.
    """
    token = _STEP.set((step, Counter()))
    try:
        yield
    finally:
        _STEP.reset(token)


def key_of(messages: Sequence[BaseMessage], *options: Any) -> str | None:
    """Return the key of the call that is about to be made; None outside of `asking_for`.

    It depends on the step, on everything that is sent, and, where a step asks for the same thing several
    times, on which of them this is. So what another version would ask is another call.
    """
    step = _STEP.get()
    if step is None:
        return None
    name, asked = step
    what = digest(convert_to_openai_messages(list(messages)), list(options), length=64)
    asked[what] += 1
    return digest("reply", name, what, asked[what], length=32)


async def once(log: ReplyLog | None, key: str | None, ask: Callable[[], Awaitable[Reply]]) -> Reply:
    """Return the reply that the log knows, else the one that is asked for now, which it then knows."""
    if log is None or key is None:
        return await ask()
    known = await asyncio.to_thread(log.reply, key)
    if known is not None:
        return _read(known)
    reply = await ask()
    # In a thread: it waits for the disk, and other calls need not. Cancelled, it is written all the same.
    await asyncio.shield(asyncio.to_thread(log.remember_reply, key, _written(reply)))
    return reply


def _written(reply: Reply) -> JsonObject:
    """The reply as it may be stored: as graph state is, without the secrets that a model was shown."""
    stored: JsonObject = redact_as(
        KeptReply,
        {
            "text": reply.text,
            "calls": [call.as_dict() for call in reply.calls],
            "unreadable": reply.unreadable,
            "structured": reply.structured,
        },
        redact_written,
    )
    return {**stored, "usage": reply.usage.as_dict()}


def _read(stored: JsonObject) -> Reply:
    return Reply(
        text=stored["text"],
        calls=tuple(ToolCall.from_dict(call) for call in stored["calls"]),
        unreadable=stored["unreadable"],
        structured=stored["structured"],
        usage=Usage.from_dict(stored["usage"]),
    )
