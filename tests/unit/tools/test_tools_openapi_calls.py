"""Operations called on real services: what is sent, what comes back, what an error says."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from http_service import Listener, Reply, Sent, listening, pet_shop, serving

from practicum.records import ErrorKind, Observation, ToolCall
from practicum.tools.catalog import Opened
from practicum.tools.executor import Executor
from practicum.tools.openapi import open_openapi
from practicum.tools.web import sending

KEYS = {"PRACTICUM_AUTH_SHOPKEY": "key-4711", "PRACTICUM_AUTH_QUERY_TOKEN": "opensesame"}


@pytest.fixture
def shop(socket_enabled: None) -> Iterator[str]:
    with serving(pet_shop()) as url:
        yield url


@pytest.fixture
def listener(socket_enabled: None) -> Iterator[Listener]:
    with listening() as running:
        yield running


async def observe(opened: Opened, tool: str, /, **arguments: Any) -> Observation:
    return await Executor(opened.tools).execute(ToolCall(name=tool, arguments=arguments))


def open_shop(url: str, environment: dict[str, str]) -> Opened:
    return open_openapi(f"{url}/openapi.json", environment)


def document(folder: Path, operation: dict[str, Any], *, path: str = "/things", **more: Any) -> Path:
    """A document with one operation, ``act``."""
    method = more.pop("method", "get")
    file = folder / "api.json"
    acting = {"operationId": "act", "responses": {}, **operation}
    whole = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {path: {method: acting}}}
    file.write_text(json.dumps({**whole, **more}))
    return file


def parameter(name: str, schema: dict[str, Any], place: str = "query", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, "required": place == "path", **more}


async def act(
    folder: Path, listener: Listener, arguments: dict[str, Any], operation: Any, **more: Any
) -> Sent:
    """Call the document's operation with the listener, and return what arrived."""
    opened = open_openapi(f"{document(folder, operation, **more)}@{listener.url}", {})
    assert opened.refused == ()
    seen = await observe(opened, "act", **arguments)
    assert seen.error is None, seen.text
    return listener.last


async def test_a_documents_operations_are_called_on_the_service_that_wrote_it(shop: str) -> None:
    opened = open_shop(shop, KEYS)
    assert [tool.name for tool in opened.tools] == ["listPets", "addPet", "getPet", "removePet", "bookVisit"]
    assert (opened.refused, opened.notices) == ((), ())
    seen = await observe(opened, "listPets", kind="cat", limit=1, tags=["a,b", "c"])
    assert json.loads(seen.text) == {"pets": [{"id": 2, "name": "Mia", "kind": "cat"}], "tags": ["a,b", "c"]}
    assert (
        json.loads((await observe(opened, "getPet", pet_id=1, **{"x-trace": "t 1"})).text)["trace"] == "t 1"
    )
    booked = await observe(opened, "bookVisit", day="friday & saturday", people=[2, 3])
    assert json.loads(booked.text) == {"day": "friday & saturday", "people": [2, 3]}


async def test_an_error_body_is_the_observation(shop: str) -> None:
    opened = open_shop(shop, KEYS)
    missing = await observe(opened, "getPet", pet_id=9)
    assert missing.error is ErrorKind.RAISED
    assert missing.text == 'Error: HTTP 404 Not Found: {"detail":"there is no pet 9"}'
    refused = await observe(opened, "addPet", name="Tom", age=3, tags=["x", "y"])
    assert refused.error is None
    assert json.loads(refused.text)["added"] == {"name": "Tom", "age": 3, "tags": ["x", "y"]}


async def test_what_the_service_would_refuse_is_refused_by_the_schema_before_it_is_sent(shop: str) -> None:
    opened = open_shop(shop, KEYS)
    for arguments in ({"name": "x" * 21}, {"name": "Tom", "age": 40}, {"name": "Tom", "colour": "red"}, {}):
        assert (await observe(opened, "addPet", **arguments)).error is ErrorKind.SCHEMA


