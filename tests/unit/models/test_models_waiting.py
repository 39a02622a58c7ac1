"""A provider that says how long to wait is waited for; one that says nothing, a little longer each time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from chat_service import in_turn, refused, said, served
from http_service import Listener, Reply, listening
from langchain_core.messages import HumanMessage

from practicum.errors import BudgetSpent, ProviderError, SetupError
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.models.waiting import Hold

ASK = [HumanMessage("How much?")]


@pytest.fixture
def service(socket_enabled: None) -> Iterator[Listener]:
    with listening() as listener:
        yield listener


async def waits(service: Listener, *replies: Reply, **options: Any) -> list[float]:
    """Ask once, and return the waits between attempts; no time passes."""
    service.reply = in_turn(*replies)
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    model = ModelCaller(served(service.url), name="served", sleep=sleep, **options)
    assert (await model.call(ASK)).text == "at last"
    return waited


async def test_retry_after_is_waited_for_with_some_jitter_on_top(service: Listener) -> None:
    limited = refused(429, retry_after="20")
    waited = await waits(service, limited, limited, said("at last"))
    assert len(service.sent) == 3
    assert len(waited) == 2
    assert all(20 <= each <= 25 for each in waited)
    assert waited[0] != waited[1]


async def test_a_wait_longer_than_ours_is_waited_for_all_the_same(service: Listener) -> None:
    (waited,) = await waits(service, refused(429, retry_after="90"), said("at last"), longest_wait_s=5)
    assert 90 <= waited <= 112.5


async def test_milliseconds_and_dates_are_understood_and_an_overloaded_server_is_waited_for(
    service: Listener,
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    waited = await waits(
        service, refused(429, retry_after_ms="1500"), refused(503, retry_after=date), said("at last")
    )
    assert 1.5 <= waited[0] <= 1.875
    assert 50 <= waited[1] <= 75


@pytest.mark.parametrize("told", [None, "soon", "-3", "nan", "inf"])
async def test_without_a_wait_that_can_be_read_waits_grow_up_to_a_bound(
    service: Listener, told: str | None
) -> None:
    limited = refused(429) if told is None else refused(429, retry_after=told)
    waited = await waits(service, *[limited] * 5, said("at last"), attempts=6, longest_wait_s=2)
    assert len(waited) == 5
    assert all(0 <= each <= bound for each, bound in zip(waited, (1, 2, 2, 2, 2), strict=True))


async def test_no_wait_is_begun_that_the_budget_would_not_see_the_end_of(service: Listener) -> None:
    service.reply = in_turn(refused(429, retry_after="100"), said("at last"))
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    model = ModelCaller(served(service.url), name="served", sleep=sleep, budget=Budget(max_seconds=60))
    with pytest.raises(BudgetSpent, match="60"):
        await model.call(ASK)
    assert waited == []


async def test_a_provider_that_wants_an_hour_is_not_asked_again_and_the_trial_says_so(
    service: Listener,
) -> None:
    with pytest.raises(ProviderError, match="asks to wait 3600 s before it is called again"):
        await waits(service, refused(429, retry_after="3600"))
    assert len(service.sent) == 1


async def test_a_call_that_outlasts_the_seconds_is_cut_off(service: Listener) -> None:
    answered = threading.Event()
    service.reply = lambda _: said("late") if answered.wait(30) else refused(500)
    moments = iter([0.0, 0.0])  # the first call, and what is left of its time then
    budget = Budget(max_seconds=100, clock=lambda: next(moments, 99.99))
    try:
        with pytest.raises(BudgetSpent, match="the budget of 100 seconds is spent"):
            await ModelCaller(served(service.url), name="served", budget=budget).call(ASK)
    finally:
        answered.set()


async def test_what_a_provider_says_to_one_call_holds_everyones(service: Listener) -> None:
    service.reply = in_turn(refused(429, retry_after="20"), said("mine"), said("another's"), said("later"))
    mine: list[float] = []
    others: list[float] = []

    def sleeping(waits: list[float]) -> ModelCaller:
        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        return ModelCaller(served(service.url), name="served", sleep=sleep)

    assert (await sleeping(mine).call(ASK)).text == "mine"
    assert (await sleeping(others).call(ASK)).text == "another's"
    assert len(mine) == 1, "who was told waits once, not twice"
    assert len(others) == 1
    assert 15 < others[0] <= 25

    async def unheld(seconds: float) -> None:
        raise AssertionError(f"another provider waits {seconds} s")

    with listening() as another:
        another.reply = said("at once")
        elsewhere = ModelCaller(served(another.url), name="served", sleep=unheld)
        assert (await elsewhere.call(ASK)).text == "at once"


def test_a_hold_only_moves_on() -> None:
    now = 100.0
    hold = Hold(clock=lambda: now)
    assert hold.left == 0
    hold.tell(20)
    hold.tell(5)
    assert (hold.until, hold.left) == (120.0, 20.0)
    now = 121.0
    assert hold.left == 0


async def test_a_spent_quota_is_the_users_at_once_though_its_status_is_that_of_a_passing_limit(
    service: Listener,
) -> None:
    body = json.dumps({"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}})
    spent = Reply(429, body.encode(), {"content-type": "application/json"})
    with pytest.raises(SetupError, match="the quota of served is spent") as refusal:
        await waits(service, spent)
    assert len(service.sent) == 1
    assert "add credit" in refusal.value.fix
