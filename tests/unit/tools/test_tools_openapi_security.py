"""Keys of documents: which are taken from the environment, and what is said of those that are missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openapi_documents import opened, with_paths

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
        "PRACTICUM_AUTH_JAR is not set: calls of act will be answered with that"
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
