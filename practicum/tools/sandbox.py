"""A world of their own for tools that change something: made anew for each episode, then thrown away."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from practicum.errors import SetupError

State = TypeVar("State")


class Sandbox(Generic[State]):
    """State that tools share and change; episodes that run side by side each have their own.

    A tool asks for `current` before it leaves the episode's context (a thread may have another one).
    """

    alone = False
    """Whether there is one state only, so that episodes in it have to follow each other."""
    copies = True
    """Whether `aside` works on a copy; else what is tried there stays, until the state is made anew."""
    can_be_renewed = False
    """Whether `renew` makes the state of the episode at hand anew."""
    resets: bool = True
    """Whether each episode begins with the same state; not so where it only is a way to a state elsewhere."""

    def __init__(self, make: Callable[[int], State]) -> None:
        """Take what makes a fresh state from a seed; equal seeds make equal states."""
        self._make = make
        self._current: ContextVar[State] = ContextVar("sandbox")

    @contextmanager
    def episode(self, seed: int) -> Iterator[State]:
        """Let the tools work on a fresh state, until the episode ends."""
        with self.holding(self._make(seed)) as state:
            yield state

    @contextmanager
    def holding(self, state: State) -> Iterator[State]:
        """Let the tools work on this state: an evaluation's items bring their own."""
        token = self._current.set(state)
        try:
            yield state
        finally:
            self._current.reset(token)

    @contextmanager
    def aside(self) -> Iterator[State]:
        """Let the tools work on a copy, which is then thrown away: what is only tried out changes nothing."""
        with self.holding(copy.deepcopy(self.current)) as state:
            yield state

    @property
    def shared(self) -> Sandbox[Any]:
        """What episodes take turns in, where there is one state only."""
        return self

    def renew(self, seed: int) -> None:
        """Make the state of the episode at hand anew, where it can't be copied; else there is no need."""
        del seed

    async def ready(self) -> None:
        """Make the state ready for a call; what that takes does not count as the call's time."""

    @property
    def entered(self) -> bool:
        """Whether an episode has begun here."""
        return self._current.get(None) is not None

    @property
    def current(self) -> State:
        """The state of the episode at hand.

        Raises:
            SetupError: no episode has begun.
        """
        try:
            return self._current.get()
        except LookupError:
            raise SetupError("no episode has begun in this sandbox", "enter `episode` first") from None
