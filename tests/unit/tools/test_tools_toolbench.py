"""ToolBench's documentation as tools, called by its server's protocol on a local stub."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from http_service import Listener, Reply, listening
from hypothesis import given
from hypothesis import strategies as st

from practicum.errors import SetupError
from practicum.records import ErrorKind, Observation, ToolCall
from practicum.tools.catalog import Offered
from practicum.tools.effects import Effect
from practicum.tools.executor import Executor
from practicum.tools.sources import load_tools
from practicum.tools.toolbench import open_toolbench
from practicum.tools.toolbench.names import category_name, server_name

TRAINS = {
    "tool_name": "Fast Trains",
    "tool_description": "Departures\nof trains.",
    "title": "Fast Trains",
    "api_list": [
        {
            "name": "Departures/From Station",
            "url": "https://trains.test/departures",
            "description": "Trains that leave a station.",
            "method": "GET",
            "required_parameters": [
                {"name": "from", "type": "STRING", "description": "The station.", "default": "Lyon"},
                {"name": "stationId", "type": "NUMBER", "description": "", "default": "7"},
            ],
            "optional_parameters": [
                {"name": "Direct Only", "type": "BOOLEAN", "description": "No changes.", "default": "true"},
                {"name": "day", "type": "DATE (YYYY-MM-DD)", "description": "", "default": ""},
                {"name": "class", "type": "ENUM", "enum": ["first", "second"], "default": "third"},
                {"name": "price", "type": "NUMBER", "default": "cheap"},
            ],
        },
        {"name": "id", "method": "POST", "required_parameters": [], "optional_parameters": []},
        {"name": "3 days", "method": "DELETE"},
    ],
}


@pytest.fixture
def listener(socket_enabled: None) -> Iterator[Listener]:
    with listening() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    category = tmp_path / "tools" / "Travel, Transport"
    category.mkdir(parents=True)
    (category / "fast_trains.json").write_text(json.dumps(TRAINS))
    (category / "fast_trains").mkdir()
    (category / "fast_trains" / "api.py").write_text("raise RuntimeError('never run')")
    return tmp_path / "tools"


def served(listener: Listener, key: str = "tb-key-1") -> dict[str, str]:
    return {"PRACTICUM_TOOLBENCH_URL": f"{listener.url}/virtual", "PRACTICUM_TOOLBENCH_KEY": key}


async def observe(opened: Offered, tool: str, /, **arguments: Any) -> Observation:
    return await Executor(opened.tools).execute(ToolCall(name=tool, arguments=arguments))


def test_each_api_is_a_tool_with_the_names_that_the_server_knows(folder: Path) -> None:
    opened = open_toolbench(str(folder), {})
    departures, by_id, days = opened.tools
    assert departures.name == "departures_from_station_for_fast_trains"
    assert (by_id.name, days.name) == ("is_id_for_fast_trains", "get_3_days_for_fast_trains")
    assert departures.spec.description == (
        "Trains that leave a station.\n(Part of Fast Trains: Departures of trains.)"
    )
    assert departures.spec.parameters["required"] == ["is_from", "stationid"]
    assert departures.spec.properties == {
        "is_from": {"type": "string", "description": "The station.", "examples": ["Lyon"]},
        "stationid": {"type": "number", "examples": [7]},
        "direct_only": {"type": "boolean", "description": "No changes.", "examples": [True]},
        "day": {"type": "string", "format": "date"},
        "is_class": {"type": "string", "enum": ["first", "second"]},
        "price": {"type": "number"},
    }
    assert [tool.effect for tool in opened.tools] == [Effect.READ_ONLY, Effect.UNKNOWN, Effect.DESTRUCTIVE]


async def test_a_call_is_posted_as_the_server_wants_it(
    folder: Path, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    listener.reply = Reply(body=b'{"error": "", "response": {"trains": ["7:05"], "for": "tb-key-1"}}')
    opened = open_toolbench(str(folder), served(listener))
    assert (opened.notices, opened.secrets) == ((), ("tb-key-1",))
    seen = await observe(opened, "departures_from_station_for_fast_trains", is_from="Köln", stationid=7)
    assert (seen.text, seen.error) == ('{"trains":["7:05"],"for":"[redacted]"}', None)
    assert (listener.last.method, listener.last.target) == ("POST", "/virtual")
    assert listener.last.headers["toolbench_key"] == "tb-key-1"
    sent = listener.last.json
    assert json.loads(sent.pop("tool_input")) == {"is_from": "Köln", "stationid": 7}
    assert sent == {
        "category": "Travel_Transport",
        "tool_name": "fast_trains",
        "api_name": "departures_from_station",
        "strip": "truncate",
        "toolbench_key": "tb-key-1",
    }
    assert "tb-key-1" not in caplog.text + repr(opened)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply(body=b'{"error": "", "response": "sunny"}'), "sunny"),
        (Reply(body=b'{"error": "", "response": ""}'), "(no content)"),
        (Reply(body=b'{"error": "No such...", "response": {"a": 1}}'), 'Error: No such... {"a":1}'),
        (Reply(body=b'{"error": "no key tb-key-1", "response": ""}'), "Error: no key [redacted]"),
        (Reply(500, b"oops"), "Error: the server answers 500: oops"),
        (Reply(body=b"<html>"), "Error: the server answers with no JSON: <html>"),
        (Reply(body=b"[]"), "Error: the server answers with no response: []"),
    ],
)  # fmt: skip
async def test_whatever_the_server_answers_is_an_observation(
    reply: Reply, text: str, folder: Path, listener: Listener
) -> None:
    listener.reply = reply
    seen = await observe(open_toolbench(str(folder), served(listener)), "is_id_for_fast_trains")
    assert seen.text == text
    assert (seen.error is None) is not text.startswith("Error")


async def test_without_a_server_the_tools_are_listed_and_calls_say_what_to_set(folder: Path) -> None:
    opened = open_toolbench(str(folder), {})
    assert len(opened.tools) == 3
    assert [notice.text for notice in opened.notices] == [
        "PRACTICUM_TOOLBENCH_URL is not set: no API can be called without it",
        "PRACTICUM_TOOLBENCH_KEY is not set: no API can be called without it",
    ]
    seen = await observe(opened, "is_id_for_fast_trains")
    assert "needs PRACTICUM_TOOLBENCH_URL and PRACTICUM_TOOLBENCH_KEY, which is not set" in seen.text
    assert seen.error is ErrorKind.UNAVAILABLE


def test_a_virtual_server_wants_no_key_and_a_bare_host_is_one(folder: Path) -> None:
    def missing(url: str) -> list[str]:
        opened = open_toolbench(str(folder), {"PRACTICUM_TOOLBENCH_URL": url})
        return [notice.text.split()[0] for notice in opened.notices]

    assert missing("http://127.0.0.1:8080/virtual") == missing("http://127.0.0.1:8080/") == []
    assert missing("http://127.0.0.1:8080/rapidapi") == ["PRACTICUM_TOOLBENCH_KEY"]
    with pytest.raises(SetupError, match="PRACTICUM_TOOLBENCH_URL is no"):
        missing("127.0.0.1:8080")
    with pytest.raises(SetupError, match="PRACTICUM_TOOLBENCH_KEY holds characters that HTTP can't send"):
        open_toolbench(str(folder), {"PRACTICUM_TOOLBENCH_KEY": "a\nb"})


def test_a_category_or_a_single_file_opens_too(folder: Path) -> None:
    category = folder / "Travel, Transport"
    for place in (category, category / "fast_trains.json"):
        assert len(open_toolbench(str(place), {}).tools) == 3


def test_broken_documentation_is_a_line_each_and_the_rest_goes_on(folder: Path) -> None:
    category = folder / "Travel, Transport"
    (category / "a_cut.json").write_text('{"tool_name": "x",\n')
    (category / "b_list.json").write_text("[]")
    (category / "c_latin.json").write_bytes(b'{"tool_name": "caf\xe9"}')
    many = [{"name": f"p{number}", "type": "STRING"} for number in range(101)]
    apis = [
        "text",
        {"name": 7},
        {"name": "?!"},
        {"name": "a", "required_parameters": "q"},
        {"name": "b", "required_parameters": [{"type": "STRING"}]},
        {"name": "c", "optional_parameters": [{"name": "!"}]},
        {"name": "d", "optional_parameters": many},
        {"name": "Same"},
        {"name": "same"},
    ]
    (category / "d_odd.json").write_text(json.dumps({"tool_name": "Odd", "api_list": apis}))
    catalog = load_tools([f"toolbench:{folder}"])
    assert len(catalog.require_usable()) == 4
    assert [refusal.reason for refusal in catalog.refused] == [
        "line 2 is not JSON: Expecting property name enclosed in double quotes",
        "it has no api_list",
        "it is not UTF-8",
        "an entry of its api_list has no name",
        "an entry of its api_list has no name",
        "nothing of its name is left that the server knows",
        "its required_parameters are no list",
        "an entry of its required_parameters has no name",
        "its parameter '!' has no name that models accept",
        "it has more than 100 parameters",
        "another API has the same name",
    ]


def test_a_directory_without_documentation_says_what_to_name(tmp_path: Path) -> None:
    for place, said in (
        (str(tmp_path / "none"), "there is no directory"),
        (str(tmp_path), "no documentation"),
    ):
        with pytest.raises(SetupError, match=said) as caught:
            open_toolbench(place, {})
        assert "toolenv/tools" in caught.value.fix


@given(st.text(max_size=40))
def test_a_name_of_the_server_stays_what_it_is(name: str) -> None:
    made = server_name(name)
    assert server_name(made) == made
    assert made == made.strip("_")
    assert "__" not in made


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("GetUser-Info ", "getuser_info"),
        ("/v1/{id}/", "v1_id"),
        ("ID", "is_id"),
        ("2nd", "get_2nd"),
        ("天气 now", "天气_now"),
    ],
)
def test_names_are_made_by_the_servers_rules(name: str, known: str) -> None:
    assert server_name(name) == known


def test_categories_are_written_as_the_server_writes_them() -> None:
    assert category_name("News, Media") == "News_Media"
    assert (
        category_name("Artificial_Intelligence_Machine_Learning")
        == "Artificial_Intelligence_Machine_Learning"
    )
