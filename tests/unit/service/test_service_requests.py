"""From bodies to what is asked, and to refusals."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from practicum.service.refusals import RequestError
from practicum.service.requests import read_request

USER = {"role": "user", "content": "hello"}


def body(**more: Any) -> bytes:
    return json.dumps({"model": "practicum", "messages": [USER], **more}).encode()


def test_a_conversation_becomes_messages() -> None:
    said = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": "In French."},
        {"role": "user", "content": [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]},
        {"role": "assistant", "content": "three"},
        USER,
    ]
    asked = read_request(body(messages=said, temperature=0.2, max_tokens=5, seed=1, user="u"))
    assert [type(message) for message in asked.messages] == [
        SystemMessage,
        HumanMessage,
        AIMessage,
        HumanMessage,
    ]
    assert [message.text for message in asked.messages] == [
        "Be brief.\n\nIn French.",
        "one\ntwo",
        "three",
        "hello",
    ]
    assert (asked.stream, asked.with_usage) == (False, False)


def test_a_stream_may_end_with_what_was_used() -> None:
    asked = read_request(body(stream=True, stream_options={"include_usage": True}))
    assert (asked.stream, asked.with_usage) == (True, True)


def test_half_a_surrogate_pair_is_no_text_that_a_server_takes() -> None:
    asked = read_request(b'{"model": "practicum", "messages": [{"role": "user", "content": "a\\ud800b"}]}')
    assert asked.messages[0].text == "a?b"


@pytest.mark.parametrize(
    ("more", "status", "code", "said"),
    [
        ({"model": "gpt-4o"}, 404, "model_not_found", "ask for 'practicum'"),
        ({"n": 2}, 400, "unsupported_parameter", "n must be 1"),
        ({"tools": [{"type": "function"}]}, 400, "unsupported_parameter", "has its own"),
        ({"functions": [{"name": "f"}]}, 400, "unsupported_parameter", "has its own"),
        ({"response_format": {"type": "json_object"}}, 400, "unsupported_parameter", "must be text"),
        ({"stop": ["x"]}, 400, "unsupported_parameter", "stop"),
        ({"modalities": ["audio"]}, 400, "unsupported_parameter", "modalities"),
        ({"messages": []}, 400, "invalid_request", "messages"),
        ({"messages": "hello"}, 400, "invalid_request", "messages"),
        ({"messages": [{"role": "tool", "content": "5"}]}, 400, "invalid_request", "called here"),
        ({"messages": [{"role": "user"}]}, 400, "invalid_request", "must be text"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            400,
            "invalid_request",
            "images",
        ),
        ({"messages": [{"role": "assistant", "content": "a"}]}, 400, "invalid_request", "the user's"),
        ({"stream": "please"}, 400, "invalid_request", "stream"),
    ],
)
def test_what_there_is_not_is_refused_with_what_to_do(
    more: dict[str, Any], status: int, code: str, said: str
) -> None:
    with pytest.raises(RequestError) as refused:
        read_request(body(**more))
    assert (refused.value.status, refused.value.code) == (status, code)
    assert said in refused.value.message
    assert refused.value.body["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(text: bytes) -> None:
    with pytest.raises(RequestError) as refused:
        read_request(text)
    assert (refused.value.status, refused.value.code) == (400, "invalid_json")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


FIELDS = ["messages", "stream", "stream_options", "n", "stop", "tools"]


@given(st.dictionaries(st.sampled_from(FIELDS), anything))
def test_whatever_is_sent_is_read_or_refused(more: dict[str, Any]) -> None:
    with suppress(RequestError):
        assert read_request(body(**more)).messages
