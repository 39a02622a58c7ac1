"""Documents as strangers write them: read as JSON would be, or refused with where and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from http_service import Listener, Reply, listening
from openapi_documents import ONE, opened

from practicum.errors import SetupError
from practicum.tools.openapi import document as documents
from practicum.tools.openapi import open_openapi
from practicum.tools.openapi.servers import base_url

UNREADABLE: dict[str, tuple[bytes, str, str]] = {
    "cut JSON": (b'{"openapi": "3.1.0",\n "paths": {', ":2: not JSON: ", "mend that line"),
    "broken YAML": (b"openapi: 3.1.0\npaths:\n\t- x", ":3: not YAML: ", "mend that line"),
    "a tag": (b"openapi: 3.1.0\npaths: !!python/name:os.system x", ":2: not YAML: could not", "line"),
    "a date by tag": (b"openapi: !!timestamp 2024-01-01", ":1: not YAML: could not determine", "line"),
    "not UTF-8": (b"openapi: 3.1.0\ninfo: {title: caf\xe9}", ":2: not UTF-8", "UTF-8"),
    "a list": (b"[1, 2]", "is no OpenAPI document", "openapi:FILE"),
    "empty": (b"", "is no OpenAPI document", "openapi:FILE"),
    "Swagger": (b"swagger: '2.0'", "is Swagger 2.0", "convert it"),
    "another version": (b"openapi: 4.0.0", "is OpenAPI '4.0.0'; only 3.0 and 3.1", "convert it"),
    "no paths": (b"openapi: 3.1.0", "has no paths", "name a document"),
    "no server": (b"openapi: 3.1.0\npaths: {/a: {}}", "does not say where the API is served", "@http://HOST"),
    "a server beside nothing": (
        b"openapi: 3.1.0\nservers: [{url: /api/v1}]\npaths: {/a: {}}",
        "its server is '/api/v1', which is no http(s) URL",
        "@http://HOST:PORT/api/v1",
    ),
    "a variable without a value": (
        b"openapi: 3.1.0\nservers: [{url: 'http://{host}/'}]\npaths: {/a: {}}",
        "its server's variable 'host' has no default",
        "@http://HOST:PORT",
    ),
    "nested without end": (b'{"openapi": ' + b"[" * 200_000, "nested too deeply", "right file"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_document_that_can_not_be_read_says_where_and_what_to_do(case: str, tmp_path: Path) -> None:
    data, said, fix = UNREADABLE[case]
    file = tmp_path / "api"
    file.write_bytes(data)
    with pytest.raises(SetupError) as caught:
        open_openapi(str(file), {})
    assert said in caught.value.message
    assert fix in caught.value.fix
    assert "\n" not in caught.value.message


def test_what_is_no_file_and_no_http_url_is_told_from_each_other(tmp_path: Path) -> None:
    for place, said in (
        (str(tmp_path / "none.yaml"), "No such file"),
        (str(tmp_path), "Is a directory"),
        ("", "names no document"),
        ("ftp://x.test/api.json", "ftp is no way to get"),
        ("file:///etc/passwd", "file is no way to get"),
    ):
        with pytest.raises(SetupError, match=said):
            open_openapi(place, {})


def test_yaml_is_read_as_json_knows_it(tmp_path: Path) -> None:
    text = "openapi: 3.1.0\nservers: [{url: 'http://a.test'}]\npaths:\n  /a:\n    get:\n      parameters:\n"
    values = "no, on, 012, 1e3, 2024-01-01, null, ~, true, 7, 0.5"
    text += f"        - {{name: q, in: query, schema: {{enum: [{values}]}}}}\n"
    (tool,) = opened(tmp_path, text).tools
    assert tool.spec.properties["q"]["enum"] == [
        "no",
        "on",
        "012",
        1000.0,
        "2024-01-01",
        None,
        None,
        True,
        7,
        0.5,
    ]


def test_a_key_that_stands_twice_is_a_line_and_the_last_counts(tmp_path: Path) -> None:
    text = "openapi: 3.1.0\nservers: [{url: 'http://a.test'}]\npaths:\n  /a:\n    get: {operationId: first}\n"
    found = opened(tmp_path, text + "    get: {operationId: last}\n")
    assert [tool.name for tool in found.tools] == ["last"]
    assert [refusal.reason for refusal in found.refused] == ["line 6: the key 'get' stands twice"]
    doubled = (
        '{"openapi": "3.1.0", "servers": [{"url": "http://a.test"}], "paths": {"/a": {"get": {}, "get": {}}}}'
    )
    assert [refusal.reason for refusal in opened(tmp_path, doubled).refused] == ["the key 'get' stands twice"]


def test_aliases_that_multiply_without_end_are_a_line(tmp_path: Path) -> None:
    lines = [
        "openapi: 3.0.0",
        "servers: [{url: 'http://a.test'}]",
        "x0: &a0 {type: array, items: {type: string}}",
    ]
    lines += [f"x{n}: &a{n} {{anyOf: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)]
    lines += ["loop: &loop {type: array, items: *loop}", "paths:", "  /b:"]
    lines += ["    get: {parameters: [{name: q, in: query, schema: *a11}]}"]
    lines += ["    put: {parameters: [{name: q, in: query, schema: *loop}]}"]
    lines += ["    patch: {parameters: [{name: q, in: query, schema: {type: object, default: *loop}}]}"]
    lines += ["  /a: {get: {operationId: fine}}"]
    found = opened(tmp_path, "\n".join(lines))
    assert [tool.name for tool in found.tools] == ["fine"]
    assert [refusal.reason for refusal in found.refused] == [
        "its schema has more than 5000 parts",
        "its schema is nested more than 40 levels deep",
        "its schema is nested more than 40 levels deep",
    ]


@pytest.fixture
def listener(socket_enabled: None) -> Iterator[Listener]:
    with listening() as running:
        yield running


async def test_a_document_is_fetched_and_its_server_found_beside_it(listener: Listener) -> None:
    listener.reply = Reply(
        body=json.dumps({"openapi": "3.1.0", "servers": [{"url": "v2"}], "paths": ONE}).encode()
    )
    place = f"{listener.url.replace('//', '//ann:pass@')}/docs/api.json?key=1"
    (tool,) = open_openapi(place, {}).tools
    assert listener.last.target == "/docs/api.json?key=1"
    assert listener.last.headers["authorization"] == "Basic YW5uOnBhc3M="
    listener.reply = Reply()
    await tool.invoke({})
    assert listener.last.target == "/docs/v2/a"
    assert "authorization" not in listener.last.headers


def test_a_document_that_can_not_be_fetched_says_why_without_what_may_be_secret(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{listener.url.replace('//', '//ann:pass@')}/api.json?key=hidden"
    listener.reply = Reply(404, b"{}")
    with pytest.raises(
        SetupError, match=f"{listener.url}/api.json can't be fetched: the server answers 404"
    ) as found:
        open_openapi(url, {})
    listener.reply = Reply(302, b"", {"location": "http://elsewhere.test/"})
    with pytest.raises(SetupError, match="redirects to http://elsewhere") as led:
        open_openapi(url, {})
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 1_000_000)
    listener.reply = Reply(body=b" " * 1_000_001)
    with pytest.raises(SetupError, match="is larger than 1 MB") as large:
        open_openapi(url, {})
    with pytest.raises(SetupError, match="can't be reached") as shut:
        open_openapi("http://ann:pass@127.0.0.1:9/api.json?key=hidden", {})
    for error in (found, led, large, shut):
        assert "pass" not in error.value.message
        assert "hidden" not in error.value.message


def test_a_server_without_a_scheme_is_asked_over_https() -> None:
    stated = [{"url": "//a.test/v1/"}]
    assert base_url(stated, documents.Document("api.json", {}, None)) == "https://a.test/v1"
    fetched = documents.Document("api.json", {}, "http://b.test/api.json")
    assert base_url(stated, fetched) == "http://a.test/v1"
