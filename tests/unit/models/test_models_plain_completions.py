"""Completions by one plain request each: what is sent, and what comes of it, is as with OpenAI's client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import openai
import pytest
from chat_service import refused, said
from http_service import Listener, Reply, listening
from langchain_core.exceptions import ModelAuthenticationError
from langchain_core.messages import AIMessage
from plain_parts import ASK, error_of, models
from pydantic import SecretStr

from practicum.models import plain_completions, plain_http
from practicum.models.waiting import may_pass, told_wait

pytestmark = pytest.mark.enable_socket
TOOL = {"type": "function", "function": {"name": "convert", "parameters": {"type": "object"}}}
OF_THE_REQUEST = {
    "content-length",
    "host",
    "connection",
    "accept-encoding",
    "user-agent",
    "x-stainless-async",
}


@pytest.fixture
def plain_requests(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The requests that were sent plainly."""
    sent: list[bytes] = []
    post = plain_http.post

    async def noted(client: Any, path: bytes, body: bytes) -> Any:
        sent.append(body)
        return await post(client, path, body)

    monkeypatch.setattr(plain_completions, "post", noted)
    return sent


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def service(listener: Listener) -> Listener:
    listener.sent.clear()
    return listener


def completion(message: dict[str, Any], **more: Any) -> Reply:
    body = json.loads(said("").body)
    body["choices"][0]["message"] = {"role": "assistant", **message}
    return Reply(body=json.dumps({**body, **more}).encode())


CALL = {"id": "c1", "type": "function", "function": {"name": "convert", "arguments": '{"value": 1}'}}
BROKEN = {"id": "c2", "type": "function", "function": {"name": "convert", "arguments": "{"}}
WHOLE = {
    "text": said("5 €"),
    "no tokens counted": said("5", read=None),
    "a long header": Reply(
        200, said("5").body, {"content-type": "application/json", "content-security-policy": "a " * 20_000}
    ),
    "calls": completion({"content": None, "tool_calls": [CALL, BROKEN]}),
    "no content": completion({}),
    "more than is known": completion({"content": "5", "reasoning": "long"}, provider={"name": "x"}),
    "tokens in detail": completion(
        {"content": "5"},
        usage={
            "prompt_tokens": 9,
            "completion_tokens": 4,
            "total_tokens": 13,
            "prompt_tokens_details": {"cached_tokens": 3},
            "completion_tokens_details": {"reasoning_tokens": 2},
        },
        system_fingerprint="f",
        service_tier="default",
    ),
}


@pytest.mark.parametrize("reply", WHOLE.values(), ids=WHOLE)
async def test_a_reply_is_the_same_message(
    reply: Reply, service: Listener, plain_requests: list[bytes]
) -> None:
    service.reply = reply
    ours, theirs = [await model.ainvoke(ASK, tools=[TOOL]) for model in models(service.url)]
    assert len(plain_requests) == 1
    for each in (ours, theirs):
        each.id = None
    assert _without_nothing(ours) == _without_nothing(theirs)


def _without_nothing(message: AIMessage) -> dict[str, Any]:
    """The message but for what is there and says nothing, as the client adds it to any reply."""

    def kept(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: kept(part) for name, part in value.items() if part is not None}

    shown: dict[str, Any] = kept(message.model_dump())
    return shown


async def test_a_request_is_the_same(service: Listener, plain_requests: list[bytes]) -> None:
    service.reply = said("5")
    for model in models(service.url, temperature=0.5, extra_body={"top_k": 3}, timeout=7):
        await model.ainvoke(ASK, tools=[TOOL], stop=["\n"])
    assert len(plain_requests) == 1
    ours, theirs = service.sent
    assert (ours.method, ours.target, ours.json) == (theirs.method, theirs.target, theirs.json)
    assert ours.headers["authorization"] == "Bearer sk-own"
    assert (ours.headers["x-team"], ours.headers["openai-organization"]) == ("a", "org-1")
    expected = {name: value for name, value in theirs.headers.items() if name not in OF_THE_REQUEST}
    for how_the_client_works in ("retry-count", "read-timeout", "raw-response"):
        del expected[f"x-stainless-{how_the_client_works}"]
    assert expected.items() <= ours.headers.items()


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1//", "/a b/ä/%2F", "/v1#part"])
async def test_a_request_goes_to_the_same_address(
    path: str, service: Listener, plain_requests: list[bytes]
) -> None:
    service.reply = said("5")
    for model in models(service.url, base_url=f"{service.url}{path}"):
        await model.ainvoke(ASK)
    assert len(plain_requests) == 1
    ours, theirs = service.sent
    assert (ours.target, ours.headers["host"]) == (theirs.target, theirs.headers["host"])


OTHERWISE = {
    "a wrong request": refused(400),
    "a wrong key": refused(401),
    "no permission": refused(403),
    "nothing there": refused(404),
    "too many": refused(429, retry_after="7"),
    "too many, in milliseconds": refused(429, retry_after_ms="1500"),
    "nothing left": Reply(429, b'{"error": {"message": "m", "code": "insufficient_quota"}}'),
    "a fault": refused(500),
    "too busy": Reply(503, b"<html>busy</html>", {"content-type": "text/html"}),
    "a page": Reply(200, b"<html>hello</html>", {"content-type": "text/html"}),
    "no JSON": Reply(200, b"{"),
    "a list": Reply(200, b"[]"),
    "an error as a reply": Reply(200, b'{"error": {"message": "overloaded", "code": 529}}'),
    "no choices": Reply(200, b'{"choices": null}'),
    "an odd choice": Reply(200, b'{"choices": [7]}'),
    "no message": Reply(200, b'{"choices": [{"index": 0}]}'),
    "deep": Reply(200, b"[" * 100_000),
    "no body": Reply(200, b""),
}


@pytest.mark.parametrize("counts", [("9", "4", "13"), (9.0, 4.0, 13.0)], ids=["texts", "fractions"])
async def test_tokens_are_the_same_numbers_however_they_are_written(
    counts: tuple[Any, ...], service: Listener
) -> None:
    usage = dict(zip(("prompt_tokens", "completion_tokens", "total_tokens"), counts, strict=True))
    service.reply = completion({"content": "5"}, usage={**usage, "cost": 0.1})
    for model in models(service.url):
        counted = (await model.ainvoke(ASK)).usage_metadata
        assert counted is not None
        assert [repr(counted[name]) for name in ("input_tokens", "output_tokens")] == ["9", "4"]
    assert len(service.sent) == 2


async def test_what_a_gateway_says_of_a_reply_is_there_for_traces(service: Listener) -> None:
    told = {"x-langsmith-gateway-metadata": '{"ls_model_name": "m"}'}
    service.reply = Reply(200, said("5").body, {"content-type": "application/json", **told})
    for model in models(service.url):
        made = (await model.agenerate([[*ASK]])).generations[0][0]
        assert made.generation_info is not None
        assert made.generation_info["lc_gateway_metadata"] == {"ls_model_name": "m"}
    assert len(service.sent) == 2


async def test_a_refusal_is_the_same_message(service: Listener) -> None:
    service.reply = completion({"content": None, "refusal": "I'd rather not."})
    ours, theirs = [await model.ainvoke(ASK) for model in models(service.url)]
    assert len(service.sent) == 2
    assert ours.additional_kwargs == theirs.additional_kwargs == {"refusal": "I'd rather not."}


@pytest.mark.parametrize("reply", OTHERWISE.values(), ids=OTHERWISE)
async def test_any_other_answer_is_the_same_error(reply: Reply, service: Listener) -> None:
    service.reply = reply
    ours, theirs = [await error_of(model) for model in models(service.url)]
    assert len(service.sent) == 2
    assert (type(ours), str(ours)) == (type(theirs), str(theirs))
    assert (may_pass(ours), told_wait(ours)) == (may_pass(theirs), told_wait(theirs))


async def test_certificates_are_read_once_however_many_errors_there_are(
    service: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _ = models(service.url)
    plain_http.trusted()
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")  # whoever reads it now fails otherwise
    service.reply = refused(401)
    assert isinstance(await error_of(ours), ModelAuthenticationError)


@pytest.mark.parametrize("key", ["sk-own\n", "sk-\x00own"])
async def test_a_key_that_no_header_can_hold_is_the_same_error(key: str, service: Listener) -> None:
    ours, theirs = [await error_of(model) for model in models(service.url, api_key=SecretStr(key))]
    assert (type(ours), str(ours)) == (type(theirs), str(theirs))
    assert not service.sent


@pytest.mark.parametrize(
    "options",
    [
        {"max_retries": 1},
        {"default_query": {"version": "2"}},
        {"include_response_headers": True},
        {"api_key": lambda: "sk-new"},
        {"timeout": (5, 5, 5, 5)},
    ],
    ids=lambda options: next(iter(options)),
)
async def test_what_only_the_client_does_is_left_to_it(
    options: dict[str, Any], service: Listener, plain_requests: list[bytes]
) -> None:
    service.reply = said("5")
    ours, _ = models(service.url, **options)
    assert (await ours.ainvoke(ASK)).text == "5"
    assert (await ours.ainvoke(ASK, extra_headers={"x": "y"})).text == "5"
    assert (len(service.sent), plain_requests) == (2, [])


@pytest.mark.parametrize(
    "asked",
    [
        {"user": openai.omit},
        {"tools": [{**TOOL, "from": datetime(2026, 1, 2, tzinfo=UTC)}]},
        {"extra_body": {"top_k": openai.omit}},
    ],
    ids=lambda asked: next(iter(asked)),
)
async def test_what_only_the_client_can_write_is_left_to_it(asked: dict[str, Any], service: Listener) -> None:
    service.reply = said("5")
    for model in models(service.url):
        assert (await model.ainvoke(ASK, **asked)).text == "5"
    ours, theirs = service.sent
    assert ours.json == theirs.json


async def test_what_can_not_be_written_is_the_same_error(service: Listener) -> None:
    ours, theirs = [await error_of(model.bind(seed=float("nan"))) for model in models(service.url)]
    assert (type(ours), str(ours)) == (type(theirs), str(theirs))
    assert not service.sent


async def test_ways_through_proxies_are_the_clients(
    service: Listener, plain_requests: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    service.reply = said("5")
    monkeypatch.setenv("HTTP_PROXY", service.url)
    plain_http.through_a_proxy.cache_clear()
    try:
        ours, _ = models("http://model.invalid")
        assert (await ours.ainvoke(ASK)).text == "5"
    finally:
        plain_http.through_a_proxy.cache_clear()
    assert (service.last.target, plain_requests) == ("http://model.invalid/v1/chat/completions", [])
