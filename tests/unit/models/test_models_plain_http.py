"""Plain requests and the connections that they take: what comes of them is as with OpenAI's client."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from chat_service import said
from http_service import Reply, Sent, listening
from langchain_core.exceptions import ModelTimeoutError
from langchain_core.messages import HumanMessage
from plain_parts import ASK, error_of, models

from practicum.models import plain_completions
from practicum.models.provider_errors import was_not_connected
from practicum.models.waiting import may_pass

pytestmark = pytest.mark.enable_socket
LONG = [HumanMessage("How much? " * 1_000_000)]


@contextmanager
def hanging_up(answer: bytes) -> Iterator[str]:
    """A server that reads a request, answers so, and closes the connection."""

    def serve() -> None:
        while True:
            try:
                connection, _ = door.accept()
            except OSError:
                return
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            door.shutdown(socket.SHUT_RDWR)
            thread.join()


HALF = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"choices"'


@pytest.mark.parametrize("answer", [b"", HALF, b"hello\r\n\r\n"], ids=["nothing", "half", "no HTTP"])
async def test_a_connection_that_is_lost_is_the_same_error(answer: bytes) -> None:
    with hanging_up(answer) as url:
        ours, theirs = [await error_of(model) for model in models(url)]
    assert type(ours) is type(theirs)
    assert (may_pass(ours), was_not_connected(ours)) == (True, False)


async def test_what_a_server_closed_while_the_loop_was_busy_is_not_used_again() -> None:
    body = said("5").body
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    with hanging_up(head.encode() + body) as url:
        client = models(url)[0].root_async_client
        for _ in range(3):
            assert await plain_completions.complete(client, b"{}")
            time.sleep(0.1)  # the loop is held up


async def test_a_server_that_is_not_there_was_not_connected() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    for address in (url, "http://nowhere.invalid:1", f"http://{'a' * 70}.invalid:1"):
        ours, theirs = [await error_of(model) for model in models(address)]
        assert type(ours) is type(theirs)
        assert (was_not_connected(ours), was_not_connected(theirs)) == (True, True)


async def test_a_server_that_keeps_silent_is_waited_for_as_long_as_was_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        ours, theirs = [await error_of(model) for model in models(url, timeout=0.2)]
    assert type(ours) is type(theirs)
    assert (may_pass(ours), was_not_connected(ours)) == (may_pass(theirs), False)


async def test_a_server_that_does_not_read_is_waited_for_as_long_as_was_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        for model in models(url, timeout=0.2):
            error = await error_of(model, LONG)
            assert isinstance(error, ModelTimeoutError)
            assert not was_not_connected(error)


@pytest.mark.parametrize("ask", [ASK, LONG], ids=["short", "long"])
async def test_a_server_that_moved_is_followed(ask: list[HumanMessage]) -> None:
    def reply(sent: Sent) -> Reply:
        moved = Reply(307, b"", {"location": "/v2/chat/completions"})
        return moved if sent.path.startswith("/v1") else said("5")

    with listening() as service:
        service.reply = reply
        for model in models(service.url):
            assert (await model.ainvoke(ask)).text == "5"
    assert [each.path[:3] for each in service.sent] == ["/v1", "/v2"] * 2
    assert [each.json["messages"][0]["content"] for each in service.sent] == [ask[0].content] * 4
