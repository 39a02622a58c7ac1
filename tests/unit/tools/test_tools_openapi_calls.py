"""Operations called on real services: what comes back, what an error says, where keys go."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from http_service import Listener, Reply, Sent, listening, pet_shop, serving
from openapi_documents import document, observe

from practicum.records import ErrorKind
from practicum.tools.catalog import Offered
from practicum.tools.openapi import open_openapi
from practicum.tools.web import sending

KEYS = {"PRACTICUM_AUTH_SHOPKEY": "key-4711", "PRACTICUM_AUTH_QUERY_TOKEN": "opensesame"}
QUERY_KEY = {"type": "apiKey", "in": "query", "name": "k"}


@pytest.fixture
def shop(socket_enabled: None) -> Iterator[str]:
    with serving(pet_shop()) as url:
        yield url


@pytest.fixture
def listener(socket_enabled: None) -> Iterator[Listener]:
    with listening() as running:
        yield running


def open_shop(url: str, environment: dict[str, str]) -> Offered:
    return open_openapi(f"{url}/openapi.json", environment)


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
    assert said.error is ErrorKind.UNAVAILABLE
    assert (await observe(opened, "getPet", pet_id=1)).error is None


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
    shut = await observe(opened, "act")
    assert shut.text == "Error: 127.0.0.1:9 can't be reached (ConnectError)"
    assert shut.error is ErrorKind.UNAVAILABLE
    monkeypatch.setattr(sending, "TIMEOUT_S", 0.2)
    is_over = threading.Event()
    listener.reply = lambda _: Reply(body=b"[]" if is_over.wait(60) else b"")
    opened = open_openapi(f"{document(tmp_path, {})}@{listener.url}", {})
    seen = await observe(opened, "act")
    is_over.set()
    assert f"{listener.url.removeprefix('http://')} did not answer within 0.2 s" in seen.text
    assert seen.error is ErrorKind.UNAVAILABLE
