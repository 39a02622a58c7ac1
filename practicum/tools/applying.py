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
from practicum.tools.worlds import CopiedFolder, ResetAround, ResetWorld

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
    worlds: dict[Any, Sandbox[Any]] = {}
    """By function, by directory, and by what stands around what."""
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


def _applied(tool: Tool, policy: PolicyFile, worlds: dict[Any, Sandbox[Any]]) -> Tool:
    tool = _in_tier(tool, policy)
    found = _world(tool, policy, worlds)
    if found is None:
        return tool
    world, sure = found
    if tool.effect is Effect.UNKNOWN and sure:
        reason = f"{policy.name} names what resets it"
        tool = replace(tool, effect=Effect.REVERSIBLE, effect_reason=reason)
    return replace(tool, sandbox=_around(world, tool, policy, worlds))


def _in_tier(tool: Tool, policy: PolicyFile) -> Tool:
    said = policy.effect_for(*_names(tool))
    if said is None:
        return tool
    if said.by_pattern and tool.effect is Effect.DESTRUCTIVE and said.value is not Effect.DESTRUCTIVE:
        # A pattern may fit what its author never saw.
        more = f"{policy.name} says {said.value.value} of {said.entry}: only its own name would count"
        return replace(tool, effect_reason=f"{tool.effect_reason}; {more}")
    return replace(tool, effect=said.value, effect_reason=policy.why(said))


def _names(tool: Tool) -> tuple[str, ...]:
    return (tool.name, *tool.also)


def _around(
    world: Sandbox[Any], tool: Tool, policy: PolicyFile, worlds: dict[Any, Sandbox[Any]]
) -> Sandbox[Any]:
    """Return the world, and in it the sandbox that the tool has already."""
    if tool.sandbox is None:
        return world
    if not isinstance(world, ResetWorld) or not tool.sandbox.can_be_renewed:
        raise SetupError(
            f"{policy.name}: {tool.name} has a sandbox of its own",
            "do without it under tools.reset and tools.copied",
        )
    return worlds.setdefault((world, tool.sandbox), ResetAround(world, tool.sandbox))


def _world(
    tool: Tool, policy: PolicyFile, worlds: dict[Any, Sandbox[Any]]
) -> tuple[Sandbox[Any], bool] | None:
    """Return what makes a tool's world anew, and whether the user surely means this tool.

    A pattern that fits the name of a stranger's tool does not say that all it changes can be reset.
    """
    reset_said, copied_said = policy.reset_for(*_names(tool)), policy.copied_for(*_names(tool))
    reset = reset_said.value if reset_said is not None else None
    folder = copied_said.value if copied_said is not None else None
    said = reset_said or copied_said
    sure = said is not None and not (said.by_pattern and tool.module is None)
    if reset is not None and folder is not None:
        raise SetupError(
            f"{policy.name}: {tool.name} is under tools.reset and under tools.copied", "name it under one"
        )
    if reset is not None:
        if reset not in worlds:
            worlds[reset] = _reset_world(reset, policy)
        return worlds[reset], sure
    if folder is not None:
        _require_asking(tool, policy)
        if folder not in worlds:
            worlds[folder] = CopiedFolder(folder)
        return worlds[folder], sure
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
