"""What a tool may do, and whether it may be executed while exploring.

Tiers are decided before anything runs. A tier that is not known counts as
destructive: a hint from a stranger may raise a tier, never lower it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from langchain_core.tools import BaseTool

from practicum.errors import SetupError
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect, declared_effect


def effect_of(tool: BaseTool, function: Callable[..., Any] | None) -> tuple[Effect, str]:
    """Return a tool's effect tier and the reason for it, from what its author declared."""
    try:
        declared = declared_effect(function) if function is not None else None
    except ValueError as error:
        return Effect.UNKNOWN, f"its function declares an effect that is not known: {error}"
    if declared is not None:
        return declared, "its function declares it"
    metadata = tool.metadata or {}
    if isinstance(metadata.get("effect"), str):
        try:
            return Effect(metadata["effect"]), "its metadata declares it"
        except ValueError:
            return Effect.UNKNOWN, f"its metadata names an effect that is not known: {metadata['effect']!r}"
    return Effect.UNKNOWN, "nothing declares it"


def may_run(tool: Tool, allowed: Collection[str]) -> bool:
    """Whether exploration may execute the tool: read-only, reversible in a sandbox, or allowed by name."""
    reversible = tool.effect is Effect.REVERSIBLE and tool.starts_afresh
    return tool.effect is Effect.READ_ONLY or reversible or tool.name in allowed


def require_runnable(tools: Collection[Tool], allowed: Collection[str]) -> None:
    """Check that every tool may be executed while exploring.

    Raises:
        SetupError: one may not; the fix says how to declare or to allow it.
    """
    names = {tool.name for tool in tools}
    strangers = [name for name in allowed if name not in names]
    if strangers:
        raise SetupError(
            f"--allow names no tool here: {strangers[0]!r}", f"use one of: {', '.join(sorted(names))}"
        )
    refused = [tool for tool in tools if not may_run(tool, allowed)]
    if refused:
        first, more = refused[0], f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
        raise SetupError(
            f"{first.name}{more} is not executed while exploring: its effect is {first.effect.value},"
            f" {first.effect_reason}",
            f"mark the function with @practicum.read_only, or allow it by name: --allow {first.name}",
        )
