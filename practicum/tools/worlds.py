"""Sandboxes for tools that know of none: a world that a function resets, a directory that is copied."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from practicum.errors import SetupError
from practicum.tools.sandbox import Sandbox

_COPIES: ContextVar[dict[Path, Path]] = ContextVar("copies")
"""By directory, the copy that the episode at hand works in."""


class ResetWorld(Sandbox[str]):
    """One world that a function of the user's makes anew: before each episode, and after it."""

    alone = True
    copies = False

    def __init__(self, reset: Callable[[], object], name: str) -> None:
        """Take the function and how messages name it."""
        super().__init__(lambda _: name)
        self.function = reset
        self._name = name

    @contextmanager
    def episode(self, seed: int) -> Iterator[str]:
        self.renew(seed)
        try:
            with self.holding(self._name) as state:
                yield state
        finally:
            self.renew(seed)

    @contextmanager
    def aside(self) -> Iterator[str]:
        """Work on the world itself: whoever does so makes it anew afterwards."""
        yield self.current

    def renew(self, seed: int) -> None:
        del seed
        try:
            self.function()
        except Exception as error:
            raise SetupError(
                f"{self._name}, which is to reset what tools change, failed: {type(error).__name__}: {error}",
                "mend it; nothing runs in a world that was not reset",
            ) from error


class CopiedFolder(Sandbox[Path]):
    """A directory of which each episode gets a copy; tools ask for it by `working_copy`."""

    def __init__(self, folder: Path) -> None:
        """Take the directory, which is never written to.

        Raises:
            SetupError: it is not there, or a copy of it would write to the original.
        """
        super().__init__(lambda _: folder)
        self._folder = folder.resolve()
        self._spellings = dict.fromkeys((self._folder, _spelled(folder)))
        if not self._folder.is_dir():
            raise SetupError(f"there is no directory {str(folder)!r} to copy", "check the path")
        if (self._folder / ".git").is_file():
            raise SetupError(
                f"{str(folder)!r} can't be copied: its .git is a file that points to a repository elsewhere",
                "name a clone of it (`git clone`), not a worktree or a submodule",
            )

    @contextmanager
    def episode(self, seed: int) -> Iterator[Path]:
        del seed
        with self._copy_of(self._folder) as copy:
            yield copy

    @contextmanager
    def aside(self) -> Iterator[Path]:
        with self._copy_of(self.current) as copy:
            yield copy

    @contextmanager
    def holding(self, state: Path) -> Iterator[Path]:
        token = _COPIES.set({**_COPIES.get({}), **dict.fromkeys(self._spellings, state)})
        try:
            with super().holding(state):
                yield state
        finally:
            _COPIES.reset(token)

    @contextmanager
    def _copy_of(self, folder: Path) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="practicum-copy-", ignore_cleanup_errors=True) as temporary:
            copy = Path(temporary) / self._folder.name
            # Links are followed: a link in a copy would lead back to what it was copied from.
            shutil.copytree(folder, copy, ignore_dangling_symlinks=True)
            with self.holding(copy):
                yield copy


def working_copy(path: str | os.PathLike[str]) -> Path:
    """Return where a tool is to work instead of ``path``: in the copy that its episode was given.

    Args:
        path: A directory that ``practicum.toml`` names under ``[tools.copied]``, or anything in one.

    Returns:
        The same place in the episode's copy; ``path`` itself outside of episodes, as in service.
    """
    # As it is spelled first: a link in the directory leads out of it, and its copy does not.
    for wanted in (_spelled(path), Path(path).resolve()):
        for folder, copy in _COPIES.get({}).items():
            if wanted.is_relative_to(folder):
                return copy / wanted.relative_to(folder)
    return Path(path)


def _spelled(path: str | os.PathLike[str]) -> Path:
    """Return an absolute path without dots, its links not followed."""
    return Path(os.path.normpath(Path.cwd() / path))
