"""A home that can't be used as it is: one line says what is wrong, one what to do, and nothing is lost."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
from pathlib import Path

import pytest
from cli_parts import (
    COMMAND,
    QUERIES,
    check_refused,
    environment,
    exploring,
    journal_rows,
    practicum,
    with_tools,
    write_lines,
)

from practicum.memory_store.home import journal_path
from practicum.memory_store.journal import Journal

pytestmark = pytest.mark.slow
LARGEST_FILE = 400_000
"""Bytes: an empty home has room, and a long exploration has not."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tools and a script."""
    return with_tools(tmp_path_factory.mktemp("errors"))


def empty_home(path: Path) -> Path:
    Journal.open(journal_path(path), write=True).close()
    return path


def test_a_broken_line_of_held_out_queries_is_named(folder: Path, tmp_path: Path) -> None:
    good = {"id": "one", "query": "What is 1 plus 1?", "expected": []}
    file = write_lines(tmp_path / "held.jsonl", [good, {"id": "two", "expected": []}])
    done = practicum("curate", "--held-out", file, "--home", tmp_path / "home", cwd=folder)
    check_refused(done, "held.jsonl", "")
    assert "2" in done.stderr.splitlines()[0].partition("held.jsonl")[2]


NEEDING_A_HOME = {
    "explore": ("explore", "--tools", "tools.py", "--model", "scripted:script.jsonl"),
    "ask": ("ask", "hello", "--model", "scripted:script.jsonl"),
    "stats": ("memory", "stats"),
}


@pytest.mark.parametrize("command", NEEDING_A_HOME)
def test_a_file_in_place_of_a_home_is_named(folder: Path, tmp_path: Path, command: str) -> None:
    file = tmp_path / "home"
    file.write_text("a letter")
    done = practicum(*NEEDING_A_HOME[command], "--home", file, cwd=folder)
    check_refused(done, f"{file} is a file, not a folder", "another --home")
    assert file.read_text() == "a letter"


def test_a_home_of_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    connection = sqlite3.connect(journal_path(home))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    check_refused(
        practicum("memory", "stats", "--home", home, cwd=tmp_path), "version 99", "upgrade practicum"
    )


def test_a_damaged_journal_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_bytes(b"this is no database at all" * 300)
    check_refused(practicum("memory", "stats", "--home", ".", cwd=tmp_path), "is damaged", "another --home")


def test_a_second_writer_is_turned_away(folder: Path, tmp_path: Path) -> None:
    with_tools(tmp_path)
    with Journal.open(journal_path(tmp_path / "home"), write=True):
        done = practicum(*exploring(tmp_path), cwd=tmp_path)
        check_refused(done, f"another process (pid {os.getpid()}) is writing to", "wait for it")
        review = practicum("memory", "approve", "x", "--home", "home", cwd=tmp_path)
        check_refused(review, "is writing to", "another --home")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    home.chmod(0o500)
    try:
        done = practicum("memory", "approve", "x", "--home", home, cwd=tmp_path)
    finally:
        home.chmod(0o700)
    check_refused(done, "can't be", "check the folder")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that nobody may write")
def test_a_home_where_no_folder_can_be_made_is_named(tmp_path: Path) -> None:
    done = practicum("memory", "import", "x.jsonl", "--home", "/proc/practicum", cwd=tmp_path)
    check_refused(done, "can't be", "another --home")


def test_a_disk_that_is_full_ends_the_exploration_and_keeps_what_was_recorded(tmp_path: Path) -> None:
    with_tools(tmp_path, QUERIES * 20)

    def no_larger_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))

    done = subprocess.run(
        [COMMAND, *map(str, exploring(tmp_path, "--episodes", "20", "--trials", "4"))],
        cwd=tmp_path,
        env=environment(),
        preexec_fn=no_larger_files,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert [line.partition(":")[0] for line in done.stderr.splitlines()[-2:]] == ["error", "fix"]
    assert 1 <= len(journal_rows(tmp_path / "home", "SELECT id FROM trials")) < 80
