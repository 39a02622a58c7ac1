"""Runs a model over items, several at a time; one broken item never stops the others."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence

from practicum.errors import BudgetSpent, ProviderError, SetupError
from practicum.evaluation.attempts import Attempted, Results
from practicum.evaluation.pace import Pace
from practicum.models.budget import Budget
from practicum.records import Item, Prediction
from practicum.tools.do_all import do_all

Predict = Callable[[Item], Awaitable[Attempted]]
OnAttempt = Callable[[int, int, Attempted], None]
"""Called after each item: how many are done, of how many, and the attempt just ended."""


async def run(
    items: Sequence[Item],
    predict: Predict,
    *,
    concurrency: int,
    on_progress: OnAttempt | None = None,
    pace: Pace | None = None,
) -> Results:
    """Let ``predict`` answer all items, at most ``concurrency`` at a time.

    The attempts stand in the order of the items. A `ProviderError` makes its item
    broken; any other error, and cancellation, first stops and awaits everything still
    in flight and is then raised. What was done until then has been passed to
    ``on_progress``. ``pace`` holds items back that a budget of money could not let end.

    Raises:
        SetupError: If ``concurrency`` is less than 1.
        BudgetSpent: Nothing is left of a budget; says how many items were answered. What is in flight
            then, and paid for, is awaited first.
    """
    if concurrency < 1:
        raise SetupError(f"concurrency is {concurrency}", "use 1 or more")
    pace = pace or Pace()
    done: dict[int, Attempted] = {}
    # One iterator for all workers: each takes the next item when it is free.
    queue = iter(enumerate(items))
    spent: list[BudgetSpent] = []

    async def work(queue: Iterator[tuple[int, Item]], pace: Pace) -> None:
        for place, item in queue:
            async with pace.item():
                if spent:
                    return
                try:
                    done[place] = await _attempt(item, predict)
                except BudgetSpent as error:
                    spent.append(error)
                    return
            if on_progress is not None:
                on_progress(len(done), len(items), done[place])

    await do_all([work(queue, pace) for _ in range(min(concurrency, len(items)))])
    if spent:
        answered = sum(attempt.broken is None for attempt in done.values())
        none = "allow more: not one item could be answered within this limit"
        message = f"{spent[0].message}: {answered} of {len(items)} items"
        raise BudgetSpent(message, spent[0].fix if answered else none) from spent[0]
    return Results(attempts=tuple(done[place] for place in range(len(items))))


def side_by_side(concurrency: int, budget: Budget | None, most_calls: int) -> int:
    """Return how many items may run at a time, so that those that have begun can end within the budget.

    An item that makes many calls is kept only once it has ended: with a small budget spread over many of
    them, none might end, and the next run would pay for all of them again.

    Args:
        concurrency: How many may run at a time where calls are no matter.
        budget: Limits on model calls; None for none. A limit on money is `Pace`'s.
        most_calls: Model calls that an item can take.
    """
    left = budget.calls_left if budget is not None else None
    return concurrency if left is None else min(concurrency, max(1, left // most_calls))


async def _attempt(item: Item, predict: Predict) -> Attempted:
    started = time.perf_counter()
    try:
        attempt = await predict(item)
    except ProviderError as error:
        return Attempted(
            prediction=Prediction(id=item.id),
            seconds=time.perf_counter() - started,
            broken=str(error) or type(error).__name__,
        )
    if attempt.id != item.id:
        raise ValueError(f"predict answered {attempt.id!r} when asked for {item.id!r}")
    return attempt
