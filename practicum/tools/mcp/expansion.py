"""`${VAR}` in a file of MCP servers: values that the environment keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from practicum.tools.mcp.config import Server

SESSION_FOLDER = "PRACTICUM_SESSION_DIR"
"""Stands for a folder that each session gets for itself, and that is removed with it."""
_VARIABLE = re.compile(r"\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


class MissingVariableError(Exception):
    """The environment has no variable of this name, and the file no default for it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Expansion:
    """Puts the environment's values in place, and remembers which ones: they may be secrets."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.used: set[str] = set()
        """The values that came from the environment."""

    def __call__(self, value: Any) -> Any:
        """Return ``value`` with each ``${VAR}`` and ``${VAR:-default}`` replaced, in lists and objects, too.

        The session's folder is left as it is: each session has another.

        Raises:
            MissingVariableError: a variable is not there.
        """
        if isinstance(value, str):
            return _VARIABLE.sub(self._value, value)
        if isinstance(value, list):
            return [self(each) for each in value]
        if isinstance(value, dict):
            return {key: self(each) for key, each in value.items()}
        return value

    def _value(self, found: re.Match[str]) -> str:
        name, default = found.groups()
        if name == SESSION_FOLDER:
            return found.group()
        value = self._environment.get(name)
        if value:
            self.used.add(value)
            return value
        if default is None:
            raise MissingVariableError(name)
        return str(default)


def in_copy(server: Server, original: Path, copy: Path) -> Server:
    """Return the server with ``copy`` in the place of a directory, wherever its entry names it.

    Arguments, values of the environment and the working directory count that are the directory or something
    in it; of an argument also what stands behind an option's ``=``.
    """
    whole = original.resolve()

    def moved(text: str) -> str:
        option, equals, value = text.partition("=") if text.startswith("-") else ("", "", text)
        place = Path(value).resolve() if value else None
        if place is None or not place.is_relative_to(whole):
            return text
        return f"{option}{equals}{copy / place.relative_to(whole)}"

    return replace(
        server,
        args=tuple(moved(argument) for argument in server.args),
        env={name: moved(value) for name, value in server.env.items()},
        cwd=moved(server.cwd) if server.cwd else None,
    )


def in_folder(text: str, folder: str) -> str:
    """Return ``text`` with the session's folder in its place."""
    return text.replace(f"${{{SESSION_FOLDER}}}", folder)
