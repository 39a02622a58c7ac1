"""The commands on OpenAPI documents and ToolBench's documentation, with the services behind them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_parts import check_refused, journal_rows, only_json, practicum, write_lines
from http_service import PETS, Listener, Reply, listening, pet_shop, serving

pytestmark = pytest.mark.slow

SHOP_KEY = {"PRACTICUM_AUTH_SHOPKEY": "key-4711", "PRACTICUM_AUTH_QUERY_TOKEN": "opensesame"}
QUERIES = {"Which pet has the number 2?": 2, "Tell me about pet number 9, please": 9}


@pytest.fixture
def shop(socket_enabled: None) -> Iterator[str]:
    with serving(pet_shop()) as url:
        yield url


@pytest.fixture
def listener(socket_enabled: None) -> Iterator[Listener]:
    with listening() as running:
        yield running


def script(folder: Path, tool: str, calls: dict[str, dict[str, Any]]) -> None:
    """A model that imagines these queries and answers them by these calls of the tool."""
    lines: list[dict[str, Any]] = [{"when": "Imagine", "structured": {"query": query}} for query in calls]
    lines += [{"when": "judge it", "structured": {"solved": True, "reason": "as asked"}} for _ in calls]
    lines += [{"when": "You practised", "structured": {"lessons": []}} for _ in calls]
    for query, arguments in calls.items():
        lines.append({"when": query, "tool_calls": [{"name": tool, "arguments": arguments}]})
        lines.append({"when": "", "content": "That is what the tool says."})
    write_lines(folder / "script.jsonl", lines)


def explored(folder: Path, source: str, *more: str, **environment: str) -> dict[str, Any]:
    """What an exploration by the script comes to."""
    common = ("--model", "scripted:script.jsonl", "--home", "home", "--episodes", "1", "--json")
    done = practicum("explore", "--tools", source, *common, *more, cwd=folder, **environment)
    found: dict[str, Any] = only_json(done)
    return found


def test_a_services_operations_are_listed_with_what_they_may_do(shop: str, tmp_path: Path) -> None:
    listed = only_json(practicum("tools", "--tools", f"openapi:{shop}/openapi.json", "--json", cwd=tmp_path))
    assert {tool["name"]: tool["effect"] for tool in listed["tools"]} == {
        "listPets": "read-only",
        "addPet": "unknown",
        "getPet": "read-only",
        "removePet": "destructive",
        "bookVisit": "unknown",
    }
    assert len(listed["notices"]) == 2
    told = practicum("tools", "--tools", f"openapi:{shop}/openapi.json", cwd=tmp_path)
    assert told.returncode == 0
    assert told.stderr.splitlines() == [
        "note: PRACTICUM_AUTH_SHOPKEY is not set: calls of addPet will be answered with that",
        "note: PRACTICUM_AUTH_QUERY_TOKEN is not set: calls of removePet will be answered with that",
    ]
    assert (
        practicum("tools", "--tools", f"openapi:{shop}/openapi.json", cwd=tmp_path, **SHOP_KEY).stderr == ""
    )


def test_a_service_is_practised_with_and_its_errors_are_observations(shop: str, tmp_path: Path) -> None:
    script(tmp_path, "getPet", {query: {"pet_id": number} for query, number in QUERIES.items()})
    source = f"openapi:{shop}/openapi.json"
    found = explored(tmp_path, source, "--tool", "getPet", "--trials", "2", **SHOP_KEY)
    assert found["trials"] == 2
    kept = " ".join(str(row[0]) for row in journal_rows(tmp_path / "home", "SELECT body FROM trials"))
    assert PETS[2]["name"] in kept
    assert "HTTP 404 Not Found" in kept
    assert "there is no pet 9" in kept


def test_what_changes_something_is_not_executed_unless_it_is_allowed(shop: str, tmp_path: Path) -> None:
    script(tmp_path, "addPet", {"Take in Tom": {"name": "Tom"}})
    source = f"openapi:{shop}/openapi.json"
    common = ("--model", "scripted:script.jsonl", "--home", "home")
    check_refused(
        practicum("explore", "--tools", source, "--tool", "addPet", *common, cwd=tmp_path, **SHOP_KEY),
        "addPet is not executed while exploring: its effect is unknown",
        "--allow addPet",
    )
    once = ("--tool", "addPet", "--allow", "addPet", "--trials", "1")
    assert explored(tmp_path, source, *once, **SHOP_KEY)["trials"] == 1
    kept = b"".join(file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file())
    assert b"added" in kept
    assert b"key-4711" not in kept


def test_broken_operations_are_a_line_each_and_the_others_are_practised(shop: str, tmp_path: Path) -> None:
    pet_id = {"name": "pet_id", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths = {
        "/pets/{pet_id}": {"get": {"operationId": "getPet", "parameters": [pet_id]}},
        "/broken": {"get": {"operationId": "broken", "parameters": [{"name": "q", "in": "query"}]}},
    }
    (tmp_path / "api.json").write_text(json.dumps({"openapi": "3.0.0", "paths": paths}))
    source = f"openapi:api.json@{shop}"
    told = practicum("tools", "--tools", source, cwd=tmp_path)
    assert (told.returncode, told.stderr.splitlines()[0]) == (
        2,
        "error: broken can't be used: its parameter 'q' has no schema",
    )
    script(tmp_path, "getPet", {"Which pet has the number 2?": {"pet_id": 2}})
    assert explored(tmp_path, source, "--trials", "1")["trials"] == 1


def test_toolbench_is_practised_with_through_its_server(listener: Listener, tmp_path: Path) -> None:
    listener.reply = Reply(body=b'{"error": "", "response": "It is 7 degrees in Oslo."}')
    city = {"name": "City", "type": "STRING", "description": "Where.", "default": "Oslo"}
    api = {
        "name": "Current Weather",
        "method": "GET",
        "required_parameters": [city],
        "optional_parameters": [],
    }
    (tmp_path / "tools" / "Weather").mkdir(parents=True)
    file = tmp_path / "tools" / "Weather" / "forecasts.json"
    file.write_text(json.dumps({"tool_name": "Forecasts", "tool_description": "", "api_list": [api]}))
    script(tmp_path, "current_weather_for_forecasts", {"How warm is it in Oslo?": {"city": "Oslo"}})
    keys = {"PRACTICUM_TOOLBENCH_URL": f"{listener.url}/rapidapi", "PRACTICUM_TOOLBENCH_KEY": "tb-key-1"}
    assert explored(tmp_path, "toolbench:tools", "--trials", "1", **keys)["trials"] == 1
    assert listener.last.json["category"] == "Weather"
    kept = " ".join(str(row[0]) for row in journal_rows(tmp_path / "home", "SELECT body FROM trials"))
    assert "It is 7 degrees in Oslo." in kept


MISTAKES = {
    "openapi:none.json": ("none.json: No such file or directory", "name an OpenAPI file"),
    "openapi:cut.json": ("cut.json:2: not JSON", "mend that line"),
    "openapi:http://127.0.0.1:9/api.json": ("127.0.0.1:9 can't be reached", "start the server"),
    "toolbench:none": ("there is no directory 'none'", "toolenv/tools"),
}


@pytest.mark.parametrize("source", MISTAKES)
def test_a_source_that_can_not_be_opened_is_two_lines(source: str, tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text('{"openapi": "3.1.0",\n')
    message, fix = MISTAKES[source]
    check_refused(practicum("tools", "--tools", source, cwd=tmp_path), message, fix)
