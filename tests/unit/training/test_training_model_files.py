"""Writing aside: a file or folder is complete, or it is not there."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from practicum.errors import SetupError
from practicum.training.model_files import written_aside
from practicum.training.packages import need_packages
from practicum.whole_files import here


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fail_midway(target: Path, error: Exception) -> None:
    with written_aside(target) as aside:
        aside.mkdir()
        (aside / "half").write_text("half", "utf-8")
        raise error


def test_a_file_appears_when_all_is_written(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "file"
    with written_aside(target) as aside:
        aside.write_text("new", "utf-8")
        assert not target.exists()
    assert target.read_text("utf-8") == "new"
    assert names(target.parent) == ["file"]


def test_a_folder_appears_when_all_is_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with written_aside(tmp_path / "folder") as aside:
        aside.mkdir()
        (aside / "file").write_text("new", "utf-8")
    assert names(tmp_path) == ["folder"]
    assert names(tmp_path / "folder") == ["file"]


def test_weights_may_be_read_by_whoever_may_read_what_lies_beside_them(tmp_path: Path) -> None:
    with written_aside(tmp_path / "model") as aside:
        aside.mkdir()
        (aside / "config.json").write_text("{}", "utf-8")
        (aside / "config.json").chmod(0o644)
        (aside / "model.safetensors").touch(mode=0o600)
    assert (tmp_path / "model" / "model.safetensors").stat().st_mode & 0o777 == 0o644


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("old", "utf-8")
    with pytest.raises(KeyError):
        fail_midway(target, KeyError())
    assert target.read_text("utf-8") == "old"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        OSError("139264 requested and 18784 written"),
        RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_a_setup_error_and_leaves_nothing(error: Exception, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="the disk is full"):
        fail_midway(tmp_path / "out", error)
    assert names(tmp_path) == []


def test_a_place_that_refuses_is_a_setup_error(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="can't be written"), written_aside(tmp_path / "out"):
        raise PermissionError(errno.EACCES, "Permission denied")


def test_what_is_in_the_way_stays(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").write_text("old", "utf-8")
    with pytest.raises(SetupError, match="is in the way"), written_aside(tmp_path / "out") as aside:
        aside.mkdir()
    assert names(tmp_path / "out") == ["precious"]
    assert names(tmp_path) == ["out"]


def test_a_file_is_no_folder_to_write_into(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old", "utf-8")
    with pytest.raises(SetupError, match="is in the way"), written_aside(tmp_path / "file" / "out"):
        pytest.fail("there is no place to write to")
    assert names(tmp_path) == ["file"]


def test_what_a_killed_process_left_half_written_goes_and_what_is_being_written_stays(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    gone = [tmp_path / f".model.gguf.{here()}-{each}.tmp" for each in (ended.pid, os.getpid())]
    kept = [
        tmp_path / f".model.gguf.{here()}-{os.getppid()}.tmp",
        tmp_path / f".other.gguf.{here()}-{ended.pid}.tmp",
        tmp_path / ".model.gguf.mine.tmp",
    ]
    for path in (*gone, *kept):
        path.mkdir()
        (path / "half").write_text("half", "utf-8")
    with written_aside(tmp_path / "model.gguf") as aside:
        aside.write_text("whole", "utf-8")
    assert names(tmp_path) == sorted(["model.gguf", *(path.name for path in kept)])


def test_only_packages_that_are_missing_are_asked_for() -> None:
    need_packages("tests", "json", "pathlib")
    with pytest.raises(SetupError) as caught:
        need_packages("tests", "json", "no_such_package")
    assert caught.value.message == "tests need no_such_package"
