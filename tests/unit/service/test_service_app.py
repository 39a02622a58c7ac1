"""Requests to the application, without a network: what becomes of each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_core.exceptions import ModelAuthenticationError
from langchain_core.messages import BaseMessage
from pydantic import PrivateAttr
from service_parts import StreamingScript, asking, call_of_add, client_of

from practicum.hostile import register_secrets
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.service.limits import ServerLimits

CHAT = "/v1/chat/completions"
ANSWER = ScriptedReply(content="It is 5.")


def events(reply: httpx.Response) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in reply.text.split("\n\n") if line]
    return [json.loads(line) if line != "[DONE]" else line for line in lines]


def streamed(reply: httpx.Response) -> str:
    chunks = [each for each in events(reply) if each != "[DONE]" and each["choices"]]
    return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)


async def test_an_answer_has_openais_form_and_counts_all_calls_of_the_model(tmp_path: Path) -> None:
    model = StreamingScript(replies=(call_of_add(2, 3, say="I add."), ANSWER))
    async with client_of(model, tmp_path) as client:
        reply = (await client.post(CHAT, json=asking())).json()
    assert reply["object"] == "chat.completion"
    assert reply["id"].startswith("chatcmpl-")
    assert reply["choices"][0]["message"]["content"] == "It is 5."
    assert reply["choices"][0]["finish_reason"] == "stop"
    usage = reply["usage"]
    assert usage["completion_tokens"] == len(["I", "add.", "It", "is", "5."])
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


async def test_a_model_that_streams_is_heard_word_by_word(tmp_path: Path) -> None:
    model = StreamingScript(replies=(call_of_add(2, 3, say="I add."), ANSWER))
    asked = asking(stream=True, stream_options={"include_usage": True})
    async with client_of(model, tmp_path) as client:
        reply = await client.post(CHAT, json=asked)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert streamed(reply) == "I add. \n\nIt is 5. "
    *_, stop, used, done = events(reply)
    assert stop["choices"][0]["finish_reason"] == "stop"
    assert used["usage"]["completion_tokens"] == len(["I", "add.", "It", "is", "5."])
    assert done == "[DONE]"
    assert len(events(reply)) > 8


async def test_a_model_that_does_not_stream_is_heard_in_one_piece(tmp_path: Path) -> None:
    async with client_of(ScriptedChatModel(replies=(call_of_add(2, 3), ANSWER)), tmp_path) as client:
        reply = await client.post(CHAT, json=asking(stream=True))
    pieces = [each["choices"][0]["delta"].get("content") for each in events(reply)[:-1]]
    assert len([piece for piece in pieces if piece]) == 1


async def test_what_fails_is_told_to_the_owner_and_not_to_the_client(tmp_path: Path) -> None:
    told: list[str] = []
    async with client_of(StreamingScript(), tmp_path, told=told) as client:
        whole = await client.post(CHAT, json=asking())
        stream = await client.post(CHAT, json=asking(stream=True))
    for reply in (whole, stream):
        assert reply.status_code == 502
        assert reply.json()["error"]["code"] == "model_failed"
        assert "script" not in reply.text
    assert len(told) == 2
    assert "has no reply left" in told[0]


async def test_a_provider_that_refuses_the_owners_key_is_the_model_failing(tmp_path: Path) -> None:
    class Refused(ScriptedChatModel):
        def _next(self, messages: Sequence[BaseMessage]) -> ScriptedReply:  # noqa: ARG002 - the hook's
            raise ModelAuthenticationError("401: no such key")

    told: list[str] = []
    async with client_of(Refused(replies=()), tmp_path, told=told) as client:
        reply = await client.post(CHAT, json=asking())
    assert (reply.status_code, reply.json()["error"]["code"]) == (502, "model_failed")
    assert "the model refused the request" in told[0]


async def test_what_fails_after_a_stream_began_is_its_last_event(tmp_path: Path) -> None:
    model = StreamingScript(replies=(call_of_add(2, 3, say="I add."),))
    async with client_of(model, tmp_path) as client:
        reply = await client.post(CHAT, json=asking(stream=True))
    assert reply.status_code == 200
    assert events(reply)[-1]["error"]["code"] == "model_failed"


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_holds_no_secret(tmp_path: Path, stream: bool) -> None:
    register_secrets(["open-sesame-42"])
    model = StreamingScript(replies=(ScriptedReply(content="It is open-sesame-42 today."),))
    async with client_of(model, tmp_path) as client:
        reply = await client.post(CHAT, json=asking(stream=stream))
    assert "sesame" not in reply.text
    assert "[redacted]" in reply.text


async def test_a_key_is_asked_for_everywhere_but_for_health(tmp_path: Path) -> None:
    async with client_of(ScriptedChatModel(), tmp_path, ServerLimits(key="right")) as client:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic right"}):
            for reply in (
                await client.post(CHAT, json=asking(), headers=headers),
                await client.get("/v1/models", headers=headers),
                await client.get("/v1/models/practicum", headers=headers),
            ):
                assert reply.status_code == 401
                assert reply.json()["error"]["code"] == "invalid_api_key"
                assert reply.headers["www-authenticate"] == "Bearer"
        shown = {"Authorization": "Bearer right"}
        assert (await client.get("/v1/models", headers=shown)).json()["data"][0]["id"] == "practicum"
        assert (await client.get("/v1/models/practicum", headers=shown)).json()["id"] == "practicum"
        assert (await client.get("/v1/models/other", headers=shown)).status_code == 404
        health = (await client.get("/health")).json()
    told = {"status": "ok", "model": "scripted", "champion": "base", "tools": 1, "running": 0}
    assert health == told


async def test_what_is_too_large_or_of_another_type_is_refused(tmp_path: Path) -> None:
    async with client_of(ScriptedChatModel(), tmp_path, ServerLimits(max_request_bytes=200)) as client:
        large = await client.post(CHAT, json=asking("x" * 200))
        assert (large.status_code, large.json()["error"]["code"]) == (413, "request_too_large")
        form = await client.post(CHAT, content=json.dumps(asking()), headers={"content-type": "text/plain"})
        assert form.status_code == 415
        lost = await client.get("/v1/nothing")
        assert (lost.status_code, lost.json()["error"]["code"]) == (404, "not_found")
        assert (await client.get(CHAT)).status_code == 405


class _Waiting(ScriptedChatModel):
    """Replies once it is let."""

    _gate: asyncio.Event = PrivateAttr(default_factory=asyncio.Event)

    def let(self) -> None:
        self._gate.set()

    async def _agenerate(self, *args: Any, **kwargs: Any) -> Any:
        await self._gate.wait()
        return await super()._agenerate(*args, **kwargs)


async def test_who_comes_too_many_is_told_when_to_come_again(tmp_path: Path) -> None:
    model = _Waiting(replies=(ANSWER, ANSWER))
    async with client_of(model, tmp_path, ServerLimits(max_concurrent=1)) as client:
        first = asyncio.create_task(client.post(CHAT, json=asking()))
        while (await client.get("/health")).json()["running"] == 0:
            await asyncio.sleep(0)
        second = await client.post(CHAT, json=asking())
        assert (second.status_code, second.headers["retry-after"]) == (429, "1")
        assert second.json()["error"]["type"] == "rate_limit_error"
        model.let()
        assert (await first).status_code == 200
        assert (await client.post(CHAT, json=asking())).status_code == 200


async def test_an_answer_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    async with client_of(_Waiting(replies=(ANSWER,)), tmp_path, ServerLimits(max_seconds=0.05)) as client:
        reply = await client.post(CHAT, json=asking())
        assert (reply.status_code, reply.json()["error"]["code"]) == (504, "timeout")
        assert (await client.get("/health")).json()["running"] == 0
