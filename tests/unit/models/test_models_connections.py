"""One model in several event loops: each has connections of its own, which end with it."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from chat_service import said, served
from fastapi import FastAPI, Request, Response
from http_service import serving
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from openai import DefaultAsyncHttpxClient

from practicum.models import load_chat_model
from practicum.models.caller import ModelCaller
from practicum.models.connections import with_own_connections
from practicum.models.slots import Slots

pytestmark = pytest.mark.enable_socket


class Server:
    """A chat service whose connections stay open, and that tells of which of them it was asked through."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.app = FastAPI()
        self.app.post("/v1/chat/completions")(self.complete)

    def complete(self, request: Request) -> Response:
        assert request.client is not None
        self.ports.append(request.client.port)
        return Response(said("Hello.").body, media_type="application/json")


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    with serving(server.app) as url:
        yield url


def ours(url: str) -> BaseChatModel:
    return load_chat_model(f"openai:served@{url}/v1")


async def text_of(caller: ModelCaller) -> str:
    return (await caller.call([HumanMessage("Hi")])).text


@pytest.mark.parametrize("made", [served, ours])
def test_loops_that_follow_each_other_share_a_model(
    made: Callable[[str], BaseChatModel], url: str, server: Server
) -> None:
    caller = ModelCaller(made(url), name="served")

    async def twice() -> list[str]:
        return [await text_of(caller), await text_of(caller)]

    assert [asyncio.run(twice()) for _ in range(3)] == [["Hello.", "Hello."]] * 3
    gc.collect()  # a connection that was left open would warn now
    assert server.ports[::2] == server.ports[1::2]
    assert len(set(server.ports)) == 3


def test_callers_of_one_server_share_the_connections_of_their_loop(url: str, server: Server) -> None:
    async def both() -> None:
        for _ in range(2):
            await text_of(ModelCaller(served(url), name="served"))

    asyncio.run(both())
    assert len(set(server.ports)) == 1


def test_loops_side_by_side_share_a_model_and_its_slots(url: str) -> None:
    caller = ModelCaller(served(url), name="served", concurrency=2)
    ready = threading.Barrier(4)

    def in_a_loop_of_its_own(_: int) -> list[str]:
        async def several() -> list[str]:
            return await asyncio.gather(*(text_of(caller) for _ in range(5)))

        ready.wait(10)
        return asyncio.run(several())

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(in_a_loop_of_its_own, range(4))) == [["Hello."] * 5] * 4


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # sockets that such loops leave
def test_nothing_is_told_of_a_loop_that_ended_without_being_shut_down(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caller = ModelCaller(ours(url), name="m")
    for _ in range(3):
        loop = asyncio.new_event_loop()
        assert loop.run_until_complete(text_of(caller)) == "Hello."
        loop.close()
    assert asyncio.run(text_of(caller)) == "Hello."
    gc.collect()
    assert not caplog.records


async def test_a_client_of_the_users_own_stays(url: str) -> None:
    async with DefaultAsyncHttpxClient() as client:
        chosen = served(url, http_async_client=client)
        assert with_own_connections(chosen) is chosen
    made = with_own_connections(served(url, timeout=7, default_headers={"x-team": "a"}))
    assert type(made) is type(chosen)
    assert (made.root_async_client.timeout, made.root_async_client.default_headers["x-team"]) == (7, "a")


async def test_slots_are_given_in_turn_and_never_to_who_is_gone() -> None:
    slots, order = Slots(1), list[int]()

    async def enter(number: int) -> None:
        async with slots:
            order.append(number)
            await asyncio.sleep(0)

    await slots.__aenter__()
    tasks = [asyncio.create_task(enter(number)) for number in range(4)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.sleep(0)
    await slots.__aexit__()
    tasks[0].cancel()  # its turn has come, and it has not heard of it yet
    await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
    assert order == [2, 3]
    await asyncio.wait_for(enter(5), 10)
    assert order == [2, 3, 5]
