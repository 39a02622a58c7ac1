"""Keys of documents: which are taken from the environment, and what is said of those that are missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openapi_documents import opened, with_paths

from practicum.errors import SetupError
from practicum.tools.openapi.document import Document
from practicum.tools.openapi.servers import require_reachable
from practicum.tools.sources import load_tools

SCHEMES = {
    "Head": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "Jar": {"type": "apiKey", "in": "cookie", "name": "session"},
    "user login": {"type": "http", "scheme": "basic"},
    "Bearer": {"type": "http", "scheme": "bearer"},
    "login": {"$ref": "#/components/securitySchemes/Bearer"},
}


def secured(requirement: list[Any]) -> dict[str, Any]:
    paths = {"/a": {"get": {"operationId": "act"}}, "/open": {"get": {"security": []}}}
    return with_paths(paths, security=requirement, components={"securitySchemes": SCHEMES})


def test_the_first_way_in_that_can_be_taken_is_taken(tmp_path: Path) -> None:
    either = secured([{"Head": [], "Jar": []}, {"Bearer": []}])
    found = opened(tmp_path, either, PRACTICUM_AUTH_BEARER="b-1234", PRACTICUM_AUTH_JAR="j-1234")
    assert (found.secrets, found.notices) == (("b-1234",), ())
    both = opened(tmp_path, either, PRACTICUM_AUTH_HEAD="h-1234", PRACTICUM_AUTH_JAR="j-1234")
    assert both.secrets == ("h-1234", "j-1234")
    neither = opened(tmp_path, either, PRACTICUM_AUTH_HEAD="h-1234")
    assert [notice.text for notice in neither.notices] == [
        "PRACTICUM_AUTH_JAR is not set: act can't be called without it"
    ]
    assert opened(tmp_path, secured([{"Head": []}, {}])).notices == ()


def test_a_key_for_one_host_comes_before_the_one_for_all(tmp_path: Path) -> None:
    keys = {"PRACTICUM_AUTH_LOGIN": "for-all", "PRACTICUM_AUTH_LOGIN__B_TEST_8080": "for-b"}
    assert opened(tmp_path, secured([{"login": []}]), **keys).secrets == ("for-all",)
    assert opened(tmp_path, secured([{"login": []}]), at="@http://b.test:8080/v1", **keys).secrets == (
        "for-b",
    )


def test_a_password_is_a_secret_in_each_of_its_forms(tmp_path: Path) -> None:
    found = opened(tmp_path, secured([{"user login": []}]), PRACTICUM_AUTH_USER_LOGIN="ann:pass word")
    assert found.secrets == ("ann:pass word", "YW5uOnBhc3Mgd29yZA==", "pass word")


@pytest.mark.parametrize("value", ["two\nlines", "schlüssel"])
def test_a_value_that_no_header_can_hold_is_told_without_telling_it(value: str, tmp_path: Path) -> None:
    with pytest.raises(
        SetupError, match="PRACTICUM_AUTH_HEAD holds characters that HTTP can't send"
    ) as caught:
        opened(tmp_path, secured([{"Head": []}]), PRACTICUM_AUTH_HEAD=value)
    assert value not in caught.value.message + caught.value.fix


def test_of_a_missing_key_is_told_only_when_a_tool_that_needs_it_is_chosen(tmp_path: Path) -> None:
    opened(tmp_path, secured([{"Head": []}]))
    catalog = load_tools([f"openapi:{tmp_path / 'api.yaml'}"])
    assert len(catalog.notices) == len(catalog.only(("act",)).notices) == 1
    assert catalog.only(("get_open",)).notices == ()


def test_a_key_goes_to_no_other_host_than_the_documents(tmp_path: Path) -> None:
    elsewhere = {
        "/a": {"get": {"operationId": "here"}},
        "/b": {"get": {"operationId": "there", "servers": [{"url": "https://evil.test/x"}]}},
    }
    document = with_paths(elsewhere, security=[{"Bearer": []}], components={"securitySchemes": SCHEMES})
    found = opened(tmp_path, document, PRACTICUM_AUTH_BEARER="b-1234")
    here, there = found.tools
    assert "served at" not in here.effect_reason
    assert there.effect_reason.endswith("; it is served at evil.test")
    assert [notice.text for notice in found.notices] == [
        "PRACTICUM_AUTH_BEARER__EVIL_TEST is not set: there can't be called without it"
    ]
    both = {"PRACTICUM_AUTH_BEARER": "b-1234", "PRACTICUM_AUTH_BEARER__EVIL_TEST": "e-1234"}
    assert opened(tmp_path, document, **both).secrets == ("b-1234", "e-1234")


@pytest.mark.parametrize(
    ("near", "address"),
    [
        (True, "http://localhost:80/v1"),
        (True, "http://127.0.0.1"),
        (True, "http://169.254.169.254/latest"),
        (True, "http://[::1]:8000"),
        (True, "http://10.0.0.8"),
        (True, "http://db.internal."),
        (False, "https://api.example.com/v1"),
        (False, "http://8.8.8.8"),
    ],
)
def test_a_fetched_document_does_not_lead_into_the_users_network(near: bool, address: str) -> None:
    fetched = Document("https://docs.example.org/a.json", {}, "https://docs.example.org/a.json")
    if near:
        with pytest.raises(SetupError, match="which is not where it lies"):
            require_reachable(address, fetched)
    else:
        require_reachable(address, fetched)
    require_reachable(address, Document("a.json", {}, None))
    require_reachable(address, Document("mine", {}, "http://localhost:3000/a.json"))