async def test_a_key_goes_to_the_service_and_is_in_no_observation_and_no_log(
    shop: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    opened = open_shop(shop, KEYS)
    assert opened.secrets == ("key-4711", "opensesame")
    added = await observe(opened, "addPet", name="Tom")
    assert json.loads(added.text)["key"] == "[redacted]"
    assert (await observe(opened, "removePet", pet_id=1)).text == "(no content; status 204)"
    wrong = open_shop(shop, {**KEYS, "PRACTICUM_AUTH_QUERY_TOKEN": "open barley&"})
    said = await observe(wrong, "removePet", pet_id=1)
    assert said.text == 'Error: HTTP 403 Forbidden: {"detail":"the token [redacted] opens nothing"}'
    for secret in ("key-4711", "opensesame", "barley"):
        assert secret not in caplog.text
        assert secret not in repr(opened)
        assert secret not in repr(wrong.tools)


async def test_a_missing_key_is_told_once_and_each_call_that_needs_it_says_so(shop: str) -> None:
    opened = open_shop(shop, {})
    assert [notice.text for notice in opened.notices] == [
        "PRACTICUM_AUTH_SHOPKEY is not set: addPet can't be called without it",
        "PRACTICUM_AUTH_QUERY_TOKEN is not set: removePet can't be called without it",
    ]
    said = await observe(opened, "addPet", name="Tom")
    assert said.text == "Error: this call needs a key that is not there: PRACTICUM_AUTH_SHOPKEY is not set"
    assert (await observe(opened, "getPet", pet_id=1)).error is None


LIST, MAP = {"type": "array", "items": {"type": "string"}}, {"type": "object"}
VALUES = ["a b", "c,d"]
STYLES = {
    "form": (parameter("q", LIST), VALUES, "q=a%20b&q=c%2Cd"),
    "form, in one": (parameter("q", LIST, explode=False), VALUES, "q=a%20b,c%2Cd"),
    "spaces": (parameter("q", LIST, style="spaceDelimited", explode=False), VALUES, "q=a%20b%20c%2Cd"),
    "pipes": (parameter("q", LIST, style="pipeDelimited"), VALUES, "q=a%20b|c%2Cd"),
    "an object": (parameter("q", MAP), {"a": 1, "b": True}, "a=1&b=true"),
    "an object, in one": (parameter("q", MAP, explode=False), {"a": 1, "b": "x"}, "q=a,1,b,x"),
    "deep": (
        parameter("q", MAP, style="deepObject"),
        {"a": {"b": 2.0}, "c": VALUES},
        "q%5Ba%5D%5Bb%5D=2&q%5Bc%5D=a%20b&q%5Bc%5D=c%2Cd",
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
    assert sent.target.replace("%7C", "|") == f"/things?{query}"


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


async def test_a_redirect_on_the_same_host_is_followed_and_takes_the_key_along(
    listener: Listener, tmp_path: Path
) -> None:
    def reply(sent: Sent) -> Reply:
        return Reply() if sent.path == "/new" else Reply(307, b"", {"location": "/new"})

    listener.reply = reply
    secured = document(tmp_path, {"security": [{"k": []}]}, components={"securitySchemes": {"k": QUERY_KEY}})
    opened = open_openapi(f"{secured}@{listener.url}", {"PRACTICUM_AUTH_K": "s3cret"})
    assert (await observe(opened, "act")).error is None
    assert [sent.target for sent in listener.sent] == ["/things?k=s3cret", "/new?k=s3cret"]


QUERY_KEY = {"type": "apiKey", "in": "query", "name": "k"}


async def test_a_redirect_to_another_host_is_not_followed_and_gets_no_key(
    listener: Listener, tmp_path: Path
) -> None:
    with listening() as other:
        listener.reply = Reply(302, b"", {"location": f"{other.url}/?from=here"})
        opened = open_openapi(f"{document(tmp_path, {})}@{listener.url}", {})
        seen = await observe(opened, "act")
        assert seen.text == f"Error: status 302: it redirects to {other.url}, which is not followed"
        assert other.sent == []


async def test_a_proxy_of_the_environment_is_used_unless_it_is_not_for_this_host(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", listener.url)
    monkeypatch.setenv("no_proxy", "direct.test")
    opened = open_openapi(f"{document(tmp_path, {})}@http://api.test", {})
    assert (await observe(opened, "act")).error is None
    assert listener.last.target == "http://api.test/things"
    opened = open_openapi(f"{document(tmp_path, {})}@http://direct.test", {})
    assert "direct.test can't be reached" in (await observe(opened, "act")).text


async def test_endless_redirects_end(listener: Listener, tmp_path: Path) -> None:
    listener.reply = Reply(302, b"", {"location": "/things"})
    opened = open_openapi(f"{document(tmp_path, {})}@{listener.url}", {})
    assert "redirects more than 3 times" in (await observe(opened, "act")).text
    assert len(listener.sent) == 4


async def test_a_body_is_read_to_its_bound(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MAX_BYTES", 100)
    listener.reply = Reply(body=b'"' + b"x" * 5_000_000)
    opened = open_openapi(f"{document(tmp_path, {})}@{listener.url}", {})
    assert (await observe(opened, "act")).text == '"' + "x" * 99 + "\n(cut after 100 bytes)"


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply(body=b'{"a": [1, 2],\n "\xc3\xa9": null}'), '{"a":[1,2],"é":null}'),
        (Reply(body=b"{broken"), "{broken"),
        (Reply(body=b"\xe9", headers={"content-type": "text/plain; charset=latin-1"}), "é"),
        (Reply(body=b"\xff", headers={"content-type": "text/plain; charset=klingon"}), "\ufffd"),
        (Reply(body=b"\x89PNG", headers={"content-type": "image/png"}), "(4 bytes of image/png)"),
        (Reply(status=204, body=b""), "(no content; status 204)"),
        (Reply(502, b"", {}), "Error: HTTP 502 Bad Gateway: (no content; status 502)"),
        (Reply(status=599, body=b"[]"), "Error: HTTP 599: []"),
    ],
)
async def test_an_answer_of_any_kind_becomes_text(
    reply: Reply, text: str, listener: Listener, tmp_path: Path
) -> None:
    listener.reply = reply
    opened = open_openapi(f"{document(tmp_path, {})}@{listener.url}", {})
    assert (await observe(opened, "act")).text == text


async def test_a_service_that_is_slow_or_not_there_is_an_observation(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_openapi(f"{document(tmp_path, {})}@http://127.0.0.1:9", {})
    assert (await observe(opened, "act")).text == "Error: 127.0.0.1:9 can't be reached (ConnectError)"
    monkeypatch.setattr(sending, "TIMEOUT_S", 0.2)
    is_over = threading.Event()
    listener.reply = lambda _: Reply(body=b"[]" if is_over.wait(60) else b"")
    opened = open_openapi(f"{document(tmp_path, {})}@{listener.url}", {})
    seen = await observe(opened, "act")
    is_over.set()
    assert f"{listener.url.removeprefix('http://')} did not answer within 0.2 s" in seen.text
