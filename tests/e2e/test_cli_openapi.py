"""The commands on OpenAPI documents and ToolBench's documentation, with the services behind them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_parts import check_refused, journal_rows, only_json, practicum, write_lines
from http_service import Listener, Reply, listening, pet_shop, serving

pytestmark = pytest.mark.slow

SHOP_KEY = {"PRACTICUM_AUTH_SHOPKEY": "key-4711", "PRACTICUM_AUTH_QUERY_TOKEN": "opensesame"}
REX = ("Which pet has the number 2?", {"pet_id": 2}, '"name":"Mia"')
NOBODY = ("Tell me about pet number 9, please", {"pet_id": 9}, "there is no pet 9")


@pytest.fixture
def shop(socket_enabled: None) -> Iterator[str]:
    with serving(pet_shop()) as url:
        yield url


@pytest.fixture
def listener(socket_enabled: None) -> Iterator[Listener]:
    with listening() as running:
        yield running


def script(folder: Path, tool: str, *calls: tuple[str, dict[str, Any], str]) -> None:
    """A model that imagines queries, and answers each by a call of the tool, of which it sees this."""
    lines: list[dict[str, Any]] = [
        {"when": "You imagine", "structured": {"query": call[0]}} for call in calls
    ]
    lines += [{"when": "judge it", "structured": {"solved": True, "reason": "as asked"}} for _ in calls]
    lines += [{"when": "You practised", "structured": {"lessons": []}} for _ in calls]
    for query, arguments, seen in calls:
        lines.append({"when": query, "tool_calls": [{"name": tool, "arguments": arguments}]})
        lines.append({"when": seen, "content": "That is what the tool says."})
    write_lines(folder / "script.jsonl", lines)


def explored(folder: Path, source: str, *more: str, **environment: str) -> int:
    """How many trials an exploration by the script solved."""
    common = ("--model", "scripted:script.jsonl", "--home", "home", "--episodes", "1", "--json")
    done = practicum("explore", "--tools", source, *common, *more, cwd=folder, **environment)
    return int(only_json(done)["all"]["solved"])


def journal(folder: Path) -> str:
    return " ".join(str(row[0]) for row in journal_rows(folder / "home", "SELECT body FROM trials"))


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
        "note: PRACTICUM_AUTH_SHOPKEY is not set: addPet can't be called without it",
        "note: PRACTICUM_AUTH_QUERY_TOKEN is not set: removePet can't be called without it",
    ]
    assert (
        practicum("tools", "--tools", f"openapi:{shop}/openapi.json", cwd=tmp_path, **SHOP_KEY).stderr == ""
    )


def test_a_service_is_practised_with_and_its_errors_are_observations(shop: str, tmp_path: Path) -> None:
    script(tmp_path, "getPet", REX, NOBODY)
    once = ("--tool", "getPet", "--trials", "2")
    assert explored(tmp_path, f"openapi:{shop}/openapi.json", *once, **SHOP_KEY) == 1
    assert r"{\"id\":2,\"name\":\"Mia\"" in journal(tmp_path)
    assert "Error: HTTP 404 Not Found: " in journal(tmp_path)


def test_what_changes_something_is_not_executed_unless_it_is_allowed(shop: str, tmp_path: Path) -> None:
    source = f"openapi:{shop}/openapi.json"
    call = ("Take in Tom", {"name": "Tom"})
    script(tmp_path, "addPet", (*call, "Dry run: the call fits the schema of addPet"))
    refusing = ("--model", "scripted:script.jsonl", "--home", "home", "--effects", "refuse")
    check_refused(
        practicum("explore", "--tools", source, "--tool", "addPet", *refusing, cwd=tmp_path, **SHOP_KEY),
        "addPet is not executed while exploring: its effect is unknown",
        "--allow addPet",
    )
    assert explored(tmp_path, source, "--tool", "addPet", "--trials", "1", **SHOP_KEY) == 0
    assert "Dry run: the call fits the schema of addPet" in journal(tmp_path)
    script(tmp_path, "addPet", (*call, '"added"'))
    once = ("--tool", "addPet", "--allow", "addPet", "--trials", "1")
    assert explored(tmp_path, source, *once, **SHOP_KEY) == 1
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
        0,
        "left out: broken: its parameter 'q' has no schema",
    )
    script(tmp_path, "getPet", REX)
    assert explored(tmp_path, source, "--trials", "1") == 1


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
    script(tmp_path, "current_weather_for_forecasts", ("How warm is it?", {"city": "Oslo"}, "7 degrees"))
    keys = {"PRACTICUM_TOOLBENCH_URL": f"{listener.url}/rapidapi", "PRACTICUM_TOOLBENCH_KEY": "tb-key-1"}
    assert explored(tmp_path, "toolbench:tools", "--trials", "1", **keys) == 1
    assert listener.last.json["category"] == "Weather"
    assert "It is 7 degrees in Oslo." in journal(tmp_path)


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
