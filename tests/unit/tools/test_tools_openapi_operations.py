"""Operations of documents as tools; what is wrong with one is a line, and the others are tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_documents import ONE, PETSTORE, opened, query, with_paths

from practicum.errors import SetupError
from practicum.tools.effects import Effect
from practicum.tools.sources import load_tools


def test_each_operation_of_a_3_0_document_is_a_tool(tmp_path: Path) -> None:
    tools = {tool.name: tool for tool in opened(tmp_path, PETSTORE).tools}
    assert list(tools) == ["show_pet", "delete_pets_petId", "get_pets", "post_pets", "patch_pets_petId_photo"]
    assert tools["show_pet"].spec.description == "Show a pet and where it lives."
    assert tools["delete_pets_petId"].spec.description == "(Deprecated.) DELETE /pets/{petId}"
    assert tools["show_pet"].spec.parameters == {
        "type": "object",
        "properties": {"petId": {"type": "integer", "examples": [7]}},
        "required": ["petId"],
        "additionalProperties": False,
    }


def test_the_dialect_of_3_0_is_translated(tmp_path: Path) -> None:
    tools = {tool.name: tool.spec.properties for tool in opened(tmp_path, PETSTORE).tools}
    assert tools["get_pets"] == {
        "since": {"type": "string", "format": "date", "examples": ["2024-02-29"]},
        "country": {
            "type": "string",
            "enum": ["no", "se"],
            "examples": ["no"],
            "description": "Where they live.",
        },
        "limit": {"type": "integer", "exclusiveMinimum": 0},
    }
    assert tools["post_pets"] == {
        "name": {"type": "string", "description": "What it is called", "examples": ["Rex"]},
        "weight": {"anyOf": [{"type": "number", "maximum": 90}, {"type": "null"}], "examples": [31.5]},
        "owner": {"type": "object", "properties": {"city": {"type": "string"}}},
    }


def test_the_effect_is_that_of_the_http_method(tmp_path: Path) -> None:
    effects = {tool.name: tool.effect for tool in opened(tmp_path, PETSTORE).tools}
    assert effects["get_pets"] is Effect.READ_ONLY
    assert effects["post_pets"] is Effect.UNKNOWN
    assert effects["delete_pets_petId"] is effects["patch_pets_petId_photo"] is Effect.DESTRUCTIVE


TREE = {"$ref": "#/components/schemas/Tree"}
CYCLE = {"Tree": {"type": "object", "properties": {"child": TREE}, "required": ["child"]}}
MANY = [query(f"p{number}", {"type": "string"}) for number in range(101)]
BROKEN: dict[str, tuple[Any, str]] = {
    "a schema that refers to itself without an end": (
        {"parameters": [query("q", TREE)]},
        "its schema refers to itself through 'Tree'",
    ),
    "a hundred and one parameters": ({"parameters": MANY}, "more than 100 parameters"),
    "no type": ({"parameters": [query("q", {"description": "any"})]}, "its parameter 'q' has no type"),
    "no schema": ({"parameters": [{"name": "q", "in": "query"}]}, "its parameter 'q' has no schema"),
    "no such type": ({"parameters": [query("q", {"type": "strng"})]}, "at properties.q.type: 'strng'"),
    "no such place": ({"parameters": [{**query("q", {}), "in": "qury"}]}, "not as OpenAPI wants it, at in"),
    "no name": ({"parameters": [{"in": "query", "schema": {}}]}, "is not as OpenAPI wants it, at name"),
    "no such style": ({"parameters": [query("q", {"type": "string"}, style="wild")]}, "the style 'wild'"),
    "no list of parameters": ({"parameters": {"q": 1}}, "its parameters are no list"),
    "a parameter that is text": ({"parameters": ["q"]}, "a parameter of it is no object"),
    "a reference to nothing": ({"parameters": [{"$ref": "#/nowhere"}]}, "'#/nowhere', which is not there"),
    "a reference elsewhere": (
        {"parameters": [query("q", {"$ref": "http://other.test/s.json#/A"})]},
        "'http://other.test/s.json#/A', outside the document, which is not read",
    ),
    "a reference to a file": ({"requestBody": {"$ref": "/etc/passwd"}}, "outside the document"),
    "a reference that is no text": ({"parameters": [{"$ref": 7}]}, "a $ref that is no text"),
    "a schema that is text": ({"parameters": [query("q", "string")]}, "holds 'string' where a schema"),
    "an upload": (
        {"requestBody": {"required": True, "content": {"image/png": {}}}},
        "its body is image/png; JSON, forms and text can be sent",
    ),
    "no such security scheme": ({"security": [{"nobody": []}]}, "scheme 'nobody', which is not there"),
    "a certificate": ({"security": [{"tls": []}]}, "its security scheme 'tls' (mutualTLS) can't be met"),
    "a server without a URL": ({"servers": [{}]}, "its server has no URL"),
    "a server of another kind": ({"servers": [{"url": "ftp://x.test"}]}, "which is no http(s) URL"),
    "too deep": (
        {"parameters": [query("q", json.loads('{"items":' * 60 + '{"type":"string"}' + "}" * 60))]},
        "nested more than 40 levels deep",
    ),
    "text": ("list the things", "it is no object in the document"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_an_operation_that_can_not_be_used_is_a_line_and_the_other_goes_on(case: str, tmp_path: Path) -> None:
    operation, said = BROKEN[case]
    paths = {"/b": {"get": operation}, **ONE}
    components = {"schemas": CYCLE, "securitySchemes": {"tls": {"type": "mutualTLS"}}}
    found = opened(tmp_path, with_paths(paths, components=components))
    assert [tool.name for tool in found.tools] == ["fine"]
    (refusal,) = found.refused
    assert said in refusal.reason
    assert "\n" not in refusal.reason
    assert refusal.optional


def test_a_gap_in_a_path_without_its_parameter_is_a_line(tmp_path: Path) -> None:
    found = opened(tmp_path, with_paths({"/b/{id}": {"get": {}}, "no-slash": {"get": {}}, **ONE}))
    assert [tool.name for tool in found.tools] == ["fine"]
    assert [refusal.reason for refusal in found.refused] == [
        "its path has {id}, and no path parameter is called so",
        "its path does not begin with /",
    ]


def test_refused_operations_do_not_stop_the_others_from_being_practised(tmp_path: Path) -> None:
    file = tmp_path / "api.json"
    file.write_text(json.dumps(with_paths({"/b": {"get": "text"}, **ONE})))
    catalog = load_tools([f"openapi:{file}"])
    assert len(catalog.require_usable()) == len(catalog.refused) == 1
    file.write_text(json.dumps(with_paths({"/b": {"get": "text"}})))
    with pytest.raises(SetupError, match="GET /b can't be used: it is no object"):
        load_tools([f"openapi:{file}"]).require_usable()


def test_a_cycle_that_no_request_goes_through_harms_nothing(tmp_path: Path) -> None:
    answering = {"200": {"description": "", "content": {"application/json": {"schema": TREE}}}}
    found = opened(
        tmp_path, with_paths({"/a": {"get": {"responses": answering}}}, components={"schemas": CYCLE})
    )
    assert (len(found.tools), found.refused) == (1, ())


def test_a_base_url_with_a_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="the base URL holds a user or a password"):
        opened(tmp_path, with_paths(ONE), at="@http://ann:pass@b.test")


def test_names_are_told_apart(tmp_path: Path) -> None:
    operation = {"operationId": "twice"}
    long = {"operationId": "x" * 80}
    paths: dict[str, Any] = {
        "/a": {"get": operation, "put": operation},
        "/b": {"get": long},
        "/c/{d}": {"get": long},
    }
    path_d: dict[str, Any] = {"name": "d", "in": "path", "required": True, "schema": {"type": "string"}}
    paths["/c/{d}"]["get"] = {**long, "parameters": [path_d, query("d", {"type": "integer"})]}
    found = opened(tmp_path, with_paths(paths))
    assert [tool.name for tool in found.tools] == ["twice", "put_a", "x" * 64, "get_c_d"]
    assert list(found.tools[-1].spec.properties) == ["d", "d_query"]
    assert load_tools([f"openapi:{tmp_path / 'api.yaml'}"]).refused == ()
