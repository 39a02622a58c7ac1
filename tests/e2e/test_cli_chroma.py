"""Long-term memory on a Chroma server: one process writes, others read meanwhile; a server that goes away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chroma_parts import chroma_server
from cli_parts import (
    QUERIES,
    check_refused,
    exploring,
    journal_rows,
    only_json,
    practicum,
    start,
    with_tools,
    write_lines,
    write_script,
    write_tools,
)
from test_cli_interrupted import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


@pytest.fixture
def server(socket_enabled: None, tmp_path: Path) -> Iterator[str]:
    with chroma_server(tmp_path / "server") as address:
        yield address


def trials_in(home: Path) -> int:
    return len(journal_rows(home, "SELECT id FROM trials"))


def found(folder: Path, words: str, server: str) -> list[str]:
    """The queries that searching the home finds, the nearest first."""
    done = practicum(
        "memory",
        "search",
        words,
        "--home",
        folder / "home",
        "--json",
        cwd=folder,
        PRACTICUM_CHROMA_URL=server,
    )
    return [row["query"] for row in only_json(done)["found"]]


def test_readers_see_what_the_writer_keeps_while_it_explores(server: str, tmp_path: Path) -> None:
    write_tools(tmp_path, "import time; time.sleep(1.5)")
    write_script(tmp_path, QUERIES)
    command = exploring(tmp_path, "--episodes", "4", "--trials", "1", "--json")
    writer = start(*command, cwd=tmp_path, PRACTICUM_CHROMA_URL=server)
    home = tmp_path / "home"
    wait_for(
        lambda: trials_in(home) >= 2, writer
    )  # the first episode ended, so its query is in long-term memory
    assert QUERIES[0][0] in found(tmp_path, "two plus three", server)
    write_lines(tmp_path / "said.jsonl", [{"content": "It is 5."}])
    asked = practicum(
        *("ask", "What is 2 and 3?", "--tools", "tools.py", "--model", "scripted:said.jsonl", "--home", home),
        cwd=tmp_path,
        PRACTICUM_CHROMA_URL=server,
    )
    assert (asked.returncode, asked.stdout.strip()) == (0, "It is 5.")
    _, told = writer.communicate(timeout=120)
    assert writer.returncode == 0, told
    assert trials_in(home) == 4
    assert sorted(found(tmp_path, "how much is it", server)) == sorted(query for query, _, _ in QUERIES)
    assert not (home / "index").exists()


def test_homes_on_one_server_stay_apart(server: str, tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder, query in zip(folders, QUERIES, strict=False):
        folder.mkdir()
        with_tools(folder, [query])
        command = exploring(folder, "--episodes", "1", "--trials", "1", "--json")
        only_json(practicum(*command, cwd=folder, PRACTICUM_CHROMA_URL=server))
    for folder, asked in zip(folders, QUERIES, strict=False):
        assert found(folder, "how much", server) == [asked[0]]


def test_a_server_that_goes_away_is_named_and_what_was_recorded_is_kept(
    socket_enabled: None, tmp_path: Path
) -> None:
    write_tools(tmp_path, "import time; time.sleep(0.5)")
    write_script(tmp_path, QUERIES)
    command = exploring(tmp_path, "--episodes", "4", "--trials", "1")
    home = tmp_path / "home"
    with chroma_server(tmp_path / "server") as server:
        writer = start(*command, cwd=tmp_path, PRACTICUM_CHROMA_URL=server)
        wait_for(lambda: trials_in(home) >= 1, writer)
    _, told = writer.communicate(timeout=120)
    assert writer.returncode == 2
    assert f"the Chroma server at {server} does not do its work" in told.splitlines()[-2]
    assert "start it with `chroma run`" in told.splitlines()[-1]
    assert "Traceback" not in told
    made = trials_in(home)
    assert made >= 1
    # Nothing answers: told before anything is made.
    done = practicum(*command, cwd=tmp_path, PRACTICUM_CHROMA_URL=server)
    check_refused(done, f"the Chroma server at {server}")
    assert trials_in(home) == made
    # Another server, which knows nothing: it learns from the journal.
    with chroma_server(tmp_path / "another") as server:
        done = practicum(*command, "--json", cwd=tmp_path, PRACTICUM_CHROMA_URL=server)
        assert only_json(done)["all"]["trials"] == 4
        assert len(found(tmp_path, "how much", server)) == 4
