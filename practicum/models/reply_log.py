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
from dataclasses import dataclass, field
from time import monotonic
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


@dataclass
class Asking:
    """A step of the work that asks models."""

    step: str
    asked: Counter[str] = field(default_factory=Counter)
    """How often it asked for each thing so far."""
    known_s: float = 0.0
    """What the replies took that were known, in seconds, when they came."""
    is_new: bool = False
    """Whether it is done for the first time for certain: then no reply can be known."""


_STEP: ContextVar[Asking | None] = ContextVar("step", default=None)
"""The step that is being done."""


@contextmanager
def asking_for(step: str, *, is_new: bool = False) -> Iterator[Asking]:
    """Give the model calls inside a place in the work, by which they are known when it is done again.

    Args:
        step: Names it; the same each time that it is done again, and different for every other one.
        is_new: Whether it is certain that it was never done before; then replies are not looked for.
    """
    asking = Asking(step, is_new=is_new)
    token = _STEP.set(asking)
    try:
        yield asking
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
    what = digest(convert_to_openai_messages(list(messages)), list(options), length=64)
    step.asked[what] += 1
    return digest("reply", step.step, what, step.asked[what], length=32)


async def once(log: ReplyLog | None, key: str | None, ask: Callable[[], Awaitable[Reply]]) -> Reply:
    """Return the reply that the log knows, else the one that is asked for now, which it then knows."""
    if log is None or key is None:
        return await ask()
    step = _STEP.get()
    known = None if step is not None and step.is_new else await asyncio.to_thread(log.reply, key)
    if known is not None:
        if step is not None:
            step.known_s += known.get("seconds", 0.0)
        return _read(known)
    began = monotonic()
    reply = await ask()
    took = monotonic() - began
    # In a thread: it waits for the disk, and other calls need not. Cancelled, it is written all the same.
    await asyncio.shield(asyncio.to_thread(log.remember_reply, key, _written(reply, took)))
    return reply


def _written(reply: Reply, seconds: float) -> JsonObject:
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
    return {**stored, "usage": reply.usage.as_dict(), "seconds": round(seconds, 3)}


def _read(stored: JsonObject) -> Reply:
    return Reply(
        text=stored["text"],
        calls=tuple(ToolCall.from_dict(call) for call in stored["calls"]),
        unreadable=stored["unreadable"],
        structured=stored["structured"],
        usage=Usage.from_dict(stored["usage"]),
    )
