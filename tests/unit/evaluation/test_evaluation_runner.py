import asyncio

import pytest

from practicum.errors import BudgetSpent, ProviderError, SetupError
from practicum.evaluation import Attempted, run
from practicum.evaluation.runner import side_by_side
from practicum.models.budget import Budget
from practicum.records import Item, Prediction, Usage

ITEMS = [Item(id=str(number), query="q", expected=()) for number in range(6)]


def answer(item: Item) -> Attempted:
    return Attempted(prediction=Prediction(id=item.id), usage=Usage(model_calls=1, prompt_tokens=3))


async def test_attempts_stand_in_the_order_of_the_items_whoever_ends_first() -> None:
    async def predict(item: Item) -> Attempted:
        for _ in range(6 - int(item.id)):
            await asyncio.sleep(0)
        return answer(item)

    seen: list[tuple[int, int]] = []
    results = await run(
        ITEMS, predict, concurrency=6, on_progress=lambda done, total, _: seen.append((done, total))
    )
    assert [attempt.id for attempt in results.attempts] == [item.id for item in ITEMS]
    assert seen == [(number, 6) for number in range(1, 7)]
    assert results.usage == Usage(model_calls=6, prompt_tokens=18)


async def test_never_more_items_are_in_flight_than_allowed() -> None:
    running, most = 0, 0

    async def predict(item: Item) -> Attempted:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return answer(item)

    await run(ITEMS, predict, concurrency=2)
    assert most == 2


async def test_a_provider_error_breaks_its_item_only() -> None:
    async def predict(item: Item) -> Attempted:
        if item.id == "2":
            raise ProviderError("503")
        return answer(item)

    results = await run(ITEMS, predict, concurrency=3)
    assert [(attempt.id, attempt.broken) for attempt in results.broken] == [("2", "503")]
    assert [prediction.id for prediction in results.predictions] == ["0", "1", "3", "4", "5"]


async def test_another_error_stops_everything_and_is_raised_as_itself() -> None:
    cancelled: list[str] = []
    done: list[str] = []

    async def predict(item: Item) -> Attempted:
        if item.id == "0":
            return answer(item)
        if item.id == "1":
            raise SetupError("the key is wrong", "export another")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(item.id)
            raise
        return answer(item)

    with pytest.raises(SetupError):
        await run(ITEMS, predict, concurrency=3, on_progress=lambda _n, _of, attempt: done.append(attempt.id))
    assert done == ["0"]
    assert sorted(cancelled) == ["2", "3"]


async def test_a_spent_budget_loses_no_answer_that_is_on_its_way() -> None:
    done: list[str] = []

    async def predict(item: Item) -> Attempted:
        if item.id == "1":
            await asyncio.sleep(0)
            raise BudgetSpent("100 model calls are spent", "raise --max-model-calls")
        for _ in range(5):
            await asyncio.sleep(0)
        return answer(item)

    with pytest.raises(BudgetSpent, match="spent: 2 of 6 items"):
        await run(ITEMS, predict, concurrency=3, on_progress=lambda _n, _of, attempt: done.append(attempt.id))
    # Those in flight end; none is begun any more.
    assert sorted(done) == ["0", "2"]


async def test_a_budget_too_small_for_one_item_is_told_of() -> None:
    async def predict(item: Item) -> Attempted:
        raise BudgetSpent(f"spent at {item.id}", "run the same command again")

    with pytest.raises(BudgetSpent, match="0 of 6 items") as spent:
        await run(ITEMS, predict, concurrency=1)
    assert "not one item" in spent.value.fix


def test_no_more_items_run_side_by_side_than_can_end_within_the_budget() -> None:
    limited = Budget(max_model_calls=90)
    assert side_by_side(16, None, 21) == 16
    assert side_by_side(16, Budget(), 21) == 16
    assert side_by_side(16, limited, 1) == 16
    assert side_by_side(16, limited, 21) == 4
    limited.reserve()
    assert side_by_side(16, limited, 45) == 1
    assert side_by_side(16, Budget(max_model_calls=0), 45) == 1


async def test_cancellation_awaits_what_is_in_flight() -> None:
    cleaned: list[str] = []
    started = asyncio.Event()

    async def predict(item: Item) -> Attempted:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append(item.id)
        return answer(item)

    task = asyncio.create_task(run(ITEMS, predict, concurrency=2))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(cleaned) == ["0", "1"]
    assert len(asyncio.all_tasks()) == 1


async def test_an_answer_to_another_item_is_a_bug_and_raised() -> None:
    async def predict(_item: Item) -> Attempted:
        return answer(ITEMS[5])

    with pytest.raises(ValueError, match="when asked for '0'"):
        await run(ITEMS, predict, concurrency=1)


async def test_no_items_and_no_concurrency() -> None:
    async def predict(item: Item) -> Attempted:
        return answer(item)

    assert (await run([], predict, concurrency=4)).attempts == ()
    with pytest.raises(SetupError, match="concurrency is 0"):
        await run(ITEMS, predict, concurrency=0)
