"""A provider that stopped answering is waited for, one call asking for all; one it stumbles over is not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from chat_service import refused, said, served
from http_service import Listener, Reply, Sent, listening
from langchain_core.exceptions import ModelAPIError, ModelAuthenticationError, ModelConnectionError
from langchain_core.messages import HumanMessage

from practicum.errors import BudgetSpent, ModelRefused, ProviderError
from practicum.models.attempts import Attempts
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.models.outage import AWAY_AFTER, Outage
from practicum.models.waiting import Hold

ASK = [HumanMessage("How much?")]
ATTEMPTS = 4


class OverloadedError(ModelAPIError):
    status_code = 503


class FailedError(ModelAPIError):
    status_code = 500


@dataclass
class Provider:
    """Answers, or does not, on a clock that moves only where somebody waits."""

    patience_s: float = 600.0
    away_until: float = 0.0
    """On the clock."""
    fault: Exception = field(default_factory=OverloadedError)
    stumbles_over: int = 0
    """So many answers are a plain failure."""
    now: float = 0.0
    asked: int = 0
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        outage = Outage("it", self.patience_s, self.pause, clock=lambda: self.now, tell=self.told.append)
        self.attempts = Attempts(
            at_once=8, attempts=ATTEMPTS, longest_wait_s=1, hold=Hold(), outage=outage, pause=self.pause
        )

    async def pause(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    async def reply(self) -> str:
        self.asked += 1
        await asyncio.sleep(0)
        if self.now < self.away_until:
            raise self.fault
        if self.stumbles_over:
            self.stumbles_over -= 1
            raise FailedError("over this one")
        return "here"

    async def stumble(self) -> str:
        """A call that it can't answer, though it answers others."""
        self.asked += 1
        raise ModelConnectionError("cut off")

    def ask(self) -> Any:
        return self.attempts.result(self.reply)


async def test_calls_during_an_outage_end_when_it_does_and_one_of_them_asks_for_all() -> None:
    provider = Provider()
    assert await provider.ask() == "here"
    provider.away_until = 300.0
    assert await asyncio.gather(*[provider.ask() for _ in range(20)]) == ["here"] * 20
    assert 300.0 <= provider.now < 400.0
    probes = 10  # 5, 10, 20, 40 and then 60 seconds apart
    # Each of the twenty found out by itself, at most; afterwards nobody asks twice.
    assert provider.asked <= 1 + 20 * ATTEMPTS + probes + 20
    began, ended = provider.told
    assert began.startswith("it has stopped answering: it is asked again now and then, for up to ")
    assert ended == "it answers again"


async def test_an_outage_longer_than_the_patience_is_the_users() -> None:
    provider = Provider()
    await provider.ask()
    provider.away_until = 10_000.0
    ends = await asyncio.gather(*[provider.ask() for _ in range(5)], return_exceptions=True)
    assert len(ends) == 5
    for end in ends:
        assert isinstance(end, ModelRefused)
        assert end.message.startswith("it has not answered for 10 minutes (OverloadedError)")
        assert end.message.endswith("; everything done so far is kept")
        assert "run the same command again" in end.fix
    assert 500.0 < provider.now <= 600.0, "nobody waits longer, nor much shorter"
    assert len(provider.told) == 1


async def test_what_one_call_alone_stumbles_over_fails_that_call() -> None:
    provider = Provider()
    await provider.ask()
    for _ in range(5):
        with pytest.raises(ModelConnectionError, match="cut off"):
            await provider.attempts.result(provider.stumble)
        assert await provider.ask() == "here"
    assert provider.told == []


async def test_a_failure_that_may_be_about_the_request_is_no_outage() -> None:
    provider = Provider(fault=FailedError("no"))
    await provider.ask()
    provider.away_until = 10_000.0
    for _ in range(2 * AWAY_AFTER):
        with pytest.raises(ModelAPIError):
            await provider.ask()
    assert provider.told == []


@pytest.mark.parametrize("never_reached", [True, False])
async def test_a_provider_that_never_answered_and_one_nobody_waits_for_fail_at_once(
    never_reached: bool,
) -> None:
    provider = Provider(patience_s=600.0 if never_reached else 0.0)
    if not never_reached:
        await provider.ask()
    provider.away_until = 10_000.0
    for _ in range(AWAY_AFTER):
        with pytest.raises(OverloadedError):
            await provider.ask()
    assert provider.now < 200.0
    assert provider.told == []


async def begin_outage(provider: Provider, calls: int) -> list[asyncio.Task[str]]:
    """Some calls that wait for a provider which went away, and will not come back by itself."""
    await provider.ask()
    provider.away_until = 10_000.0
    waiting = [asyncio.create_task(provider.ask()) for _ in range(calls)]
    for _ in range(10_000):
        if provider.told:
            return waiting
        await asyncio.sleep(0)
    raise AssertionError("nobody waits")


