"""`practicum.toml`: what the user says about tools, which no hint from a stranger overrides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Generic, TypeVar

from practicum.errors import SetupError
from practicum.tools.effects import Effect

FILE = "practicum.toml"
TIERS = ("read-only", "reversible", "destructive")
T = TypeVar("T")
_NEAR = 0.8
"""Share of letters from which a name may be another one that was misspelled."""


@dataclass(frozen=True)
class ServerPolicy:
    """What the user says of one MCP server."""

    trusted: bool = False
    """Whether its annotations may lower a tier."""
    sandboxed: bool = False
    """Whether a fresh session resets all that its tools change."""
    copied: Path | None = None
    """A directory in its arguments, of which each session gets a copy of its own."""


@dataclass(frozen=True)
class Said(Generic[T]):
    """What an entry says of a tool."""

    value: T
    entry: str
    """The entry's key."""
    by_pattern: bool
    """Whether it only fits the tool's name, which a stranger may have chosen."""


def _alike(name: str, key: str) -> bool:
    """Whether two names begin with the same word: set_user is not what get_user was meant to be."""
    return name.partition("_")[0] == key.partition("_")[0] or "_" not in name


@dataclass(frozen=True)
class PolicyFile:
    """A policy, read and checked; an empty one says nothing of any tool."""

    path: Path | None = None
    """The file; None where there is none."""
    effects: Mapping[str, Effect] = field(default_factory=dict)
    """Tiers by tool name or pattern, in the order of the file."""
    resets: Mapping[str, str] = field(default_factory=dict)
    """By tool name or pattern, the function that makes the tools' world anew, as ``module:function``."""
    copies: Mapping[str, Path] = field(default_factory=dict)
    """By tool name or pattern, the directory that the tools work in."""
    hidden: frozenset[str] = frozenset()
    """Functions that reset tools where they are practised, as ``module:function``: no tools either."""
    servers: Mapping[str, ServerPolicy] = field(default_factory=dict)
    """MCP servers by name."""

    @property
    def name(self) -> str:
        """How messages name the file."""
        return self.path.name if self.path is not None else FILE

    def effect_for(self, *names: str) -> Said[Effect] | None:
        """Return the tier of the first entry that fits one of a tool's names; None without one."""
        return _first(self.effects, names)

    def reset_for(self, *names: str) -> Said[str] | None:
        """Return the function that resets a tool's world, as ``module:function``; None without one."""
        return _first(self.resets, names)

    def copied_for(self, *names: str) -> Said[Path] | None:
        """Return the directory that a tool works in; None without one."""
        return _first(self.copies, names)

    def unmatched(self, tools: Collection[Collection[str]]) -> list[str]:
        """Return the entries that name none of the tools, each as it stands in the file.

        Args:
            tools: Each tool's names.
        """
        tables = (("effects", self.effects), ("reset", self.resets), ("copied", self.copies))
        return [
            f"tools.{table}.{key}"
            for table, entries in tables
            for key in entries
            if not any(fnmatchcase(name, key) for names in tools for name in names)
        ]

    def misspelled(self, tools: Collection[Collection[str]]) -> list[tuple[str, str]]:
        """Return the entries that name no tool but nearly one, each with the tool that may be meant.

        One of which the same table says something is not meant.

        Args:
            tools: Each tool's names, the one that it is called by first.
        """
        found = []
        for entry in self.unmatched(tools):
            _, table, key = entry.split(".", 2)
            unsaid = {
                name: names[0] for names in map(list, tools) for name in names if not self._says(table, names)
            }
            near = [name for name in get_close_matches(key, unsaid, 3, _NEAR) if _alike(name, key)]
            found += [(entry, unsaid[near[0]])] if near else []
        return found

    def _says(self, table: str, names: Collection[str]) -> bool:
        entries = {"effects": self.effects, "reset": self.resets, "copied": self.copies}[table]
        return any(fnmatchcase(name, key) for name in names for key in entries)

    def server(self, name: str) -> ServerPolicy:
        """Return what is said of an MCP server; of one that is not named: nothing."""
        return self.servers.get(name, ServerPolicy())

    def in_service(self) -> PolicyFile:
        """Return what it says of tools that work for real: their tiers; nothing is reset or copied."""
        trusted = {name: ServerPolicy(trusted=said.trusted) for name, said in self.servers.items()}
        hidden = self.hidden.union(self.resets.values())
        return PolicyFile(self.path, self.effects, hidden=hidden, servers=trusted)

    def trusts(self, server: str) -> bool:
        """Whether the server's annotations may lower a tier."""
        return self.server(server).trusted

    def is_sandboxed(self, server: str) -> bool:
        """Whether a fresh session of the server resets what its tools change."""
        return self.server(server).sandboxed

    def copied_by(self, server: str) -> Path | None:
        """Return the directory of which each session of the server gets a copy; None without one."""
        return self.server(server).copied

    def why(self, said: Said[Any]) -> str:
        """Return in words why an entry applies."""
        return f"{self.name} says so" + (f" of {said.entry}" if said.by_pattern else "")


