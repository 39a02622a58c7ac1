"""Threads for functions that block: daemons, so that one which never returns holds up no exit.

The threads of asyncio's own executor are joined when the loop and the process end, however long that takes.
"""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

MOST_THREADS = 64
"""Calls at once; a call that never returns keeps its thread, and what comes later than all of them waits."""


class DaemonThreads:
    """Runs functions in at most ``most`` daemon threads, which are started as they are needed."""

    def __init__(self, most: int = MOST_THREADS) -> None:
        self._most = most
        self._waiting: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self._mutex = threading.Lock()
        self._started = 0
        self._free = 0
        """Threads without work, less the work that waits for one."""

    async def run(self, function: Callable[[], T]) -> T:
        """Return what ``function`` returns, or raise what it raises.

        It sees the caller's context variables. Cancelled, it is not begun if it has not been yet;
        else it goes on in its thread, and its result is lost.
        """
        return await asyncio.wrap_future(self._asked(function))

    async def to_the_end(self, function: Callable[[], T]) -> T:
        """Do the same; cancelled, it is done nevertheless, and waited for."""
        return await _undisturbed(asyncio.wrap_future(self._asked(function)))

    def _asked(self, function: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        context = contextvars.copy_context()
        self._waiting.put((future, lambda: context.run(function)))
        self._add_thread()
        return future

    def _add_thread(self) -> None:
        with self._mutex:
            self._free -= 1
            if self._free >= 0 or self._started == self._most:
                return
            self._started += 1
            self._free += 1
        threading.Thread(target=self._work, name=f"tool-{self._started}", daemon=True).start()

    def _work(self) -> None:
        while True:
            future, function = self._waiting.get()
            if future.set_running_or_notify_cancel():
                _settle(future, function)
            # Else the next wait would keep alive whatever the call held.
            del future, function
            with self._mutex:
                self._free += 1


def _settle(future: Future[Any], function: Callable[[], Any]) -> None:
    try:
        result = function()
    except StopIteration as error:  # no future takes it: to a generator it means something else
        future.set_exception(RuntimeError(f"StopIteration: {error}"))
    except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to whoever waits for the call
        future.set_exception(error)
    else:
        future.set_result(result)


THREADS = DaemonThreads()
"""Shared by all tools of the process."""
CHORES = DaemonThreads()
"""For what is done around calls and may take long: a world that is reset, a folder that is copied, a lock
that another process holds. Apart from calls, which may never return."""


async def to_the_end(function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Run what blocks for a moment, such as a write to the disk, in a thread of asyncio's own executor.

    Cancelled, it is done nevertheless: what was executed or tried is recorded even if nobody waits for it.
    """
    loop = asyncio.get_running_loop()
    context = contextvars.copy_context()
    work = loop.run_in_executor(None, lambda: context.run(function, *given, **named))
    return await _undisturbed(work)


async def _undisturbed(work: asyncio.Future[T]) -> T:
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise
