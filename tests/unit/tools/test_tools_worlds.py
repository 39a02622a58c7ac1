"""Directories that are copied and worlds that are reset: what episodes leave behind is nothing."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from practicum import working_copy
from practicum.errors import SetupError
from practicum.tools import worlds
from practicum.tools.copying import copy_folder
from practicum.tools.entering import entered
from practicum.tools.sandbox import Sandbox
from practicum.tools.threads import CHORES, THREADS
from practicum.tools.turns import Turns
from practicum.tools.worlds import CopiedFolder, ResetWorld


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    notes = tmp_path / "notes"
    (notes / "old").mkdir(parents=True)
    (notes / "a.txt").write_text("one")
    return notes


def test_an_episode_works_on_a_copy_that_is_gone_afterwards(folder: Path) -> None:
    sandbox = CopiedFolder(folder)
    with sandbox.episode(0) as copy:
        working_copy(folder / "a.txt").write_text("two")
        assert working_copy(folder) == copy
        assert (copy / "a.txt").read_text() == "two"
    assert (folder / "a.txt").read_text() == "one"
    assert not copy.exists()
    assert working_copy(folder / "a.txt") == folder / "a.txt"


def test_a_relative_path_and_what_is_not_copied_are_told_apart(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    with CopiedFolder(folder).episode(0) as copy:
        assert working_copy("notes/old") == copy / "old"
        assert working_copy("notes/../elsewhere") == Path("notes/../elsewhere")


def test_what_is_tried_aside_happens_in_a_copy_of_the_copy(folder: Path) -> None:
    sandbox = CopiedFolder(folder)
    with sandbox.episode(0):
        working_copy(folder / "b.txt").write_text("made")
        with sandbox.aside():
            assert working_copy(folder / "b.txt").read_text() == "made"
            working_copy(folder / "b.txt").unlink()
        assert working_copy(folder / "b.txt").read_text() == "made"


def test_a_link_in_the_copy_leads_nowhere_else(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    (folder / "link.txt").symlink_to(outside)
    (folder / "dangling").symlink_to(tmp_path / "none")
    with CopiedFolder(folder).episode(0):
        working_copy(folder / "link.txt").write_text("changed")
        working_copy(folder / "old" / ".." / "link.txt").write_text("changed again")
    assert outside.read_text() == "mine"


async def test_episodes_side_by_side_have_copies_of_their_own_in_threads_too(folder: Path) -> None:
    sandbox = CopiedFolder(folder)

    async def episode(text: str) -> str:
        with sandbox.episode(0):
            await THREADS.run(lambda: working_copy(folder / "a.txt").write_text(text))
            await asyncio.sleep(0.01)
            return await THREADS.run(lambda: working_copy(folder / "a.txt").read_text())

    assert list(await asyncio.gather(episode("x"), episode("y"))) == ["x", "y"]


def test_a_directory_that_is_not_there_and_a_worktree_are_refused(folder: Path) -> None:
    with pytest.raises(SetupError, match="no directory"):
        CopiedFolder(folder / "none")
    (folder / ".git").write_text("gitdir: /elsewhere/.git/worktrees/notes\n")
    with pytest.raises(SetupError, match="repository elsewhere") as caught:
        CopiedFolder(folder)
    assert "git clone" in caught.value.fix


def test_a_world_is_reset_before_each_episode_and_after_it() -> None:
    world: list[str] = ["left over"]
    sandbox = ResetWorld(world.clear, "my_tools:reset")
    for _ in range(2):
        with sandbox.episode(0):
            assert world == []
            world.append("made")
        assert world == []


def test_a_reset_that_fails_ends_everything_before_a_tool_runs() -> None:
    def reset() -> None:
        raise RuntimeError("no database")

    world = ResetWorld(reset, "my_tools:reset")
    with pytest.raises(SetupError, match=r"my_tools:reset, .* failed: RuntimeError: no database"):
        world.episode(0).__enter__()


async def test_episodes_that_share_one_world_follow_each_other() -> None:
    world: list[str] = []
    sandbox, turns = ResetWorld(world.clear, "reset"), Turns()

    async def episode(name: str) -> list[str]:
        async with turns.episode([sandbox], 0):
            for _ in range(3):
                world.append(name)
                await asyncio.sleep(0)
            return list(world)

    seen = await asyncio.gather(episode("a"), episode("b"))
    assert list(seen) == [["a"] * 3, ["b"] * 3]


def held_up(goes_on: threading.Event, waited: list[bool]) -> bool:
    """Block as long as the other tasks don't get on."""
    waited.append(goes_on.wait(10))
    return waited[-1]


async def test_other_tasks_go_on_while_a_world_is_reset_and_a_folder_is_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, waited = threading.Event(), list[bool]()

    def copied(source: Path, target: Path) -> None:
        held_up(goes_on, waited)
        copy_folder(source, target)

    monkeypatch.setattr(worlds, "copy_folder", copied)
    copying = CopiedFolder(folder)
    both: list[Sandbox[Any]] = [ResetWorld(lambda: held_up(goes_on, waited), "reset"), copying]
    asyncio.get_running_loop().call_soon(goes_on.set)
    async with Turns().episode(both, 0):
        assert all(sandbox.entered for sandbox in both)
        copy = working_copy(folder)
        assert copy != folder
        async with entered(copying.aside()) as second:
            assert working_copy(folder) == second
        assert working_copy(folder) == copy
    assert waited == [True] * 4
    assert not any(sandbox.entered for sandbox in both)
    assert not copy.exists()


async def test_an_episode_that_is_cancelled_while_its_world_is_made_leaves_it_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, begun, copies = threading.Event(), asyncio.Event(), list[Path]()
    loop = asyncio.get_running_loop()

    def copied(source: Path, target: Path) -> None:
        loop.call_soon_threadsafe(begun.set)
        assert may_end.wait(60)
        copy_folder(source, target)
        copies.append(target)

    monkeypatch.setattr(worlds, "copy_folder", copied)

    async def episode() -> None:
        async with Turns().episode([CopiedFolder(folder)], 0):
            raise AssertionError("it was cancelled before")

    running = asyncio.create_task(episode())
    await begun.wait()
    running.cancel()
    loop.call_soon(running.cancel)  # once more, while it is waited for
    loop.call_soon(may_end.set)
    with pytest.raises(asyncio.CancelledError):
        await running
    await CHORES.to_the_end(lambda: None)
    (copy,) = copies
    assert not copy.exists()


async def test_a_world_that_is_left_by_an_error_is_reset_and_the_error_told() -> None:
    world: list[str] = []

    async def breaking() -> None:
        async with Turns().episode([ResetWorld(world.clear, "reset")], 0):
            world.append("made")
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await breaking()
    assert world == []
