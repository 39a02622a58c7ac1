"""What served graphs are made of: opened once, or while somebody uses it."""

from __future__ import annotations

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
