"""A budget that another process keeps: it is asked before each call, so that no worker can overspend it."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from practicum.errors import BudgetSpent
from practicum.graph.workers.messages import BudgetReply, BudgetRequest, Settled
from practicum.graph.workers.outbox import Outbox
from practicum.models.budget import Budget
from practicum.models.prices import Price


@dataclass(frozen=True)
class BudgetLimits:
    """What a budget allows, in a form that can be sent."""

    max_model_calls: int | None
    max_seconds: float | None
    max_cost: float | None
    prices: Mapping[str, Price]

    @classmethod
    def of(cls, budget: Budget) -> BudgetLimits | None:
        """Return the limits of a budget; None for one that allows everything."""
        limits = (budget.max_model_calls, budget.max_seconds, budget.max_cost)
        return None if limits == (None, None, None) else cls(*limits, dict(budget.prices))


@dataclass
class AskedBudget(Budget):
    """The worker's side: every reservation is a question, and waits for its answer."""

    def __post_init__(self) -> None:
        self._outbox = Outbox()
        self._numbers = itertools.count(1)
        self._open: dict[int, asyncio.Future[BudgetReply]] = {}
        self._until: float | None = None

    @classmethod
    def of(cls, limits: BudgetLimits, outbox: Outbox) -> Self:
        """Return a budget of these limits that asks through this outbox."""
        made = cls(limits.max_model_calls, limits.max_seconds, limits.max_cost, limits.prices)
        made._outbox = outbox
        return made

    async def ask(self, most: float = 0.0) -> None:
        number = next(self._numbers)
        answered: asyncio.Future[BudgetReply] = asyncio.get_running_loop().create_future()
        self._open[number] = answered
        self._outbox.put(BudgetRequest(number, most))
        try:
            answer = await answered
        finally:
            del self._open[number]
        if answer.refused is not None:
            raise BudgetSpent(*answer.refused)
        left = answer.seconds_left
        self._until = None if left is None else time.monotonic() + left

    def answered(self, number: int, answer: BudgetReply) -> None:
        """Let the call go on that asked this; one that was given up has no use for it."""
        waiting = self._open.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def settle(self, most: float, cost: float) -> None:
        if most or cost:
            self._outbox.put(Settled(most, cost))

    @property
    def seconds_left(self) -> float | None:
        return None if self._until is None else max(0.0, self._until - time.monotonic())
