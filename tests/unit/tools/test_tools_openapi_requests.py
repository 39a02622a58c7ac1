"""What is sent for a call: paths, queries, headers, cookies and bodies as the document states them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from http_service import Listener, listening
from openapi_documents import act, document, observe, parameter

from practicum.tools.openapi import open_openapi


@pytest.fixture
def listener(socket_enabled: None) -> Iterator[Listener]:
    with listening() as running:
        yield running


LIST, MAP = {"type": "array", "items": {"type": "string"}}, {"type": "object"}
VALUES = ["a b", "c,d"]
STYLES = {
    "form": (parameter("q", LIST), VALUES, "q=a%20b&q=c%2Cd"),
    "form, in one": (parameter("q", LIST, explode=False), VALUES, "q=a%20b,c%2Cd"),
    "spaces": (parameter("q", LIST, style="spaceDelimited", explode=False), VALUES, "q=a%20b%20c%2Cd"),
    "pipes": (parameter("q", LIST, style="pipeDelimited"), VALUES, "q=a%20b%7Cc%2Cd"),
    "an object": (parameter("q", MAP), {"a": 1, "b": True}, "a=1&b=true"),
    "an object, in one": (parameter("q", MAP, explode=False), {"a": 1, "b": "x"}, "q=a,1,b,x"),
    "deep": (
        parameter("q", MAP, style="deepObject"),
        {"a": {"b": 2.0}, "c": VALUES},
        "q%5Ba%5D%5Bb%5D=2&q%5Bc%5D%5B0%5D=a%20b&q%5Bc%5D%5B1%5D=c%2Cd",
    ),
    "a deep list": (parameter("q", LIST, style="deepObject"), VALUES, "q%5B0%5D=a%20b&q%5B1%5D=c%2Cd"),
    "a deep list of objects": (
        parameter("q", {"type": "array", "items": MAP}, style="deepObject"),
        [{"a": 1, "b": 2}, {"a": 3}],
        "q%5B0%5D%5Ba%5D=1&q%5B0%5D%5Bb%5D=2&q%5B1%5D%5Ba%5D=3",
    ),
    "JSON": (
        {"name": "q", "in": "query", "content": {"application/json": {"schema": MAP}}},
        {"a": [1]},
        "q=%7B%22a%22%3A%5B1%5D%7D",
    ),
    "reserved": (parameter("q", {"type": "string"}, allowReserved=True), "a/b?c&d", "q=a/b?c%26d"),
    "a strange name": (parameter("filter[name]", {"type": "string"}), "é", "filter%5Bname%5D=%C3%A9"),
}


@pytest.mark.parametrize("style", STYLES)
async def test_a_query_is_written_in_the_style_that_the_document_states(
    style: str, listener: Listener, tmp_path: Path
) -> None:
    stated, value, query = STYLES[style]
    name = "filter_name" if "[" in stated["name"] else "q"
    sent = await act(tmp_path, listener, {name: value}, {"parameters": [stated]})
    assert sent.target == f"/things?{query}"


PATHS: dict[str, tuple[dict[str, Any], dict[str, Any], Any, str]] = {
    "simple": ({}, {"type": "string"}, "a/b ü", "a%2Fb%20%C3%BC"),
    "a list": ({}, LIST, ["a", "b/c"], "a,b%2Fc"),
    "an object": ({"explode": True}, MAP, {"x": 1, "y": 2}, "x=1,y=2"),
    "label": ({"style": "label", "explode": True}, LIST, ["a", "b"], ".a.b"),
    "matrix": ({"style": "matrix"}, LIST, ["a", "b"], ";it=a,b"),
    "matrix, apart": ({"style": "matrix", "explode": True}, LIST, ["a", "b"], ";it=a;it=b"),
    "a whole number": ({}, {"type": "number"}, 7.0, "7"),
}


@pytest.mark.parametrize("style", PATHS)
async def test_a_path_is_filled_in_the_style_that_the_document_states(
    style: str, listener: Listener, tmp_path: Path
) -> None:
    more, schema, value, text = PATHS[style]
    stated = {"parameters": [parameter("it", schema, "path", **more)]}
    sent = await act(tmp_path, listener, {"it": value}, stated, path="/things/{it}/end")
    assert sent.target == f"/things/{text}/end"


@pytest.mark.parametrize("value", ["..", ".", ""])
async def test_a_path_can_not_be_led_to_another_operation(
    value: str, listener: Listener, tmp_path: Path
) -> None:
    stated = {"parameters": [parameter("it", {"type": "string"}, "path")]}
    opened = open_openapi(f"{document(tmp_path, stated, path='/things/{it}')}@{listener.url}", {})
    seen = await observe(opened, "act", it=value)
    assert "the path would name something else" in seen.text
    assert listener.sent == []


async def test_headers_and_cookies_are_sent_and_those_of_http_itself_left_alone(
    listener: Listener, tmp_path: Path
) -> None:
    text = {"type": "string"}
    stated = [
        parameter("X-Ids", {"type": "array", "items": {"type": "integer"}}, "header"),
        parameter("Authorization", text, "header"),
        parameter("session", text, "cookie"),
    ]
    opened = open_openapi(f"{document(tmp_path, {'parameters': stated})}@{listener.url}", {})
    assert list(opened.tools[0].spec.properties) == ["X-Ids", "session"]
    assert (await observe(opened, "act", **{"X-Ids": [1, 2], "session": "a; b"})).error is None
    assert listener.last.headers["x-ids"] == "1,2"
    assert listener.last.headers["cookie"] == "session=a%3B%20b"


async def test_a_header_can_not_be_broken_in_two(listener: Listener, tmp_path: Path) -> None:
    stated = {"parameters": [parameter("X-Note", {"type": "string"}, "header")]}
    opened = open_openapi(f"{document(tmp_path, stated)}@{listener.url}", {})
    seen = await observe(opened, "act", **{"X-Note": "a\r\nX-Key: b"})
    assert "it is sent as an HTTP header" in seen.text
    assert listener.sent == []


def body(schema: dict[str, Any], kind: str = "application/json", **more: Any) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}, **more}}


FIELDS = {"type": "object", "properties": {"a": {"type": "string"}, "b": LIST}, "required": ["a"]}


async def test_the_properties_of_a_body_are_arguments(listener: Listener, tmp_path: Path) -> None:
    sent = await act(tmp_path, listener, {"a": "é", "b": ["x"]}, body(FIELDS), method="post")
    assert (sent.json, sent.headers["content-type"]) == ({"a": "é", "b": ["x"]}, "application/json")
    sent = await act(tmp_path, listener, {"a": "x"}, body(FIELDS, "application/vnd.x+json"), method="put")
    assert (sent.json, sent.headers["content-type"]) == ({"a": "x"}, "application/vnd.x+json")


async def test_a_body_that_is_no_mere_object_is_one_argument(listener: Listener, tmp_path: Path) -> None:
    sent = await act(
        tmp_path, listener, {"body": [1, 2]}, body({"type": "array", "items": {}}), method="post"
    )
    assert sent.json == [1, 2]
    either = {"oneOf": [FIELDS, {"type": "integer"}]}
    assert (await act(tmp_path, listener, {"body": 7}, body(either), method="post")).json == 7
    clash = {**body(FIELDS), "parameters": [parameter("a", {"type": "string"})]}
    sent = await act(tmp_path, listener, {"a": "q", "body": {"a": "b"}}, clash, method="post")
    assert (sent.query, sent.json) == ([("a", "q")], {"a": "b"})
    text = body({"type": "string"}, "text/plain")
    assert (await act(tmp_path, listener, {"body": "hi"}, text, method="post")).body == b"hi"


async def test_forms_are_sent_as_forms(listener: Listener, tmp_path: Path) -> None:
    form = body(FIELDS, "application/x-www-form-urlencoded")
    sent = await act(tmp_path, listener, {"a": "x&y", "b": ["1", "2"]}, form, method="post")
    assert sent.body == b"a=x%26y&b=1&b=2"
    sent = await act(
        tmp_path, listener, {"a": "x", "b": ["1"]}, body(FIELDS, "multipart/form-data"), method="post"
    )
    assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="a"\r\n\r\nx\r\n' in sent.body


async def test_an_optional_body_is_sent_only_when_something_is_given(
    listener: Listener, tmp_path: Path
) -> None:
    optional = body({"type": "object", "properties": {"a": {"type": "string"}}}, required=False)
    sent = await act(tmp_path, listener, {}, optional, method="post")
    assert (sent.body, "content-type" in sent.headers) == (b"", False)
    assert (await act(tmp_path, listener, {"a": "x"}, optional, method="post")).json == {"a": "x"}


TEMPLATES = {
    "a note behind a #": ("/things#Action=List", "/things?q=a"),
    "a note behind the root": ("/#Action=List", "/?q=a"),
    "a query of its own": ("/things?kind=all", "/things?kind=all&q=a"),
}


@pytest.mark.parametrize("case", TEMPLATES)
async def test_what_a_path_says_besides_the_path_does_not_swallow_the_query(
    case: str, listener: Listener, tmp_path: Path
) -> None:
    path, target = TEMPLATES[case]
    stated = {"parameters": [parameter("q", {"type": "string"})]}
    assert (await act(tmp_path, listener, {"q": "a"}, stated, path=path)).target == target


def kinds(*names: str, schema: dict[str, Any] = FIELDS, required: bool = True) -> dict[str, Any]:
    return {"requestBody": {"required": required, "content": {name: {"schema": schema} for name in names}}}


CHOSEN = {
    "a wildcard": (["application/*+json", "application/json"], "application/json"),
    "a wildcard only": (["application/*+json"], "application/json"),
    "a patch first": (["application/json-patch+json", "application/merge-patch+json"], "application/merge-"),
    "a charset": (["application/json; charset=utf-8"], "application/json; charset=utf-8"),
    "text that is JSON": (["text/json"], "text/json"),
}


@pytest.mark.parametrize("case", CHOSEN)
async def test_of_several_kinds_of_json_the_plainest_is_sent(
    case: str, listener: Listener, tmp_path: Path
) -> None:
    names, said = CHOSEN[case]
    sent = await act(tmp_path, listener, {"a": "x"}, kinds(*names), method="post")
    assert sent.json == {"a": "x"}
    assert sent.headers["content-type"].startswith(said)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded; charset=utf-8", "Multipart/Form-Data"])
async def test_a_form_is_known_by_its_name_alone(kind: str, listener: Listener, tmp_path: Path) -> None:
    sent = await act(tmp_path, listener, {"a": "x"}, kinds(kind), method="post")
    assert sent.headers["content-type"].startswith(kind.partition(";")[0].lower())
    assert sent.body == b"a=x" or b'name="a"\r\n\r\nx\r\n' in sent.body


def test_an_object_that_would_have_to_be_written_as_xml_is_not_sent_as_json(tmp_path: Path) -> None:
    (refusal,) = open_openapi(f"{document(tmp_path, kinds('text/xml'))}@http://a.test", {}).refused
    assert refusal.reason == "its body is text/xml; JSON, forms and text can be sent"
    optional = open_openapi(f"{document(tmp_path, kinds('text/xml', required=False))}@http://a.test", {})
    assert optional.tools[0].spec.properties == {}
    both = open_openapi(f"{document(tmp_path, kinds('text/xml', 'text/plain'))}@http://a.test", {})
    assert both.refused == ()
    written = kinds("text/xml", schema={"type": "string"})
    assert list(open_openapi(f"{document(tmp_path, written)}@http://a.test", {}).tools[0].spec.properties)


async def test_text_of_any_kind_is_sent_as_it_is(listener: Listener, tmp_path: Path) -> None:
    stated = kinds("text/*", schema={"type": "string"})
    sent = await act(tmp_path, listener, {"body": "hello"}, stated, method="post")
    assert (sent.headers["content-type"], sent.body) == ("text/plain; charset=utf-8", b"hello")


async def test_an_object_in_a_multipart_form_is_a_part_that_says_it_is_json(
    listener: Listener, tmp_path: Path
) -> None:
    fields = {"type": "object", "properties": {"a": MAP, "b": {"type": "string"}, "c": {"type": "string"}}}
    stated = kinds("multipart/form-data", schema=fields)
    content = stated["requestBody"]["content"]["multipart/form-data"]
    content["encoding"] = {"c": {"contentType": "application/json; charset=utf-8"}}
    sent = await act(tmp_path, listener, {"a": {"x": 1}, "b": "y", "c": "z"}, stated, method="post")
    assert b'name="a"\r\nContent-Type: application/json\r\n\r\n{"x":1}\r\n' in sent.body
    assert b'name="b"\r\n\r\ny\r\n' in sent.body
    assert b'name="c"\r\nContent-Type: application/json\r\n\r\n"z"\r\n' in sent.body


async def test_a_multipart_form_of_which_nothing_is_given_is_an_empty_one(
    listener: Listener, tmp_path: Path
) -> None:
    stated = kinds("multipart/form-data", schema={"type": "object", "properties": {"a": {"type": "string"}}})
    sent = await act(tmp_path, listener, {}, stated, method="post")
    assert (sent.headers["content-type"], sent.body) == (
        "multipart/form-data; boundary=end",
        b"--end--\r\n",
    )
