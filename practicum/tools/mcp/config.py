"""Which MCP servers there are: the usual ``mcpServers`` JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from practicum.errors import SetupError
from practicum.records import JsonObject
from practicum.tools.catalog import Refusal
from practicum.tools.mcp.expansion import Expansion, MissingVariableError
from practicum.tools.mcp.secrets import find_secrets

START_S = 30.0
"""Seconds a server may take to start, by default; `npx` may have to fetch it first."""
EXAMPLE = '{"mcpServers": {"time": {"command": "uvx", "args": ["mcp-server-time"]}}}'
HTTP = ("http", "streamable-http", "streamable_http", "streamableHttp")
FILE_FIX = f"a file of MCP servers looks like {EXAMPLE}"


@dataclass(frozen=True)
class McpServer:
    """How one server is reached: a command (stdio), or an address (streamable HTTP).

    Its representation shows nothing but the name: the rest may hold secrets.
    """

    name: str
    command: str = field(default="", repr=False)
    """Empty for a server that is reached over HTTP."""
    args: tuple[str, ...] = field(default=(), repr=False)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Added to the few variables that servers inherit (PATH, HOME and the like)."""
    cwd: str | None = field(default=None, repr=False)
    url: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    start_s: float = START_S
    """Seconds within which it must have started and said hello."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True)
class Config:
    """The servers of a file, and those of them that can't be used."""

    servers: tuple[McpServer, ...]
    refused: tuple[Refusal, ...] = ()


def read_config(file: Path, only: str = "", environment: Mapping[str, str] = os.environ) -> Config:
    """Read a file of servers; one that is wrong in itself is refused, and the others stand.

    Args:
        file: JSON with the object ``mcpServers``.
        only: The name of the one server that is wanted; empty for all that are not disabled.
        environment: Where ``${VAR}`` is looked up.

    Raises:
        SetupError: the file is not there or is no such JSON, or there is no server called ``only``.
    """
    entries = _entries(file)
    if only and only not in entries:
        raise SetupError(f"{file} has no MCP server {only!r}", f"use one of: {', '.join(entries)}")
    chosen = {only: entries[only]} if only else entries
    servers: list[McpServer] = []
    refused: list[Refusal] = []
    for name, entry in chosen.items():
        if not only and isinstance(entry, dict) and entry.get("disabled") is True:
            continue
        try:
            servers.append(_server(name, entry, environment))
        except SetupError as error:
            refused.append(refusal(name, error.message, error.fix))
    return Config(tuple(servers), tuple(refused))


def refusal(server: str, reason: str, fix: str) -> Refusal:
    """Return why none of a server's tools can be used; the other servers' can."""
    return Refusal(f"MCP server {server}", reason, fix, optional=True)


def _entries(file: Path) -> dict[str, Any]:
    try:
        read = json.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise SetupError(
            f"there is no file {str(file)!r} of MCP servers",
            "check the path; it is relative to this directory",
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        what = error.strerror if isinstance(error, OSError) else f"it is no JSON: {error}"
        raise SetupError(f"{file} can't be read: {what}", FILE_FIX) from None
    entries = read.get("mcpServers") if isinstance(read, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise SetupError(f'{file} has no object "mcpServers" with servers in it', FILE_FIX)
    return entries


def _server(name: str, entry: Any, environment: Mapping[str, str]) -> McpServer:
    """Return one server.

    Raises:
        SetupError: its entry is wrong. No value of it is repeated: it may be a secret.
    """
    if not isinstance(entry, dict):
        raise SetupError("its entry is not an object", FILE_FIX)
    expand = Expansion(environment)
    try:
        entry = {key: expand(value) for key, value in entry.items()}
    except MissingVariableError as error:
        raise SetupError(
            f"it needs {error.name}, which the environment does not have",
            f"export {error.name}=..., or write a default into the file: ${{{error.name}:-...}}",
        ) from None
    _require_transport(entry)
    url, env, headers = _text(entry, "url"), _texts(entry, "env"), _texts(entry, "headers")
    args = _arguments(entry)
    return McpServer(
        name=name,
        command=_text(entry, "command"),
        args=args,
        env=env,
        cwd=_text(entry, "cwd") or None,
        url=url,
        headers=headers,
        start_s=_seconds(entry, "startTimeout", START_S),
        secrets=find_secrets(env=env, headers=headers, url=url, used=expand.used, args=args),
    )


def _require_transport(entry: JsonObject) -> None:
    kind = entry.get("type") or entry.get("transport") or ""
    if kind and kind != "stdio" and kind not in HTTP:
        raise SetupError(f"its transport is {kind!r:.40}", 'use "stdio" or "http" (streamable HTTP)')
    if bool(entry.get("command")) == bool(entry.get("url")):
        both = "both a command and a url" if entry.get("url") else "neither a command nor a url"
        keys = ", ".join(entry) or "none"
        raise SetupError(f"its entry has {both} (its keys: {keys})", 'give "command" and "args", or "url"')
    if kind == "stdio" and not entry.get("command"):
        raise SetupError('its transport is "stdio" and its entry has no command', 'give "command" and "args"')
    if kind in HTTP and not entry.get("url"):
        raise SetupError(f"its transport is {kind!r} and its entry has no url", 'give "url"')
    if entry.get("url") and urlsplit(str(entry["url"])).scheme not in {"http", "https"}:
        raise SetupError("its url is no http or https address", 'give "url": "https://host/path"')


def _text(entry: JsonObject, key: str) -> str:
    value = entry.get(key) or ""
    if not isinstance(value, str):
        raise SetupError(f'its "{key}" is not a text', f'write "{key}": "..."')
    return value


def _texts(entry: JsonObject, key: str) -> dict[str, str]:
    value = entry.get(key) or {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise SetupError(f'its "{key}" is not an object of texts', f'write "{key}": {{"NAME": "..."}}')
    return dict(value)


def _arguments(entry: JsonObject) -> tuple[str, ...]:
    value = entry.get("args") or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise SetupError('its "args" is not a list of texts', 'write "args": ["-y", "..."]')
    return tuple(value)


def _seconds(entry: JsonObject, key: str, default: float) -> float:
    value = entry.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise SetupError(f'its "{key}" is no number of seconds', f'write "{key}": 60')
    return float(value)