async def test_what_is_no_outage_any_more_ends_the_waiting_of_all_at_once() -> None:
    provider = Provider()
    waiting = await begin_outage(provider, 16)
    provider.fault = type("Refused", (ModelAuthenticationError,), {"status_code": 401})("another key, please")
    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(end) for end in ends} == {type(provider.fault)}
    assert provider.now < 120.0


async def test_a_call_that_the_server_stumbles_over_does_not_hold_up_the_others_when_it_is_back() -> None:
    provider = Provider()
    waiting = await begin_outage(provider, 6)
    provider.stumbles_over, provider.away_until = 1, 0.0
    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(isinstance(end, FailedError) for end in ends) <= 1
    assert [end for end in ends if not isinstance(end, FailedError)].count("here") >= 5
    assert provider.now < 200.0


async def test_a_call_that_is_given_up_lets_the_next_one_ask() -> None:
    provider = Provider()
    calls = await begin_outage(provider, 4)
    for each in calls[:3]:
        each.cancel()
    provider.away_until = 0.0
    others = await asyncio.gather(*calls, return_exceptions=True)
    assert others[3] == "here"


async def test_a_limit_that_one_call_alone_exceeds_breaks_it_however_slow_the_others_are() -> None:
    too_large = type("TooLargeError", (ModelAPIError,), {"status_code": 429})("too large for the limit")
    provider = Provider(fault=too_large)
    await provider.ask()

    async def ask_for_too_much() -> str:
        raise too_large

    for _ in range(3):
        with pytest.raises(ModelAPIError, match="too large"):
            await provider.attempts.result(ask_for_too_much)
        await provider.ask()
    assert provider.told == []


async def test_failures_long_ago_are_none_of_todays_outage() -> None:
    provider = Provider(fault=type("Between", (ModelAPIError,), {"status_code": 502})("bad gateway"))
    await provider.ask()
    for began in (0.0, 7200.0):
        provider.now, provider.away_until = began, began + 1000.0
        with pytest.raises(ModelAPIError):
            await provider.ask()
    assert provider.told == []


@pytest.fixture
def service(socket_enabled: None) -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def failing(first: int, count: int, reply: Reply) -> Any:
    """Answers, but for so many requests from the ``first``."""
    numbers = iter(range(1, 1000))

    def answer(_: Sent) -> Reply:
        return reply if first <= next(numbers) < first + count else said("here")

    return answer


async def ask_many(service: Listener, calls: int, **options: Any) -> tuple[list[Any], list[float]]:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    model = ModelCaller(served(service.url), name="served", sleep=sleep, **options)
    await model.call(ASK)
    return await asyncio.gather(*[model.call(ASK) for _ in range(calls)], return_exceptions=True), waited


async def test_an_overloaded_server_is_waited_for_through_the_client(
    service: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    service.reply = failing(2, 16, refused(503))
    with caplog.at_level(logging.WARNING, "practicum"):
        replies, waited = await ask_many(service, 3, budget=Budget())
    assert [reply.text for reply in replies] == ["here"] * 3
    assert max(waited) >= 5.0
    assert [record.message[:30] for record in caplog.records] == [
        "served has stopped answering: ",
        "served answers again",
    ]


async def test_without_a_budget_as_an_agent_is_served_nobody_waits(service: Listener) -> None:
    service.reply = failing(2, 1000, refused(503))
    replies, waited = await ask_many(service, 3)
    assert [isinstance(reply, ProviderError) for reply in replies] == [True] * 3
    assert max(waited) < 5.0


async def test_a_server_that_wants_to_be_left_alone_for_long_is_left_alone(service: Listener) -> None:
    service.reply = failing(2, 2, refused(429, retry_after="300"))
    replies, waited = await ask_many(service, 2, budget=Budget())
    assert [reply.text for reply in replies] == ["here"] * 2
    assert max(waited) >= 300


async def test_for_longer_than_the_patience_it_is_the_users(service: Listener) -> None:
    service.reply = failing(2, 1000, refused(429, retry_after="3000"))
    replies, _ = await ask_many(service, 1, budget=Budget(patience_s=900))
    (end,) = replies
    assert isinstance(end, ModelRefused)
    assert end.message.startswith("served asks to be left alone for 50 minutes (")
    assert "PRACTICUM_MODEL_PATIENCE" in end.fix


async def test_a_budget_of_seconds_ends_the_waiting(service: Listener) -> None:
    service.reply = failing(2, 1000, refused(503))
    moments = iter(range(10_000))
    budget = Budget(max_seconds=40, clock=lambda: float(next(moments)))
    replies, _ = await ask_many(service, 3, budget=budget)
    assert [isinstance(reply, BudgetSpent) for reply in replies] == [True] * 3
