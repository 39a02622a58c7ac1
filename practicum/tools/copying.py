"""Copies of directories that nothing leads out of: what is done to a copy leaves the original as it is."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from practicum.errors import SetupError

_WORKTREE = re.compile(r"^\s*worktree\s*=", re.MULTILINE | re.IGNORECASE)
"""In a repository's configuration: its files are elsewhere."""
CLONE_FIX = "name a clone of it (`git clone`), not a worktree or a submodule"


def require_copyable(folder: Path) -> None:
    """Refuse a directory whose copy would write to the original.

    Raises:
        SetupError: it is not there, or a repository in it points to another place.
    """
    if not folder.is_dir():
        raise SetupError(f"there is no directory {str(folder)!r} to copy", "check the path")
    for place, names, files in os.walk(folder):
        where = os.path.relpath(Path(place, ".git"), folder)
        if ".git" in files:
            raise SetupError(
                f"{str(folder)!r} can't be copied: {where} is a file that points to a repository elsewhere",
                CLONE_FIX,
            )
        if ".git" in names and _works_elsewhere(Path(place, ".git")):
            raise SetupError(
                f"{str(folder)!r} can't be copied: {where}/config names a working tree", CLONE_FIX
            )


def _works_elsewhere(repository: Path) -> bool:
    try:
        return _WORKTREE.search((repository / "config").read_text("utf-8", "replace")) is not None
    except OSError:
        return False


def copy_folder(folder: Path, copy: Path) -> None:
    """Copy a directory with all that links in it lead to.

    A link to a place in the directory leads to the same place in the copy; what lies elsewhere is copied
    once, in the place of the first link to it. A link to nothing is left out.

    Args:
        folder: The directory.
        copy: Where to; its parent must be there.

    Raises:
        SetupError: a link leads to a directory that holds the folder; something in it is no file and no
            directory, can't be read, or finds no room.
    """
    links = _Links(folder, copy)
    try:
        shutil.copytree(
            folder, copy, dirs_exist_ok=True, ignore=links.set_aside, ignore_dangling_symlinks=True
        )
        links.make()
    except shutil.Error as error:
        raise SetupError(_what_failed(folder, error), "name a directory that holds plain files") from error
    except OSError as error:
        raise SetupError(f"{str(folder)!r} can't be copied: {error}", "make room, or mend it") from error


def _what_failed(folder: Path, error: shutil.Error) -> str:
    failed = error.args[0] if error.args and isinstance(error.args[0], list) else []
    first = failed[0] if failed and isinstance(failed[0], tuple) and len(failed[0]) == 3 else None
    if first is None:
        return f"{str(folder)!r} can't be copied: {error}"
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"{str(folder)!r} can't be copied: {os.path.relpath(first[0], folder)}: {first[2]}{more}"


class _Links:
    """The links to directories that were copied already, which are made anew when all else is there."""

    def __init__(self, folder: Path, copy: Path) -> None:
        self._folder = folder
        self._copy = copy
        self._copied = {folder.resolve(): copy}
        """By real directory, where its copy is."""
        self._later: list[tuple[Path, Path]] = []

    def set_aside(self, place: str, names: Iterable[str]) -> set[str]:
        """Return the names in a directory that `shutil.copytree` is not to follow."""
        return {link.name for link in self._to_directories(Path(place), names) if self._set_aside(link)}

    def make(self) -> None:
        """Make the links."""
        for link, target in self._later:
            link.symlink_to(os.path.relpath(target, link.parent), target_is_directory=True)

    def _to_directories(self, place: Path, names: Iterable[str]) -> Iterator[Path]:
        return (path for name in names if (path := place / name).is_symlink() and path.is_dir())

    def _set_aside(self, link: Path) -> bool:
        target = link.resolve()
        made = self._copy / os.path.relpath(link, self._folder)
        for real, copy in self._copied.items():
            if target.is_relative_to(real):
                self._later.append((made, copy / target.relative_to(real)))
                return True
            if real.is_relative_to(target):
                where = os.path.relpath(link, self._folder)
                raise SetupError(
                    f"{str(self._folder)!r} can't be copied: the link {where} leads to a directory around it",
                    "remove the link, or name a directory without it",
                )
        self._copied[target] = made
        return False
