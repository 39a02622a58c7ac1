"""Copies of directories: what is in them, and that nothing leads back to the original."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from practicum.errors import SetupError
from practicum.tools.copying import copy_folder, require_copyable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    (made / "sub").mkdir(parents=True)
    (made / "sub" / "a.txt").write_text("one")
    return made


def test_links_that_stay_inside_lead_to_the_same_place_in_the_copy(folder: Path, tmp_path: Path) -> None:
    (folder / "here").symlink_to(".")
    (folder / "again").symlink_to(folder)
    (folder / "down").symlink_to(folder / "sub")
    (folder / "sub" / "file").symlink_to("a.txt")
    copy = tmp_path / "copy"
    copy_folder(folder, copy)
    assert sorted(path.name for path in copy.iterdir()) == ["again", "down", "here", "sub"]
    for way in ("here/sub", "again/sub", "down", "here/again/down"):
        (copy / way / "a.txt").write_text("two")
    (copy / "sub" / "file").write_text("three")
    assert (folder / "sub" / "a.txt").read_text() == "one"


def test_what_lies_elsewhere_is_copied_once(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    (store / "deep").mkdir(parents=True)
    (store / "b.txt").write_text("one")
    (store / "deep" / "back").symlink_to(store)
    (folder / "first").symlink_to(store)
    (folder / "second").symlink_to(store / "deep")
    copy = tmp_path / "copy"
    copy_folder(folder, copy)
    for link in ("first", "second/back", "first/deep/back"):
        (copy / link / "b.txt").write_text("two")
    assert (store / "b.txt").read_text() == "one"
    assert sum(len(files) for _, _, files in os.walk(copy)) == 2


def test_a_link_to_nothing_is_left_out(folder: Path, tmp_path: Path) -> None:
    (folder / "gone").symlink_to("nowhere")
    copy_folder(folder, tmp_path / "copy")
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["sub"]


def test_a_link_to_a_directory_around_it_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "sub" / "up").symlink_to(tmp_path)
    with pytest.raises(SetupError, match=r"the link sub/up leads to a directory around it"):
        copy_folder(folder, tmp_path / "copy")


def test_what_is_no_file_is_told_in_a_line(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "sub" / "pipe")
    with pytest.raises(SetupError, match=r"can't be copied: sub/pipe: .*named pipe"):
        copy_folder(folder, tmp_path / "copy")


def git(*arguments: str, at: Path) -> None:
    subprocess.run(["git", *arguments], cwd=at, check=True, capture_output=True)  # noqa: S607


def test_a_repository_whose_files_are_elsewhere_is_refused(folder: Path, tmp_path: Path) -> None:
    git("init", "--quiet", at=folder)
    git("-c", "user.name=a", "-c", "user.email=a@b.test", "commit", "--allow-empty", "-m", "x", at=folder)
    require_copyable(folder)
    outer = tmp_path / "outer"
    outer.mkdir()
    git("worktree", "add", str(outer / "tree"), at=folder)
    with pytest.raises(SetupError, match=r"tree/\.git is a file that points to a repository elsewhere"):
        require_copyable(outer)
    git("config", "core.worktree", str(outer), at=folder)
    with pytest.raises(SetupError, match=r"\.git/config names a working tree"):
        require_copyable(folder)


def test_a_directory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="there is no directory"):
        require_copyable(tmp_path / "gone")
