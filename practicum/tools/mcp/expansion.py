"""`${VAR}` in a file of MCP servers: values that the environment keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

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


def in_folder(text: str, folder: str) -> str:
    """Return ``text`` with the session's folder in its place."""
    return text.replace(f"${{{SESSION_FOLDER}}}", folder)
