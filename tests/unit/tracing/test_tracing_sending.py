"""The end of a process that traces: bounded, and no wait for a server that is away."""

from __future__ import annotations

import socket
import time
from types import SimpleNamespace
from typing import Any

import pytest
from langsmith.utils import LangSmithAPIError, LangSmithConnectionError

from practicum.tracing import sending


class Client:
    """As much of LangSmith's client as its end asks for: a queue that a flush empties, or not."""

    def __init__(self, waiting: int, *, answers: bool = True) -> None:
        self.tracing_queue = SimpleNamespace(unfinished_tasks=waiting)
        self.compressed_traces = None
        self.flushed: list[float] = []
        self._answers = answers

    def flush(self, timeout: float) -> None:
        self.flushed.append(timeout)
        if self._answers:
            self.tracing_queue.unfinished_tasks -= 1


@pytest.fixture(autouse=True)
def nothing_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_State", type("_State", (sending._State,), {"also": []}))


def ending(client: Any) -> Any:
    sending._State.client = client
    return client


def test_without_a_client_there_is_nothing_to_wait_for() -> None:
    assert sending.flush(60)


def test_what_waits_is_sent_slice_by_slice() -> None:
    client = ending(Client(3))
    assert sending.flush(60)
    assert len(client.flushed) == 3
    assert max(client.flushed) < 1


def test_no_longer_than_was_said() -> None:
    client = ending(Client(1, answers=False))
    assert not sending.flush(0.0)
    assert client.flushed == []


def test_a_server_that_is_away_is_not_waited_for() -> None:
    client = ending(Client(1, answers=False))
    sending.failed(LangSmithConnectionError("refused"))
    assert not sending.flush(60)
    assert client.flushed == []


def test_one_that_refuses_something_is_sent_the_rest() -> None:
    client = ending(Client(2))
    sending.failed(LangSmithAPIError("too large"))
    assert not sending.flush(60)  # not all of it arrived
    assert client.tracing_queue.unfinished_tasks == 0


def test_what_else_is_to_be_sent_is_waited_for_within_the_same_time() -> None:
    ending(Client(0))
    given: list[float] = []

    def wait(seconds: float) -> bool:
        given.append(seconds)
        return False

    sending.flush_also(wait)
    assert not sending.flush(0.05)
    assert 0 < max(given) < 1


def test_what_it_hands_to_the_client_at_last_is_sent_too() -> None:
    client = ending(Client(0))
    left = 2

    def wait(seconds: float) -> bool:
        nonlocal left
        if seconds and left:
            left -= 1
            client.tracing_queue.unfinished_tasks += 1
        return not left

    sending.flush_also(wait)
    assert sending.flush(60)
    assert client.tracing_queue.unfinished_tasks == 0


def test_the_end_finds_out_that_nobody_is_there_and_says_so_once(
    socket_enabled: None, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    client = ending(Client(1, answers=False))
    client.api_url = f"http://127.0.0.1:{nobody}"

    def never_through(seconds: float) -> bool:
        time.sleep(seconds)
        return False

    sending.flush_also(never_through)
    sending.end()
    sending.end()
    assert [record.getMessage()[:4] for record in caplog.records] == ["note"]
    assert "can't be reached" in caplog.text
