"""A home is opened, shared and refused; the tools nearest to a query are found."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from made_trials import made_trial

from practicum.errors import JournalError, SetupError
from practicum.memory_store.home import Home, journal_path
from practicum.memory_store.selection import ToolIndex, no_call_prototypes
from practicum.models.embedders import HashingEmbedder
from practicum.records import Demonstration, ToolCall, ToolSpec


def open_home(path: Path, *, write: bool = True) -> Home:
    return Home.open(path, HashingEmbedder(), write=write)


def demonstration(query: str) -> Demonstration:
    call = ToolCall(name="convert", arguments={"value": 1})
    return Demonstration(
        id="a", tool="convert", tool_schema_hash="h", query=query, call=call, observation="1"
    )


def test_a_home_is_made_where_there_was_none(tmp_path: Path) -> None:
    with open_home(tmp_path / "new" / "home") as home:
        assert home.journal.count_trials() == 0
        assert home.checkpoints == home.path / "checkpoints.sqlite"
        assert home.demonstration_set() is None
    assert journal_path(tmp_path / "new" / "home").exists()


def test_a_home_may_be_closed_twice_and_opened_again(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    home.close()
    home.close()
    with open_home(tmp_path) as again:
        assert again.journal.count_trials() == 0


def test_one_writes_others_read(tmp_path: Path) -> None:
    with open_home(tmp_path):
        with pytest.raises(JournalError, match="is open in this process already"):
            open_home(tmp_path)
        with open_home(tmp_path, write=False) as reader:
            assert reader.journal.count_trials() == 0


def test_a_home_that_is_not_there_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="there is no journal at"):
        open_home(tmp_path / "missing", write=False)
    assert not (tmp_path / "missing").exists()


def test_a_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    for write in (True, False):
        with pytest.raises(JournalError, match="is a file, not a folder"):
            open_home(tmp_path / "home", write=write)


def test_a_home_below_a_file_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(JournalError, match="can't be"):
        open_home(tmp_path / "file" / "home")


def test_a_home_of_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    open_home(tmp_path).close()
    connection = sqlite3.connect(journal_path(tmp_path))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for write in (True, False):
        with pytest.raises(JournalError, match="schema version 99") as caught:
            open_home(tmp_path, write=write)
        assert caught.value.fix == "upgrade practicum"


async def test_demonstration_sets_are_found_by_number_and_searched(tmp_path: Path) -> None:
    with open_home(tmp_path) as home:
        home.journal.register_set("demos", [demonstration("old")], {})
        home.journal.register_set("demos", [demonstration("new")], {})
        newest, first = home.demonstration_set(), home.demonstration_set("demos@1")
        assert newest is not None
        assert first is not None
        assert newest.demonstrations[0].query == "new"
        assert first.demonstrations[0].query == "old"
        assert home.demonstrations(first) is home.demonstrations(first)
        found = await home.demonstrations(first).retrieve("anything")
        assert [shown.query for shown in found] == ["old"]


@pytest.mark.parametrize("name", ["demos@7", "demos@", "demos@x", "notes@1", "demos@-1"])
def test_a_set_that_is_not_there_is_the_users_to_make(tmp_path: Path, name: str) -> None:
    with open_home(tmp_path) as home, pytest.raises(SetupError, match="has no demonstration set") as caught:
        home.demonstration_set(name)
    assert "practicum curate" in caught.value.fix


def spec(name: str, description: str) -> ToolSpec:
    return ToolSpec(name=name, description=description, parameters={"type": "object", "properties": {}})


async def test_the_tool_whose_documentation_is_like_the_query_is_nearest() -> None:
    specs = [spec("weather_report", "Tell the weather of a town."), spec("add", "Add two whole numbers.")]
    scores = await ToolIndex(specs, HashingEmbedder()).similar("the weather of this town")
    assert list(scores) == ["weather_report", "add"]
    assert scores["weather_report"] > scores["add"]


async def test_a_request_that_needs_no_tool_is_near_to_a_prototype_of_such_requests() -> None:
    prototypes = no_call_prototypes()
    index = ToolIndex([], HashingEmbedder())
    assert await index.nearest_prototype(prototypes[0]) == pytest.approx(1.0)
    assert await index.nearest_prototype("zzz 12345") < 0.9
    assert await index.similar("anything") == {}


def test_prototypes_are_distinct_lines_without_blanks() -> None:
    prototypes = no_call_prototypes()
    assert len(prototypes) == len(set(prototypes)) > 10
    assert all(line.strip() == line and line for line in prototypes)


def older_home(path: Path) -> Path:
    """Make a home as it was before homes had ids."""
    open_home(path).close()
    connection = sqlite3.connect(journal_path(path))
    connection.execute("DROP TABLE meta")
    connection.close()
    return path


def test_every_home_has_an_id_and_keeps_it(tmp_path: Path) -> None:
    ids = []
    for name in ("a", "b", "a"):
        with open_home(tmp_path / name) as home:
            ids.append(home.journal.home_id)
    assert None not in ids
    assert ids[0] == ids[2] != ids[1]
    with open_home(tmp_path / "a", write=False) as reader:
        assert reader.journal.home_id == ids[0]


def test_an_older_home_gets_an_id_when_it_is_written_and_can_be_read_before(tmp_path: Path) -> None:
    older_home(tmp_path / "home")
    with open_home(tmp_path / "home", write=False) as reader:
        assert reader.journal.home_id is None
    with open_home(tmp_path / "home") as writer:
        made = writer.journal.home_id
    assert made is not None
    with open_home(tmp_path / "home", write=False) as reader:
        assert reader.journal.home_id == made


def test_an_older_home_still_finds_what_it_indexed(tmp_path: Path) -> None:
    with open_home(tmp_path / "home") as home:
        home.index.upsert([made_trial(id="a")])
    older_home(tmp_path / "home")
    for write in (False, True, False):
        with open_home(tmp_path / "home", write=write) as home:
            assert home.index.ids("convert") == {"a"}


def test_an_id_stays_at_home(tmp_path: Path) -> None:
    with open_home(tmp_path / "a") as first, open_home(tmp_path / "b") as second:
        first.journal.export(tmp_path / "out.jsonl")
        second.journal.import_(tmp_path / "out.jsonl")
        assert str(first.journal.home_id) not in (tmp_path / "out.jsonl").read_text()
        assert first.journal.home_id != second.journal.home_id
