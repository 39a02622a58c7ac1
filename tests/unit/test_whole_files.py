"""Files and folders that are complete, or not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from practicum.whole_files import beside, written_whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("durable", [False, True])
def test_what_was_there_stays_until_all_is_written(tmp_path: Path, durable: bool) -> None:
    target = tmp_path / "file"
    target.write_text("old", "utf-8")
    with written_whole(target, durable=durable) as aside:
        aside.write_text("new", "utf-8")
        assert target.read_text("utf-8") == "old"
    assert target.read_text("utf-8") == "new"
    assert names(tmp_path) == ["file"]


def test_two_at_once_don_t_write_to_one_place(tmp_path: Path) -> None:
    target = tmp_path / "file"
    with written_whole(target) as one, written_whole(target) as other:
        one.write_text("one", "utf-8")
        other.write_text("other", "utf-8")
    assert target.read_text("utf-8") == "one"
    assert names(tmp_path) == ["file"]


def test_in_a_folder_that_is_not_there_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), written_whole(tmp_path / "none" / "file") as aside:
        aside.write_text("new", "utf-8")
    assert names(tmp_path) == []


def test_what_is_not_put_in_place_goes(tmp_path: Path) -> None:
    with beside(tmp_path / "file") as aside:
        aside.mkdir()
        (aside / "half").write_text("half", "utf-8")
    assert names(tmp_path) == []


def test_what_killed_processes_left_goes_also_in_a_container_where_each_has_one_number(
    tmp_path: Path,
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for left in (f".file.{ended.pid}.00ff.tmp", f".file.{os.getpid()}.00ff.tmp", ".file.1.00ff.tmp"):
        (tmp_path / left).write_text("half", "utf-8")
    with beside(tmp_path / "file") as one, written_whole(tmp_path / "file") as other:
        one.write_text("one", "utf-8")
        other.write_text("whole", "utf-8")
        assert one.exists()
    assert names(tmp_path) == [".file.1.00ff.tmp", "file"]
