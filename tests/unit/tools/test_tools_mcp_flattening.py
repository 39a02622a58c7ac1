"""Results of MCP tools as text: nothing random, nothing binary, and what is structured is kept."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from practicum.tools.mcp.flattening import TOO_DEEP, flatten_result


def text(*texts: str, structured: Any = None) -> str:
    content = [{"type": "text", "text": each} for each in texts]
    return flatten_result({"content": content, "structuredContent": structured})


def test_texts_come_one_after_the_other() -> None:
    assert text("one", "two") == "one\ntwo"
    assert text() == ""


IMAGE = {"type": "image", "mimeType": "image/png", "data": base64.b64encode(b"12345").decode()}
LINK = {"type": "resource_link", "uri": "file:///a", "name": "a", "mimeType": "text/plain", "size": 3}


def resource(**what: str) -> dict[str, Any]:
    return {"type": "resource", "resource": {"uri": "demo://b", **what}}


@pytest.mark.parametrize(
    ("block", "placeholder"),
    [
        (IMAGE, "[image, image/png, 5 bytes]"),
        ({"type": "audio", "mimeType": "audio/wav", "data": ""}, "[audio, audio/wav, 0 bytes]"),
        (LINK, "[resource, file:///a, text/plain, 3 bytes]"),
        (resource(blob="AAAA"), "[resource, demo://b, 3 bytes]"),
        (resource(text="what it says"), "what it says"),
        ({"type": "video", "frames": 3}, '{"frames":3,"type":"video"}'),
        ("bare", '"bare"'),
    ],
)
def test_what_is_no_text_is_told_by_kind_and_size(block: Any, placeholder: str) -> None:
    assert flatten_result({"content": [{"type": "text", "text": "here:"}, block]}) == f"here:\n{placeholder}"


def test_what_is_structured_is_kept_where_there_is_no_text() -> None:
    assert text(structured={"b": 1, "a": [2]}) == '{"a":[2],"b":1}'
    assert text(structured={}) == "{}"


def test_what_is_structured_is_added_where_the_text_does_not_say_it() -> None:
    assert text("3 found", structured={"ids": ["x7", "x8"]}) == '3 found\n{"ids":["x7","x8"]}'
    assert text("30 found", structured={"count": 3}) == '30 found\n{"count":3}'


def test_what_the_text_says_already_is_not_said_twice() -> None:
    assert text('{"ids": ["x7"]}', structured={"ids": ["x7"]}) == '{"ids": ["x7"]}'
    assert text("all of it", structured={"result": "all of it"}) == "all of it"
    assert text("It is 3.", structured={"result": 3}) == "It is 3."


@pytest.mark.parametrize("content", [None, "oops", {"type": "text", "text": "x"}, 7])
def test_content_that_is_no_list_is_still_text(content: Any) -> None:
    assert isinstance(flatten_result({"content": content}), str)


def test_thousands_of_values_are_not_looked_for_one_by_one() -> None:
    numbers = list(range(20_000))
    told = " ".join(map(str, numbers))
    assert text(told, structured={"numbers": numbers}).startswith(f'{told}\n{{"numbers":[0,1,')


def test_what_is_nested_too_deeply_is_told_in_words() -> None:
    deep: Any = "end"
    for _ in range(5000):
        deep = [deep]
    assert text("Rows:", structured={"rows": deep}) == f"Rows:\n{TOO_DEEP}"
