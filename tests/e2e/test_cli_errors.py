"""What the user can mend is one line that says what is wrong and one that says what to do."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
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


EXPLORE = ("explore", "--tools", "tools.py", "--home", "unmade", "--model")
SCRIPTED = (*EXPLORE, "scripted:script.jsonl")
UNREACHABLE = "openai:x@http://127.0.0.1:9/v1"
BROKEN_FILES = {
    "broken.py": "import no_such_library\n",
    "untyped.py": "def guess(a):\n    '''Guess.'''\n",
    "cut.jsonl": '{"content": "hello"}\n{"content": \n',
}
MISTAKES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "no tools": (("explore",), "Missing option '--tools'", "`practicum explore --help`"),
    "no episodes": ((*SCRIPTED, "--episodes", "0"), "Invalid value for '--episodes'", "--help"),
    "misspelt command": (("exploer",), "No such command 'exploer'", "`practicum --help`"),
    "unknown option": (("memory", "list", "-x"), "No such option: -x", "`practicum memory list --help`"),
    "unknown outcome": (
        ("memory", "list", "--outcome", "lost"),
        "there is no outcome 'lost'",
        "solved, unsolved or broken",
    ),
    "no home": (("memory", "show", "3f2a"), "there is no journal at", "practicum explore"),
    "tools that do not import": (
        ("tools", "--tools", "broken.py"),
        "'broken.py' does not import: ModuleNotFoundError",
        "run `python broken.py`",
    ),
    "no such source": (("tools", "--tools", "no.such"), "there is no tool source 'no.such'", "almanac"),
    "a function without types": (
        ("explore", "--tools", "untyped.py", "--home", "unmade", "--model", "scripted:script.jsonl"),
        "guess can't be used: its parameter 'a' has no type",
        "give every parameter a type",
    ),
    "unknown tool": ((*SCRIPTED, "--tool", "ad"), "there is no tool called 'ad'", "use one of: add"),
    "unknown part": ((*SCRIPTED, "--without", "sleep"), "there is no part 'sleep'", "short-term"),
    "unknown embedder": ((*SCRIPTED, "--embedder", "none"), "there is no embedder 'none'", "hashing"),
    "no key": ((*EXPLORE, "openai:gpt-x"), "OPENAI_API_KEY is not set", "openai:NAME@URL"),
    "a broken script": ((*EXPLORE, "scripted:cut.jsonl"), "cut.jsonl, line 2: not JSON", "one JSON object"),
    "no server": (
        ("explore", "--tools", "tools.py", "--home", "asked", "--trials", "2", "--model", UNREACHABLE),
        f"the server of {UNREACHABLE} can't be reached",
        "start it",
    ),
}
"""What is typed, and what the two lines say."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tools, a script, and files that are broken."""
    made = tmp_path_factory.mktemp("errors")
    for name, text in BROKEN_FILES.items():
        (made / name).write_text(text)
    write_tools(made)
    write_script(made)
    return made


@pytest.fixture(scope="module")
def refusals(folder: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """What became of each mistake; two processes at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        done = pool.map(lambda mistake: practicum(*mistake[0], cwd=folder), MISTAKES.values())
        return dict(zip(MISTAKES, done, strict=True))


def empty_home(path: Path) -> Path:
    Journal.open(journal_path(path), write=True).close()
    return path


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_answered_with_what_is_wrong_and_what_to_do(
    refusals: dict[str, subprocess.CompletedProcess[str]], mistake: str
) -> None:
    _, message, fix = MISTAKES[mistake]
    check_refused(refusals[mistake], message, fix)


def test_nothing_is_made_and_nothing_recorded_by_mistake(
    refusals: dict[str, subprocess.CompletedProcess[str]], folder: Path
) -> None:
    assert refusals
    assert not (folder / "unmade").exists()
    # Only the first call finds out that there is no server.
    assert journal_rows(folder / "asked", "SELECT id FROM trials") == []


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
