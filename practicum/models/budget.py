"""Limits that the user set on a run: calls and money are reserved before each model call."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from practicum.errors import BudgetSpent

if TYPE_CHECKING:
    from practicum.models.prices import Price

PATIENCE_S = 3600.0


@dataclass
class Budget:
    """Counts model calls, dollars and seconds; a call that could go over is never made.

    Safe to share between tasks and threads.
    """

    max_model_calls: int | None = None
    max_seconds: float | None = None
    """Wall-clock seconds from the first call."""
    max_cost: float | None = None
    """Dollars. Each call must be reserved with the most it can cost."""
    prices: Mapping[str, Price] = field(default_factory=dict)
    """The user's own prices, by the names that models go by."""
    patience_s: float = PATIENCE_S
    """Seconds that a provider which stopped answering is waited for, and asked again now and then."""
    clock: Callable[[], float] = time.monotonic
    spent: float = field(default=0.0, init=False)
    """Dollars, those that are reserved for calls under way included."""
    refused: BudgetSpent | None = field(default=None, init=False, repr=False)
    """Why the last call that found nothing left was not made; None while none was refused."""
    _calls: int = field(default=0, init=False)
    _started: float | None = field(default=None, init=False)
    _under_way: int = field(default=0, init=False)
    _reserved: float = field(default=0.0, init=False)
    """Dollars of `spent` that calls under way may still give back."""
    _waiting: list[Future[None]] = field(default_factory=list, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def calls_left(self) -> int | None:
        """Model calls that may still be made; None without a limit."""
        return None if self.max_model_calls is None else max(0, self.max_model_calls - self._calls)

    @property
    def dollars_left(self) -> float | None:
        """Dollars that are neither spent nor reserved; None without a limit."""
        return None if self.max_cost is None else max(0.0, self.max_cost - self.spent)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the limit; None without one."""
        if self.max_seconds is None:
            return None
        started = self.clock() if self._started is None else self._started
        return max(0.0, started + self.max_seconds - self.clock())

    def reserve(self, most: float = 0.0) -> None:
        """Take one model call from the budget.

        Args:
            most: The dollars that it can cost at most. `settle` gives back what it did not.

        Raises:
            BudgetSpent: nothing is left; what was done so far is kept.
        """
        with self._lock:
            self._require_calls_and_time()
            if not self._affords(most):
                raise self._too_dear(most)
            self._take(most)

    async def ask(self, most: float = 0.0) -> None:
        """Reserve as `reserve` does; wait first for calls under way, where they may cost less than reserved.

        Raises:
            BudgetSpent: nothing is left.
        """
        while (settled := self._taken_or_settled(most)) is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.wrap_future(settled), self.seconds_left)

    def settle(self, most: float, cost: float) -> None:
        """Replace what was reserved for a call by what it cost."""
        with self._lock:
            self.spent += cost - most
            self._under_way -= 1
            self._reserved = self._reserved - most if self._under_way > 0 else 0.0  # no rest of rounding
            waiting, self._waiting = self._waiting, []
        for each in waiting:
            with suppress(InvalidStateError):  # whoever waited was cancelled meanwhile
                each.set_result(None)

    def _taken_or_settled(self, most: float) -> Future[None] | None:
        """Reserve, or return what is done when a call under way was settled."""
        with self._lock:
            self._require_calls_and_time()
            if self._affords(most):
                self._take(most)
                return None
            if not self._affords(most - self._reserved):
                raise self._too_dear(most)
            settled = Future[None]()
            self._waiting.append(settled)
            return settled

    def _require_calls_and_time(self) -> None:
        self._started = self.clock() if self._started is None else self._started
        if self.max_model_calls is not None and self._calls >= self.max_model_calls:
            raise self._refuse(f"{self.max_model_calls} model calls is spent", "--max-model-calls")
        if self.max_seconds is not None and self.clock() - self._started >= self.max_seconds:
            raise self.out_of_time()

    def _affords(self, more: float) -> bool:
        return self.max_cost is None or self.spent + more <= self.max_cost  # not of what is no number

    def _take(self, most: float) -> None:
        self._calls += 1
        self._under_way += 1
        self._reserved += most
        self.spent += most

    def _too_dear(self, most: float) -> BudgetSpent:
        limit = self.max_cost or 0.0
        told = [f"{dollars(most)} at most", f"{dollars(limit - self.spent)} is left"]
        told.append(f"{dollars(self.spent - self._reserved)} is spent")
        if self._reserved:
            told.append(f"{dollars(self._reserved)} is reserved for calls under way")
        return self._refuse(f"{dollars(limit)} can't pay for the next call ({', '.join(told)})", "--max-cost")

    def out_of_time(self) -> BudgetSpent:
        """Return what to raise when the seconds are over."""
        return self._refuse(f"{self.max_seconds:g} seconds is spent", "--max-seconds")

    def _refuse(self, what: str, option: str) -> BudgetSpent:
        self.refused = BudgetSpent(
            f"the budget of {what}; everything done so far is kept",
            f"run the same command again, with a larger {option} if you wish, to go on",
        )
        return self.refused


def dollars(amount: float) -> str:
    """Return an amount as text; four digits after the point where it is less than a dollar."""
    return f"${amount:,.2f}" if amount >= 1 or amount == 0 else f"${amount:.4f}"
