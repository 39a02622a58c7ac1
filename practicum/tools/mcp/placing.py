"""A copy in the place of a directory: in a server's entry, in what it is asked, and in what it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from practicum.tools.mcp.config import McpServer

SESSION = "/practicum-session"
"""How the folder of a session is told: its real name is another one each time."""


def in_copy(server: McpServer, original: Path, copy: Path) -> McpServer:
    """Return the server with ``copy`` in the place of a directory, wherever its entry names it.

    Its arguments, the values of its environment and its working directory count, where they are the directory
    or hold its path (``sqlite:////data/x.db``, ``/data/a:/data/b``). Without a working directory it runs in
    the copy: a relative path is then one of the copy. Relative paths of the entry's own stay what they were.
    """
    placing = _Placing(server, original, copy)
    return replace(
        server,
        command=placing.absolute(server.command) if "/" in server.command else server.command,
        args=tuple(placing.moved(argument) for argument in server.args),
        env={name: placing.moved(value) for name, value in server.env.items()},
        cwd=placing.cwd(),
    )


def what_escapes(server: McpServer, original: Path) -> str | None:
    """Return why sessions of a server would not stay in a copy of the directory; None if they do."""
    placing = _Placing(server, original, original / "copy")
    if not placing.is_named():
        return f"its entry does not name {original}, of which each session is to get a copy"
    if server.cwd and placing.is_around(server.cwd):
        return f"its cwd is around {original}: relative paths would lead to the original"
    return None


def other_directories(server: McpServer, original: Path) -> list[str]:
    """Return the directories in a server's arguments that are not copied with ``original``."""
    placing = _Placing(server, original, original / "copy")
    values = (argument.rpartition("=")[2] for argument in server.args)
    return [value for value in values if placing.is_directory_elsewhere(value)]


class _Placing:
    def __init__(self, server: McpServer, original: Path, copy: Path) -> None:
        self._server = server
        self._base = Path(server.cwd or Path.cwd())
        self._copy = copy
        self.whole = original.resolve()
        self._paths = Paths({str(original): str(copy), str(self.whole): str(copy)})

    def is_in(self, value: str) -> bool:
        return bool(value) and (self._base / value).resolve().is_relative_to(self.whole)

    def is_around(self, value: str) -> bool:
        return not self.is_in(value) and self.whole.is_relative_to(Path(value).resolve())

    def is_named(self) -> bool:
        texts = (*self._server.args, *self._server.env.values())
        return self.is_in(str(self._base)) or any(self._names(text) for text in texts)

    def is_directory_elsewhere(self, value: str) -> bool:
        place = self._base / value
        return "/" in value and not self.is_in(value) and place.is_dir()

    def moved(self, text: str) -> str:
        option, equals, value = text.partition("=") if text.startswith("-") else ("", "", text)
        placed = self._paths.there(value)  # first: the text may name several places
        if placed == value and self._is_place(value):
            within = (self._base / value).resolve().relative_to(self.whole)
            return f"{option}{equals}{self._copy / within}"
        return f"{option}{equals}{self.absolute(placed)}"

    def absolute(self, value: str) -> str:
        """Return a relative path that leads to something as one that does so from elsewhere."""
        is_relative = value and not value.startswith("-") and not Path(value).is_absolute()
        place = self._base / value
        try:
            return str(place.absolute()) if is_relative and place.exists() else value
        except OSError:  # a text too long to be a path
            return value

    def cwd(self) -> str | None:
        if self._server.url:
            return None
        if self.is_in(str(self._base)):
            return str(self._copy / self._base.resolve().relative_to(self.whole))
        return self._server.cwd or str(self._copy)

    def _names(self, text: str) -> bool:
        value = text.partition("=")[2] if text.startswith("-") and "=" in text else text
        return self._is_place(value) or self._paths.there(value) != value

    def _is_place(self, value: str) -> bool:
        """Whether it is a path into the directory; a bare word is one only if something is there."""
        if not self.is_in(value):
            return False
        return "/" in value or value == "." or (self._base / value).exists()


class Paths:
    """Puts paths in the place of others in whatever JSON, and back."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        """Take what stands for what: by path, the one that is used instead."""
        self._there = dict(paths)
        self._back: dict[str, str] = {}
        for path, used in paths.items():
            self._back.setdefault(used, path)

    @classmethod
    def of_session(cls, folder: Path, copied: Path | None) -> Paths:
        """Return the names of a session's folder, and of the copy in it."""
        used = {str(copied): str(folder / copied.name)} if copied is not None else {}
        return cls({**used, SESSION: str(folder)})

    def there(self, value: Any) -> Any:
        """Return a value with the paths that are used."""
        return _mapped(value, self._there)

    def back(self, value: Any) -> Any:
        """Return a value with the paths that others know."""
        real = {str(Path(used).resolve()): path for used, path in self._back.items()}
        return _mapped(value, {**real, **self._back})


def _mapped(value: Any, paths: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _pattern(paths).sub(lambda found: paths[found.group()], value) if paths else value
    if isinstance(value, list):
        return [_mapped(each, paths) for each in value]
    if isinstance(value, dict):
        return {key: _mapped(each, paths) for key, each in value.items()}
    return value


def _pattern(paths: Mapping[str, str]) -> re.Pattern[str]:
    longest_first = sorted(paths, key=len, reverse=True)
    any_path = "|".join(re.escape(path) for path in longest_first)
    return re.compile(rf"(?<![\w.~-])(?:{any_path})(?![\w-]|\.\w)")
