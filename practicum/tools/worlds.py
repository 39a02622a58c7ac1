"""Sandboxes for tools that know of none: a world that a function resets, a directory that is copied."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from practicum.errors import SetupError
from practicum.tools.copying import copy_folder, require_copyable
from practicum.tools.sandbox import Sandbox, State

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


class ResetAround(Sandbox[State]):
    """A sandbox of the tools' own in a world that a function makes anew: each episode enters both.

    An MCP server's session, say, and the database behind it.
    """

    alone = True
    copies = False

    def __init__(self, world: ResetWorld, own: Sandbox[State]) -> None:
        """Take both."""
        super().__init__(lambda _: own.current)
        self._world = world
        self._own = own

    @contextmanager
    def episode(self, seed: int) -> Iterator[State]:
        with self._world.episode(seed), self._own.episode(seed) as state:
            yield state

    @contextmanager
    def holding(self, state: State) -> Iterator[State]:
        with self._own.holding(state):
            yield state

    @contextmanager
    def aside(self) -> Iterator[State]:
        """Work on both themselves: whoever does so makes them anew afterwards."""
        yield self.current

    def renew(self, seed: int) -> None:
        self._world.renew(seed)
        self._own.renew(seed)

    async def ready(self) -> None:
        await self._own.ready()

    @property
    def shared(self) -> Sandbox[Any]:
        return self._world

    @property
    def entered(self) -> bool:
        return self._world.entered and self._own.entered

    @property
    def current(self) -> State:
        return self._own.current


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
        require_copyable(folder)

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
            copy_folder(folder, copy)
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
