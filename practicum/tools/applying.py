"""A catalog as the user's policy sees it: tiers in the user's own words, and what resets the tools."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from practicum.errors import SetupError
from practicum.tools.catalog import Catalog, Tool
from practicum.tools.effects import Effect
from practicum.tools.importing import import_module, loaded_from
from practicum.tools.policy_file import PolicyFile
from practicum.tools.sandbox import Sandbox
from practicum.tools.worlds import CopiedFolder, ResetWorld

ASKING = "working_copy"
"""What a tool calls to learn of its copy."""


def with_policy(catalog: Catalog, policy: PolicyFile) -> Catalog:
    """Return the catalog with what the policy says of its tools.

    Tools that one function resets, or that work in one directory, share a sandbox. Nothing is reset or
    copied yet.

    Raises:
        SetupError: a function that is to reset something can't be had, a directory can't be copied, or a
            tool does not ask for its copy.
    """
    worlds: dict[str | Path, Sandbox[Any]] = {}
    tools = [_applied(tool, policy, worlds) for tool in catalog.tools]
    resets = [world.function for world in worlds.values() if isinstance(world, ResetWorld)]
    resets += [function for reset in policy.hidden if (function := _loaded(reset, policy)) is not None]
    return replace(catalog, tools=tuple(tool for tool in tools if not _resets(tool, resets)))


def _resets(tool: Tool, resets: Iterable[Callable[[], object]]) -> bool:
    """Whether a tool is only the function that resets others, found beside them in their module."""
    named = [(getattr(each, "__module__", None), getattr(each, "__name__", None)) for each in resets]
    return (tool.module, tool.name) in named


def _loaded(reset: str, policy: PolicyFile) -> Any:
    """Return the function that resets if its module is loaded: else it is no tool, and not needed."""
    where, _, name = reset.rpartition(":")
    return getattr(loaded_from(_file_of(where, policy)) or sys.modules.get(where), name, None)


def _file_of(where: str, policy: PolicyFile) -> Path:
    folder = policy.path.resolve().parent if policy.path is not None else Path.cwd()
    return folder / (where if where.endswith(".py") else f"{where.replace('.', '/')}.py")


def _applied(tool: Tool, policy: PolicyFile, worlds: dict[str | Path, Sandbox[Any]]) -> Tool:
    said = policy.effect_for(tool.name)
    if said is not None:
        tool = replace(tool, effect=said[0], effect_reason=said[1])
    world = _world(tool, policy, worlds)
    if world is None:
        return tool
    if tool.effect is Effect.UNKNOWN:  # whoever names what resets a tool says that it can be reset
        reason = f"{policy.name} names what resets it"
        tool = replace(tool, effect=Effect.REVERSIBLE, effect_reason=reason)
    return replace(tool, sandbox=world)


def _world(tool: Tool, policy: PolicyFile, worlds: dict[str | Path, Sandbox[Any]]) -> Sandbox[Any] | None:
    reset, folder = policy.reset_for(tool.name), policy.copied_for(tool.name)
    if reset is not None and folder is not None:
        raise SetupError(
            f"{policy.name}: {tool.name} is under tools.reset and under tools.copied", "name it under one"
        )
    if reset is not None:
        if reset not in worlds:
            worlds[reset] = _reset_world(reset, policy)
        return worlds[reset]
    if folder is not None:
        _require_asking(tool, policy)
        if folder not in worlds:
            worlds[folder] = CopiedFolder(folder)
        return worlds[folder]
    return None


def _reset_world(reset: str, policy: PolicyFile) -> ResetWorld:
    where, _, name = reset.rpartition(":")
    # The module that the tools are of, where it is loaded: a second one would reset a world of its own.
    module = loaded_from(_file_of(where, policy)) or sys.modules.get(where) or import_module(where)
    function = getattr(module, name, None)
    if not callable(function):
        raise SetupError(
            f"{policy.name}: {reset!r} is no function: {where} has no function {name!r}",
            "name one that takes no arguments and makes anew what the tools change",
        )
    if inspect.iscoroutinefunction(function):
        raise SetupError(f"{policy.name}: {reset!r} is async", "name a plain function")
    return ResetWorld(function, reset)


def _require_asking(tool: Tool, policy: PolicyFile) -> None:
    """Refuse a tool that can't know of its copy: it would work on the directory itself."""
    module = sys.modules.get(tool.module) if tool.module is not None else None
    try:
        source = inspect.getsource(module) if module is not None else ""
    except (OSError, TypeError):
        source = ""
    if ASKING not in source:
        raise SetupError(
            f"{policy.name}: {tool.name} is under tools.copied, but its module never asks"
            f" practicum.{ASKING} for the directory: it would work on the original",
            f"open what it needs under practicum.{ASKING}(DIRECTORY), or name what resets it"
            " under [tools.reset]",
        )
