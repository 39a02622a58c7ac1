"""Money: what a call can cost is reserved before it is made, and replaced by what the provider counted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from chat_service import in_turn, refused, said, served
from http_service import Listener, Reply, Sent, listening
from langchain_core.messages import HumanMessage

from practicum.errors import BudgetSpent, ProviderError, SetupError
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.models.metering import ADDED_TOKENS, REPLY_TOKENS, make_meter
from practicum.models.prices import FREE, FlatPrice, price_of_spec, read_prices
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.records import JsonObject, Usage

ASK = [HumanMessage("How much?")]
PRICE = FlatPrice(1.0, 2.0)
SCHEMA: JsonObject = {
    "title": "Verdict",
    "description": "Whether it is.",
    "type": "object",
    "properties": {"solved": {"type": "boolean"}},
    "required": ["solved"],
    "additionalProperties": False,
}


@pytest.fixture
def service(socket_enabled: None) -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def caller(service: Listener, max_cost: float, **options: Any) -> tuple[ModelCaller, Budget]:
    budget = Budget(max_cost=max_cost, prices={"served": PRICE})
    model = served(service.url, **options)
    return ModelCaller(model, name="served", budget=budget, longest_wait_s=0, attempts=2), budget


async def test_after_a_call_its_reservation_is_replaced_by_what_the_provider_counted(
    service: Listener,
) -> None:
    service.reply = said("hi", 20, 5)
    model, budget = caller(service, 1.0)
    await model.call(ASK)
    assert budget.spent == pytest.approx((20 + 2 * 5) / 1e6)
    assert service.last.json["max_completion_tokens"] == REPLY_TOKENS


async def test_a_call_that_could_cost_more_than_is_left_is_never_made(service: Listener) -> None:
    service.reply = said("hi", 900, 2000)
    model, budget = caller(service, 0.009)
    await model.call(ASK)
    with pytest.raises(
        BudgetSpent, match=r"\$0.0090 can't pay for the next call \(.* \$0.0041 is left"
    ) as caught:
        await model.call(ASK)
    assert "--max-cost" in caught.value.fix
    assert len(service.sent) == 1
    assert budget.spent <= 0.009


async def test_a_call_waits_for_what_is_only_reserved_for_others(service: Listener) -> None:
    service.reply = said("hi", 400, 20)
    model, budget = caller(service, 0.02)
    done = await asyncio.gather(*(model.call(ASK) for _ in range(30)), return_exceptions=True)
    assert [each for each in done if isinstance(each, BaseException)] == []
    assert len(service.sent) == 30
    assert budget.spent == pytest.approx(30 * (400 + 2 * 20) / 1e6)


async def test_whoever_waits_goes_on_when_a_call_is_cancelled_fails_or_waits_no_longer() -> None:
    now = [0.0]
    budget = Budget(max_cost=1.0, max_seconds=100.0, clock=lambda: now[0])
    await budget.ask(0.9)
    waiting = [asyncio.create_task(budget.ask(0.5)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    budget.settle(0.9, 0.0)
    await waiting[1]
    await waiting[2]
    assert waiting[0].cancelled()
    last = asyncio.create_task(budget.ask(0.5))
    await asyncio.sleep(0)
    budget.settle(0.5, 0.5)  # what was cancelled may have cost all of it
    await asyncio.sleep(0)
    assert not last.done()
    now[0] = 100.0
    budget.settle(0.5, 0.0)
    with pytest.raises(BudgetSpent, match="100 seconds is spent"):
        await last


async def test_nobody_waits_for_money_that_no_call_can_give_back() -> None:
    budget = Budget(max_cost=1.0)
    await budget.ask(0.5)
    budget.settle(0.5, 0.5)
    await budget.ask(0.3)
    with pytest.raises(BudgetSpent, match=r"0\.5000 is spent, \$0\.3000 is reserved for calls under way"):
        await budget.ask(0.6)
    with pytest.raises(BudgetSpent):
        await budget.ask(float("nan"))


async def test_the_seconds_end_while_a_call_waits_for_money() -> None:
    budget = Budget(max_cost=1.0, max_seconds=0.05)
    await budget.ask(1.0)
    with pytest.raises(BudgetSpent, match="seconds is spent"):
        await budget.ask(1.0)


async def test_calls_side_by_side_never_cost_more_than_allowed(service: Listener) -> None:
    service.reply = said("hi", 1000, REPLY_TOKENS)
    model, budget = caller(service, 0.03)
    done = await asyncio.gather(*(model.call(ASK) for _ in range(20)), return_exceptions=True)
    made = len(service.sent)
    assert 0 < made < 20
    assert sum(isinstance(each, BudgetSpent) for each in done) == 20 - made
    assert budget.spent == pytest.approx(made * (1000 + 2 * REPLY_TOKENS) / 1e6)
    assert budget.spent <= 0.03


async def test_structured_output_is_bounded_and_counted_too(service: Listener) -> None:
    service.reply = said('{"solved": true}', 40, 6)
    model, budget = caller(service, 1.0)
    assert (await model.ask(ASK, SCHEMA)).structured == {"solved": True}
    assert service.last.json["max_completion_tokens"] == REPLY_TOKENS
    assert budget.spent == pytest.approx((40 + 2 * 6) / 1e6)


async def test_a_models_own_bound_is_kept(service: Listener) -> None:
    service.reply = said("hi")
    model, _ = caller(service, 1.0, max_tokens=77)
    await model.call(ASK)
    assert service.last.json["max_completion_tokens"] == 77


async def test_without_a_limit_on_money_replies_are_not_bounded(service: Listener) -> None:
    service.reply = said("hi")
    await ModelCaller(served(service.url), name="served").call(ASK)
    assert "max_completion_tokens" not in service.last.json


async def test_a_refused_call_costs_nothing_and_one_that_counts_no_tokens_costs_the_most(
    service: Listener,
) -> None:
    service.reply = in_turn(refused(429), refused(500), said("hi", None))
    model, budget = caller(service, 1.0)
    with pytest.raises(ProviderError):
        await model.call(ASK)
    assert budget.spent == 0
    await model.call(ASK)
    assert budget.spent == make_meter(model.model, "served", budget.prices).most(ASK, [])


def drop(_: Sent) -> Reply:
    raise ConnectionAbortedError("the connection is dropped before a reply is sent")


async def test_a_call_whose_reply_was_lost_counts_as_the_most_it_can_have_cost(service: Listener) -> None:
    service.reply = said("hi")
    model, budget = caller(service, 1.0)
    await model.call(ASK)
    before = budget.spent
    service.reply = drop
    with pytest.raises(ProviderError):
        await model.call(ASK)
    most = make_meter(model.model, "served", budget.prices).most(ASK, [])
    assert budget.spent == pytest.approx(before + 2 * most), "both attempts may have been answered"


async def test_a_first_call_whose_connection_is_lost_counts_as_the_most_it_can_have_cost(
    socket_enabled: None,
) -> None:
    async def drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.close()

    async with await asyncio.start_server(drop, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        budget = Budget(max_cost=1.0, prices={"served": PRICE})
        model = ModelCaller(served(f"http://127.0.0.1:{port}"), name="served", budget=budget, attempts=1)
        with pytest.raises(SetupError, match="ends the connection before"):
            await model.call(ASK)
    assert budget.spent > REPLY_TOKENS / 1e6


@pytest.mark.enable_socket
async def test_a_server_that_was_never_reached_costs_nothing() -> None:
    budget = Budget(max_cost=1.0, prices={"served": PRICE})
    model = ModelCaller(served("http://127.0.0.1:9"), name="served", budget=budget, longest_wait_s=0)
    with pytest.raises(SetupError, match="can't be reached"):
        await model.call(ASK)
    assert budget.spent == 0


async def test_a_reply_in_another_script_is_never_underestimated(service: Listener) -> None:
    meter = make_meter(served(service.url), "served", {"served": PRICE})
    text = "価格はいくらですか" * 100
    least = len(text.encode()) + ADDED_TOKENS + 2 * REPLY_TOKENS
    assert meter.most([HumanMessage(text)], []) >= least / 1e6


def test_the_table_knows_prices_and_what_computes_here_is_free() -> None:
    known = price_of_spec("openai:gpt-4o-mini")
    assert known is not None
    assert 0 < known.cost(1_000_000, 0) < known.cost(0, 1_000_000) < 10
    assert price_of_spec("openai:openai/gpt-4o-mini@https://openrouter.ai/api/v1") is not None
    assert price_of_spec("anthropic:claude-sonnet-4-5") is not None
    assert price_of_spec("local") == price_of_spec("scripted:script.jsonl") == FREE


@pytest.mark.parametrize(
    "spec", ["openai:gpt-nothing", "openai:gpt-4o-mini@http://127.0.0.1:9/v1", "nobody:x", "odd"]
)
def test_a_model_or_a_server_that_the_table_does_not_know_has_no_price(spec: str) -> None:
    assert price_of_spec(spec) is None


def test_a_server_in_the_environment_is_not_taken_for_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert price_of_spec("openai:gpt-4o-mini") is None


def test_a_limit_on_money_without_a_price_is_refused_with_how_to_give_one() -> None:
    model = served("http://127.0.0.1:9")
    with pytest.raises(SetupError, match="the price of served is not known") as caught:
        ModelCaller(model, name="served", budget=Budget(max_cost=1))
    assert "--price 0.15/0.60" in caught.value.fix


async def test_what_is_free_runs_on_a_budget_of_nothing() -> None:
    script = ScriptedChatModel(replies=(ScriptedReply(content="hi"),))
    model = ModelCaller(script, name="anything", budget=Budget(max_cost=0))
    assert (await model.call(ASK)).text == "hi"


def test_prices_are_read_for_the_model_or_for_one_that_is_named() -> None:
    read = read_prices(["0.15/.6", "openai:judge@http://h/v1=2/8"], "openai:x")
    assert read == {"openai:x": FlatPrice(0.15, 0.6), "openai:judge@http://h/v1": FlatPrice(2, 8)}
    assert FlatPrice(2, 8).cost(500_000, 250_000) == 3


@pytest.mark.parametrize("wrong", ["", "0.15", "a/b", "-1/2", "0.15/0.60/1", "=1/2", "nan/inf"])
def test_a_price_of_another_form_is_answered_with_the_form(wrong: str) -> None:
    with pytest.raises(SetupError, match="--price can't be") as caught:
        read_prices([wrong], "openai:x")
    assert "0.15/0.60" in caught.value.fix


def test_what_is_not_counted_has_no_cost() -> None:
    meter = make_meter(served("http://127.0.0.1:9"), "served", {"served": PRICE})
    assert meter.cost(Usage(model_calls=1)) is None


def test_a_limit_that_is_no_number_allows_nothing() -> None:
    with pytest.raises(BudgetSpent):
        Budget(max_cost=float("nan")).reserve(0.01)
