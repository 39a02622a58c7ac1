"""The time a query is an arm's wall time by its queries, however many are answered side by side."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.runner import run
from practicum.evaluation.shared_clock import SharedClock
from practicum.records import Item, Prediction

ITEMS = [Item(id=f"i-{number}", query="q", expected=()) for number in range(8)]


@pytest.mark.parametrize("at_once", [1, 3, 8])
async def test_a_query_takes_as_long_however_many_wait_for_the_same_model(at_once: int) -> None:
    now = 0.0
    queue = asyncio.Lock()
    warmed = []

    async def warm_up() -> None:
        nonlocal now
        now += 60.0
        warmed.append(now)

    async def predict(item: Item) -> Attempted:
        nonlocal now
        await asyncio.sleep(0)
        async with queue:
            now += 2.0
            await asyncio.sleep(0)
        return Attempted(prediction=Prediction(id=item.id), seconds=99.0)

    timed = SharedClock(lambda: now).timing(predict, warm_up)
    found = (await run(ITEMS, timed, concurrency=at_once)).attempts
    assert warmed == [60.0]
    assert sum(each.seconds or 0.0 for each in found) == pytest.approx(2.0 * len(ITEMS))


async def test_what_breaks_leaves_the_clock_and_time_between_items_is_no_ones() -> None:
    now = 0.0
    clock = SharedClock(lambda: now)
    with suppress(ValueError), clock.running():
        now += 1.0
        raise ValueError
    now += 10.0
    with clock.running() as one:
        now += 1.0
        with clock.running() as other:
            now += 1.0
            assert (one(), other()) == (1.5, 0.5)
