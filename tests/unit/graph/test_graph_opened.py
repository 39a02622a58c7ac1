"""What served graphs are made of: opened once, or while somebody uses it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from practicum.graph.opened import Once, Shared


class Opened:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def test_what_is_opened_once_stays_and_what_fails_is_tried_again() -> None:
    answers: Iterator[Opened | ValueError] = iter([ValueError("not yet"), Opened(), Opened()])

    def open_() -> Opened:
        made = next(answers)
        if isinstance(made, Exception):
            raise made
        return made

    once = Once(open_)
    with pytest.raises(ValueError, match="not yet"):
        once.get()
    first = once.get()
    assert once.get() is first
    assert first.closed == 0


def test_what_is_shared_is_closed_by_the_last_who_leaves_and_opened_anew_after() -> None:
    shared = Shared(Opened)
    first = shared.enter()
    assert shared.enter() is first
    shared.leave()
    assert first.closed == 0
    shared.leave()
    assert first.closed == 1
    assert shared.enter() is not first


async def test_who_is_cancelled_while_it_opens_does_not_stay_a_user() -> None:
    opening, go_on = threading.Event(), threading.Event()
    made: list[Opened] = []

    def open_() -> Opened:
        opening.set()
        go_on.wait(10)
        made.append(Opened())
        return made[-1]

    shared = Shared(open_)
    entering = asyncio.create_task(shared.enter_to_the_end())
    await asyncio.to_thread(opening.wait, 10)
    entering.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await entering
    assert [each.closed for each in made] == [1]
    assert await shared.enter_to_the_end() is made[1]


def test_what_can_not_be_closed_is_opened_anew() -> None:
    class Stuck(Opened):
        def close(self) -> None:
            raise OSError("the disk is gone")

    shared = Shared(Stuck)
    first = shared.enter()
    with pytest.raises(OSError, match="gone"):
        shared.leave()
    assert shared.enter() is not first
