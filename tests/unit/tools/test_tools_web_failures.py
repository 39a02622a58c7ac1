"""What a failing service tells of a call: nothing, that it may have been done, or that it was refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from http_service import Listener, Reply, Sent, listening
from made_trials import made_trial
from openapi_documents import document, observe

from practicum.nodes.summarize import notes_from_errors
from practicum.records import ErrorKind, Observation, Outcome, Step, ToolCall
from practicum.tools.catalog import Offered
from practicum.tools.openapi import open_openapi
from practicum.tools.web import sending

GONE = {"get": ErrorKind.UNAVAILABLE, "post": ErrorKind.LOST}
"""What a call comes to that the service may have done, by method: reading twice does no harm."""


@pytest.fixture
def listener(socket_enabled: None) -> Iterator[Listener]:
    with listening() as running:
        yield running


def opened(folder: Path, method: str, url: str) -> Offered:
    return open_openapi(f"{document(folder, {}, method=method)}@{url}", {})


async def called(folder: Path, method: str, url: str) -> Observation:
    return await observe(opened(folder, method, url), "act")


@asynccontextmanager
async def answering(*said: bytes) -> AsyncIterator[str]:
    """A service that reads what it is asked, says this, and hangs up; without anything it never answers."""

    over = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if not said:
            await reader.read()  # until who asked hangs up
        writer.writelines(said)
        writer.close()
        await writer.wait_closed()
        over.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await over.wait()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("status", [502, 503, 504, 520, 530])
async def test_a_service_that_is_away_says_nothing_of_the_call(
    listener: Listener, tmp_path: Path, method: str, status: int
) -> None:
    listener.reply = Reply(status, b"try later")
    seen = await called(tmp_path, method, listener.url)
    assert seen.error is GONE[method]
    assert "try later" in seen.text


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("status", [407, 408, 421, 425, 429, 511])
async def test_a_call_that_was_turned_away_was_not_done(
    listener: Listener, tmp_path: Path, method: str, status: int
) -> None:
    listener.reply = Reply(status, b"not now")
    assert (await called(tmp_path, method, listener.url)).error is ErrorKind.UNAVAILABLE


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500, 501])
async def test_what_is_said_of_the_call_itself_is_learned_from(
    listener: Listener, tmp_path: Path, method: str, status: int
) -> None:
    listener.reply = Reply(status, b"not like this")
    assert (await called(tmp_path, method, listener.url)).error is ErrorKind.RAISED


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "said",
    [
        (b"",),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n", b"{"),
        (b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n", b"{}"),
        (b"220 mail.test ESMTP\r\n",),
    ],
)
async def test_an_answer_that_is_none_comes_of_a_call_that_may_be_done(
    socket_enabled: None, tmp_path: Path, method: str, said: tuple[bytes, ...]
) -> None:
    async with answering(*said) as url:
        assert (await called(tmp_path, method, url)).error is GONE[method]


@pytest.mark.parametrize("method", ["get", "post"])
async def test_a_call_that_is_not_answered_in_time_may_be_done(
    socket_enabled: None, tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TIMEOUT_S", 0.2)
    async with answering() as url:
        seen = await called(tmp_path, method, url)
    assert (seen.error, "did not answer within 0.2 s" in seen.text) == (GONE[method], True)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://nowhere.invalid"])
async def test_a_call_that_reached_nobody_was_not_done(
    socket_enabled: None, tmp_path: Path, url: str
) -> None:
    assert (await called(tmp_path, "post", url)).error is ErrorKind.UNAVAILABLE


@pytest.mark.parametrize("said", [(), (b"HTTP/1.1 502 Bad Gateway\r\n\r\n",), (b"",)])
async def test_a_call_that_a_proxy_did_not_let_through_was_not_done(
    socket_enabled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr(sending, "TIMEOUT_S", 0.2 if not said else 60.0)
    async with answering(*said) as url:
        monkeypatch.setenv("https_proxy", url)
        monkeypatch.setenv("no_proxy", "")
        assert (await called(tmp_path, "post", "https://api.test")).error is ErrorKind.UNAVAILABLE


async def test_a_call_that_was_redirected_once_it_was_done_may_be_done(
    listener: Listener, tmp_path: Path
) -> None:
    def reply(sent: Sent) -> Reply:
        return Reply(303, b"", {"location": "/made"}) if sent.method == "POST" else Reply(503)

    listener.reply = reply
    assert (await called(tmp_path, "post", listener.url)).error is ErrorKind.LOST


async def test_a_header_that_can_not_be_sent_is_the_calls_own_fault(
    listener: Listener, tmp_path: Path
) -> None:
    place = {"name": "x-odd", "in": "header", "schema": {"type": "string"}}
    odd = open_openapi(f"{document(tmp_path, {'parameters': [place]})}@{listener.url}", {})
    assert (await observe(odd, "act", **{"x-odd": "a\x01b"})).error is ErrorKind.RAISED
    assert listener.sent == []


async def test_no_lesson_is_made_of_a_service_that_was_away(listener: Listener, tmp_path: Path) -> None:
    listener.reply = Reply(503, b"overloaded")
    found = opened(tmp_path, "post", listener.url)
    (tool,) = found.tools
    step = Step(call=ToolCall(name="act", arguments={}), observation=await observe(found, "act"))
    trial = made_trial(
        tool="act", tool_schema_hash=tool.spec.schema_hash, steps=(step,), outcome=Outcome.UNSOLVED
    )
    assert notes_from_errors(tool.spec, [trial]) == []
