"""A disk that fills up or may only be read: said in two lines; nothing is lost, the same command goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_parts import QUERIES, check_refused, exploring, journal_rows, only_json, practicum, with_tools

pytestmark = pytest.mark.slow
TRIALS = 24
ROOM = "700k"
"""An empty home has room, and so many trials have not."""


def mount(*arguments: str) -> bool:
    command = [shutil.which("mount") or "mount", *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own; tests are skipped where none can be mounted."""
    folder = tmp_path / "home"
    folder.mkdir()
    if os.geteuid() or not mount("-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)):
        pytest.skip("only root can mount a small file system, and not everywhere")
    try:
        yield folder
    finally:
        subprocess.run([shutil.which("umount") or "umount", "-l", str(folder)], check=True)


def test_a_disk_that_fills_up_ends_the_exploration_and_with_more_room_it_goes_on(
    tmp_path: Path, home: Path
) -> None:
    with_tools(tmp_path, QUERIES * TRIALS)
    command = exploring(tmp_path, "--episodes", str(TRIALS // 4), "--trials", "4", "--json")
    full = practicum(*command, cwd=tmp_path)
    before = journal_rows(home, "SELECT id, body FROM trials ORDER BY row")
    assert full.returncode == 2, full.stderr
    assert "Traceback" not in full.stderr
    error, fix = full.stderr.splitlines()[-2:]
    assert error.startswith("error: ")
    assert fix.startswith("fix: ")
    assert "free some space" in fix
    assert len(before) < TRIALS
    assert mount("-o", "remount,size=64m", str(home))
    assert only_json(practicum(*command, cwd=tmp_path))["all"]["trials"] == TRIALS
    assert journal_rows(home, "SELECT id, body FROM trials ORDER BY row")[: len(before)] == before


def test_a_home_that_may_only_be_read_is_named_read_and_written_again_later(
    tmp_path: Path, home: Path
) -> None:
    with_tools(tmp_path, QUERIES)
    assert mount("-o", "remount,size=64m", str(home))
    command = exploring(tmp_path, "--trials", "1", "--json", "--episodes")
    only_json(practicum(*command, "1", cwd=tmp_path))
    assert mount("-o", "remount,ro", str(home))
    check_refused(practicum(*command, "2", cwd=tmp_path), "can't be written", "another --home")
    assert only_json(practicum("memory", "stats", "--home", home, "--json", cwd=tmp_path))["trials"] == 1
    search = ("memory", "search", "sum", "--home", home)
    check_refused(practicum(*search, cwd=tmp_path), "index can't be written", "another --home")
    assert mount("-o", "remount,rw", str(home))
    assert only_json(practicum(*command, "2", cwd=tmp_path))["all"]["trials"] == 2


def test_a_disk_without_room_for_an_index_is_told_as_full(tmp_path: Path, home: Path) -> None:
    with_tools(tmp_path, QUERIES)
    assert mount("-o", "remount,size=400k", str(home))
    command = exploring(tmp_path, "--episodes", "1", "--trials", "1", "--json")
    check_refused(practicum(*command, cwd=tmp_path), "the disk is full", "free some space")
    assert mount("-o", "remount,size=64m", str(home))
    assert only_json(practicum(*command, cwd=tmp_path))["all"]["trials"] == 1
