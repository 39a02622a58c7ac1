"""Items begin only where a budget of money can let them end."""

from __future__ import annotations

import asyncio

import pytest

from practicum.errors import BudgetSpent
from practicum.evaluation import Attempted, run
from practicum.evaluation.pace import Pace
from practicum.models.budget import Budget
from practicum.records import Item, Prediction

CALLS = 5
"""Model calls an item; a dollar each."""
ITEMS = [Item(id=str(number), query="q", expected=()) for number in range(20)]


class Measured:
    """Answers items with several paid calls each, and counts those that began and ended."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.began = self.ended = self.running = self.most = 0

    async def __call__(self, item: Item) -> Attempted:
        self.began += 1
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for _ in range(CALLS):
                self.budget.reserve(2.0)
                await asyncio.sleep(0)
                self.budget.settle(2.0, 1.0)
        finally:
            self.running -= 1
        self.ended += 1
        return Attempted(prediction=Prediction(id=item.id))


async def test_of_a_small_budget_all_but_the_last_item_that_began_end() -> None:
    asked = Measured(Budget(max_cost=33.0))
    with pytest.raises(BudgetSpent, match="6 of 20 items"):
        await run(ITEMS, asked, concurrency=16, pace=Pace(asked.budget, CALLS))
    assert (asked.began, asked.ended) == (7, 6)
    assert asked.budget.spent <= 33.0


async def test_a_large_budget_holds_back_only_the_start() -> None:
    asked = Measured(Budget(max_cost=10_000.0))
    await run(ITEMS, asked, concurrency=16, pace=Pace(asked.budget, CALLS))
    assert (asked.ended, asked.most) == (20, 16)


@pytest.mark.parametrize(("budget", "calls"), [(None, CALLS), (Budget(), CALLS), (Budget(max_cost=1.0), 1)])
async def test_nothing_is_held_back_without_a_limit_or_where_an_item_is_one_call(
    budget: Budget | None, calls: int
) -> None:
    pace = Pace(budget, calls)
    at_once = 0
    async with pace.item(), asyncio.timeout(5), pace.item():
        at_once = 2
    assert at_once == 2


async def test_an_item_that_waits_may_be_cancelled() -> None:
    pace = Pace(Budget(max_cost=1.0), CALLS)

    async def wait() -> None:
        async with pace.item():
            raise AssertionError("nothing is known of what an item costs")

    async with pace.item():
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
