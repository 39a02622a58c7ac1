"""Coroutines run either way: awaited in the caller's loop, or waited for while a loop of ours runs them."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any, TypeVar

from langchain_core.runnables import Runnable

from practicum.tools.loop_thread import LoopThread

S = TypeVar("S")
T = TypeVar("T")


class BothWays(Runnable[S, T]):
    """A coroutine function as a step of a graph that is run by ``invoke`` or by ``ainvoke``.

    LangGraph takes functions that do one or the other; LangChain's `RunnableLambda` does both, and would add
    a run to each trace.
    """

    def __init__(self, work: Callable[[S], Coroutine[Any, Any, T]]) -> None:
        """Take the function."""
        self._work = work
        self.name = getattr(work, "__name__", None)

    def invoke(self, input: S, config: Any = None, **_: Any) -> T:  # noqa: A002, ARG002 - the port's
        return run_here(self._work(input))

    async def ainvoke(self, input: S, config: Any = None, **_: Any) -> T:  # noqa: A002, ARG002 - the port's
        return await self._work(input)


def run_here(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine from synchronous code, whether or not this thread has a running loop.

    All of them run in one loop, since a client of a model keeps connections that no other loop can use.
    """
    ours = _loop_of(os.getpid())
    return _apart(work) if ours.is_here else ours.wait(work)


def _apart(work: Coroutine[Any, Any, T]) -> T:
    """Run what the loop's own thread waits for, as where a tool that is a coroutine runs another agent."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor
    from contextvars import copy_context

    run: Callable[..., T] = copy_context().run
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(run, asyncio.run, work).result()


@cache
def _loop_of(process: int) -> LoopThread:
    """The loop of this process: a fork has its parent's memory, and not its threads."""
    del process
    return LoopThread("practicum-sync")
