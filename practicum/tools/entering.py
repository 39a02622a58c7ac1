"""Contexts that take their time to enter and to leave, entered where an event loop runs."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from typing import Any, TypeVar

from practicum.tools.threads import CHORES

T = TypeVar("T")


@asynccontextmanager
async def entered(manager: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Enter a context in a thread, and leave it in one; the context variables that it sets are set here.

    Cancelled while it is entered, it is entered to the end, and left. It hears of no error that ends what is
    done in it.
    """
    context, stack, one_at_a_time = contextvars.copy_context(), ExitStack(), threading.Lock()
    before = dict(context)

    def apart(function: Callable[[], Any]) -> Any:
        with one_at_a_time:  # cancelled twice, it is to be left before it is entered
            return context.run(function)

    try:
        value: T = await CHORES.to_the_end(lambda: apart(lambda: stack.enter_context(manager)))
        changed = [(var, now) for var, now in context.items() if var not in before or before[var] is not now]
        tokens = [(var, var.set(now)) for var, now in changed]
        try:
            yield value
        finally:
            for var, token in tokens:
                var.reset(token)
    finally:
        await CHORES.to_the_end(lambda: apart(stack.close))
