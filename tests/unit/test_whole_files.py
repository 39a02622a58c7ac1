"""Files and folders that are complete, or not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from practicum.whole_files import beside, here, written_whole


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


def left_by(process: int, *, where: str | None = None, end: str = "00ff00ff") -> str:
    return f".file.{where or here()}-{process}.{end}.tmp"


def ended_process() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_what_killed_processes_left_goes_and_what_is_being_written_stays(tmp_path: Path) -> None:
    kept = left_by(os.getppid())
    for left in (left_by(ended_process()), left_by(os.getpid()), kept):
        (tmp_path / left).write_text("half", "utf-8")
    with beside(tmp_path / "file") as one, written_whole(tmp_path / "file") as other:
        one.write_text("one", "utf-8")
        other.write_text("whole", "utf-8")
        assert one.exists()
    assert names(tmp_path) == [kept, "file"]


def test_of_what_another_machine_or_container_writes_the_clock_tells_alone(tmp_path: Path) -> None:
    """In containers each process may have the number 1, and on another machine any."""
    new, old = (left_by(os.getpid(), where="deadbeef", end=end) for end in ("00000001", "00000002"))
    for left in (new, old):
        (tmp_path / left).write_text("half", "utf-8")
    os.utime(tmp_path / old, (0, 0))
    with written_whole(tmp_path / "file") as aside:
        aside.write_text("whole", "utf-8")
    assert names(tmp_path) == [new, "file"]


def test_a_folder_that_is_named_in_two_ways_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with written_whole(Path("file")) as one, written_whole(tmp_path / "file") as other:
        one.write_text("one", "utf-8")
        other.write_text("other", "utf-8")
    assert names(tmp_path) == ["file"]


def test_long_names_have_room(tmp_path: Path) -> None:
    target = tmp_path / ("x" * 250)
    with written_whole(target) as aside:
        aside.write_text("whole", "utf-8")
    assert names(tmp_path) == [target.name]