def load_policy(start: Path | None = None, *, file: Path | None = None) -> PolicyFile:
    """Return what ``practicum.toml`` says; an empty policy where there is none.

    Args:
        start: The directory to look in; None: the working directory.
        file: The file itself, which then must be there.

    Raises:
        SetupError: the file can't be read, or an entry of it is unknown or of the wrong kind.
    """
    import tomllib

    path = file or (start or Path.cwd()) / FILE
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        if file is None:
            return PolicyFile()
        raise SetupError(f"there is no file {str(path)!r}", "check PRACTICUM_CONFIG, or unset it") from None
    except (OSError, ValueError) as error:  # of the system, of UTF-8, of TOML
        raise SetupError(f"{path} can't be read: {error}", "mend it: docs/effects.md shows one") from error
    return _Reader(path).policy(data)


class _Reader:
    """Checks every key: what is misspelt would silently leave a tool in another tier."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def policy(self, data: dict[str, Any]) -> PolicyFile:
        tools = self._table(data, "tools", ("effects", "reset", "copied"))
        mcp = self._table(data, "mcp", ("servers",))
        self._known(data, "", ("tools", "mcp", "redaction"))  # the last is read elsewhere
        texts = {key: self._texts(tools, key) for key in ("effects", "reset", "copied")}
        return PolicyFile(
            path=self._path,
            effects={name: self._tier(f"tools.effects.{name}", v) for name, v in texts["effects"].items()},
            resets={name: self._function(f"tools.reset.{name}", v) for name, v in texts["reset"].items()},
            copies={name: self._folder(f"tools.copied.{name}", v) for name, v in texts["copied"].items()},
            servers={name: self._server(name, value) for name, value in mcp.get("servers", {}).items()},
        )

    def _table(self, data: dict[str, Any], key: str, known: tuple[str, ...]) -> dict[str, Any]:
        table = data.get(key, {})
        if not isinstance(table, dict):
            raise self._error(key, "is no table", f"write it as [{key}.{known[0]}]")
        self._known(table, f"{key}.", known)
        for name in known:
            if not isinstance(table.get(name, {}), dict):
                raise self._error(f"{key}.{name}", "is no table", f"write it as [{key}.{name}]")
        return table

    def _texts(self, table: dict[str, Any], key: str) -> dict[str, str]:
        for name, value in table.get(key, {}).items():
            if not isinstance(value, str):
                raise self._error(f"tools.{key}.{name}", f"is {value!r}, no text", "write it in quotes")
        return dict(table.get(key, {}))

    def _known(self, table: dict[str, Any], prefix: str, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                raise self._error(f"{prefix}{key}", "is not known", f"use {', '.join(known)}")

    def _tier(self, key: str, value: str) -> Effect:
        if value not in TIERS:
            raise self._error(key, f"is {value!r}, which is no tier", f"use {', '.join(TIERS)}")
        return Effect(value)

    def _function(self, key: str, value: str) -> str:
        module, _, name = value.rpartition(":")
        if not module or not name.isidentifier():
            raise self._error(key, f"is {value!r}, which names no function", 'write it as "module:function"')
        return value

    def _folder(self, key: str, value: str) -> Path:
        folder = self._path.resolve().parent / value
        if not folder.is_dir():
            raise self._error(key, f"is {value!r}, which is no directory", f"it is relative to {self._path}")
        # Servers tell it without dots, and so it is told to the model: both must be one path.
        return folder.resolve() if ".." in folder.parts else folder

    def _server(self, name: str, value: Any) -> ServerPolicy:
        key = f"mcp.servers.{name}"
        if not isinstance(value, dict):
            raise self._error(key, "is no table", f"write it as [{key}]")
        self._known(value, f"{key}.", ("trusted", "sandboxed", "copied"))
        for flag in ("trusted", "sandboxed"):
            if not isinstance(value.get(flag, False), bool):
                raise self._error(f"{key}.{flag}", f"is {value[flag]!r}", "use true or false")
        copied = value.get("copied")
        if not isinstance(copied, str | None):
            raise self._error(f"{key}.copied", f"is {copied!r}, no text", "write it in quotes")
        return ServerPolicy(
            trusted=value.get("trusted", False),
            sandboxed=value.get("sandboxed", False),
            copied=self._folder(f"{key}.copied", copied) if copied is not None else None,
        )

    def _error(self, key: str, what: str, fix: str) -> SetupError:
        return SetupError(f"{self._path.name}: {key} {what}", fix)


def _first(entries: Mapping[str, T], names: Collection[str]) -> Said[T] | None:
    return next(
        (
            Said(value, key, by_pattern=key not in names)
            for key, value in entries.items()
            if any(fnmatchcase(name, key) for name in names)
        ),
        None,
    )
