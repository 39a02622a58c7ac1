"""What the user can mend is one line that says what is wrong and one that says what to do."""

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
    write_lines,
    write_script,
    write_tools,
)

from practicum.memory_store.home import journal_path
from practicum.memory_store.journal import Journal

pytestmark = pytest.mark.slow
LARGEST_FILE = 400_000
"""Bytes: an empty home has room, and a long exploration has not."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tools and a script; the tests here leave no home behind."""
    made = tmp_path_factory.mktemp("errors")
    write_tools(made)
    write_script(made)
    return made


def empty_home(path: Path) -> Path:
    Journal.open(journal_path(path), write=True).close()
    return path


@pytest.mark.parametrize(
    ("arguments", "message", "fix"),
    [
        (("explore", "--tool", "add"), "Missing option '--tools'", "`practicum explore --help`"),
        (("explore", "--tools", "tools.py", "--episodes", "0"), "Invalid value for '--episodes'", "--help"),
        (("exploer",), "No such command 'exploer'", "`practicum --help`"),
        (("memory", "list", "--colour"), "No such option: --colour", "`practicum memory list --help`"),
        (("memory", "list", "--outcome", "lost"), "there is no outcome 'lost'", "solved, unsolved or broken"),
        (("memory", "show", "3f2a"), "there is no journal at", "practicum explore"),
    ],
)
def test_a_wrong_command_line_is_refused_at_once(
    folder: Path, arguments: tuple[str, ...], message: str, fix: str
) -> None:
    check_refused(practicum(*arguments, cwd=folder), message, fix)


@pytest.mark.parametrize(
    ("source", "message", "fix"),
    [
        ("broken.py", "'broken.py' does not import: ModuleNotFoundError", "run `python broken.py`"),
        ("missing.py", "there is no tool file 'missing.py'", "check the path"),
        ("almanac:nothing", "'nothing'", "use"),
        ("no.such.module", "there is no tool source 'no.such.module'", "almanac"),
    ],
)
def test_a_tool_source_that_can_not_be_opened_is_refused(
    folder: Path, source: str, message: str, fix: str
) -> None:
    (folder / "broken.py").write_text("import no_such_library\n")
    check_refused(practicum("tools", "--tools", source, cwd=folder), message, fix)


def test_a_function_without_types_is_refused_before_anything_is_made(folder: Path) -> None:
    (folder / "untyped.py").write_text("def guess(a):\n    '''Guess.'''\n")
    arguments = ("explore", "--tools", "untyped.py", "--model", "scripted:script.jsonl", "--home", "unmade")
    message = "guess can't be used: its parameter 'a' has no type"
    check_refused(practicum(*arguments, cwd=folder), message, "give every parameter a type")
    assert not (folder / "unmade").exists()


@pytest.mark.parametrize(
    ("more", "message", "fix"),
    [
        (("--tool", "ad"), "there is no tool called 'ad'", "use one of: add"),
        (("--without", "sleep"), "there is no part 'sleep'", "short-term"),
        (("--model", "openai:gpt-x"), "OPENAI_API_KEY is not set", "openai:NAME@URL"),
        (("--model", "scripted:cut.jsonl"), "cut.jsonl, line 2: not JSON", "one JSON object a line"),
        (("--embedder", "nothing"), "there is no embedder 'nothing'", "hashing"),
    ],
)
def test_an_unknown_name_is_answered_with_those_that_are_known(
    folder: Path, more: tuple[str, ...], message: str, fix: str
) -> None:
    (folder / "cut.jsonl").write_text('{"content": "hello"}\n{"content": \n')
    check_refused(practicum(*exploring(folder, *more), cwd=folder), message, fix)
    assert not (folder / "home").exists()


def test_a_server_that_is_not_there_is_found_out_at_the_first_call(folder: Path, tmp_path: Path) -> None:
    model = "openai:x@http://127.0.0.1:9/v1"
    arguments = ("explore", "--tools", "tools.py", "--model", model, "--home", tmp_path, "--trials", "2")
    check_refused(practicum(*arguments, cwd=folder), f"the server of {model} can't be reached", "start it")
    assert journal_rows(tmp_path, "SELECT id FROM trials") == []


def test_a_broken_line_of_held_out_queries_is_named(folder: Path, tmp_path: Path) -> None:
    good = {"id": "one", "query": "What is 1 plus 1?", "expected": []}
    file = write_lines(tmp_path / "held.jsonl", [good, {"id": "two", "expected": []}])
    done = practicum("curate", "--held-out", file, "--home", tmp_path / "home", cwd=folder)
    check_refused(done, "held.jsonl", "")
    assert "2" in done.stderr.splitlines()[0].partition("held.jsonl")[2]


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
    write_tools(tmp_path)
    write_script(tmp_path)
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
    write_tools(tmp_path)
    write_script(tmp_path, QUERIES * 20)

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
