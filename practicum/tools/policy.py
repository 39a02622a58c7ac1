"""What a tool may do, whether its calls run while exploring, and what becomes of those that may not.

Tiers are decided before anything runs. A tier that is not known counts as
destructive: a hint from a stranger may raise a tier, never lower it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from langchain_core.tools import BaseTool

from practicum.errors import SetupError
from practicum.records import Mode
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect, declared_effect


class Otherwise(StrEnum):
    """What becomes of the calls of a tool that may not run."""

    DRY_RUN = "dry-run"
    """They are checked against the schema; nothing is executed."""
    REPLAY = "replay"
    """They are answered from a cassette."""
    SIMULATE = "simulate"
    """A model says what the tool could return."""
    REFUSE = "refuse"
    """There are none: the exploration is refused."""


class Taping(StrEnum):
    """What cassettes are used for."""

    NOT = "not"
    RECORD = "record"
    """What runs is recorded."""
    REPLAY = "replay"
    """Calls are answered from cassettes; nothing runs."""
    BOTH = "both"
    """What is recorded is answered from cassettes; the rest runs, if it may, and is recorded."""


@dataclass(frozen=True)
class Rules:
    """What the user said about effects: the same for all tools of an exploration."""

    allow: frozenset[str] = frozenset()
    """Names of tools that run whatever their tier."""
    otherwise: Otherwise = Otherwise.DRY_RUN
    taping: Taping = Taping.NOT

    @property
    def nothing_runs(self) -> bool:
        """Whether all calls are answered from cassettes.

        With ``Otherwise.REPLAY`` only those of tools that may not run are.
        """
        return self.taping is Taping.REPLAY and self.otherwise is not Otherwise.REPLAY


@dataclass(frozen=True)
class Decision:
    """What becomes of a tool's calls, and why."""

    how: Mode | None
    """None: the tool is refused."""
    reason: str
    may_run: bool
    """Whether its calls could run; they still do not where all are answered from cassettes."""


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


def decide(tool: Tool, rules: Rules) -> Decision:
    """Return what becomes of a tool's calls; this is the only place that decides it."""
    may, why = _may_run(tool, rules.allow)
    if rules.nothing_runs:
        return Decision(Mode.REPLAYED, "all calls are answered from cassettes", may)
    return Decision(Mode.LIVE if may else _INSTEAD[rules.otherwise], why, may)


def may_run(tool: Tool, allowed: Collection[str]) -> bool:
    """Whether exploration may execute the tool: read-only, reversible in a sandbox, or allowed by name."""
    return _may_run(tool, allowed)[0]


_INSTEAD: dict[Otherwise, Mode | None] = {
    Otherwise.DRY_RUN: Mode.DRY_RUN,
    Otherwise.REPLAY: Mode.REPLAYED,
    Otherwise.SIMULATE: Mode.SIMULATED,
    Otherwise.REFUSE: None,
}


def _may_run(tool: Tool, allowed: Collection[str]) -> tuple[bool, str]:
    if tool.name in allowed:
        return True, "--allow names it"
    why = f"its effect is {tool.effect.value}, {tool.effect_reason}"
    if tool.effect is Effect.READ_ONLY:
        return True, why
    if tool.effect is not Effect.REVERSIBLE:
        return False, why
    if not tool.starts_afresh:
        return False, f"{why}, but nothing resets what it changes"
    return True, f"{why}; what it changes is reset for each episode"


def require_known(tools: Collection[Tool], allowed: Collection[str]) -> None:
    """Check that every tool that is allowed by name is there.

    Raises:
        SetupError: one is not.
    """
    names = {tool.name for tool in tools}
    strangers = [name for name in allowed if name not in names]
    if strangers:
        raise SetupError(
            f"--allow names no tool here: {strangers[0]!r}", f"use one of: {', '.join(sorted(names))}"
        )


def require_runnable(tools: Collection[Tool], rules: Rules) -> None:
    """Check that something is to become of every tool's calls.

    Raises:
        SetupError: a tool is refused; the fix says how to declare or to allow it.
    """
    require_known(tools, rules.allow)
    refused = [(tool, decision) for tool in tools if (decision := decide(tool, rules)).how is None]
    if refused:
        (first, decision), rest = refused[0], len(refused) - 1
        more = f" (and {rest} more)" if rest else ""
        raise SetupError(
            f"{first.name}{more} is not executed while exploring: {decision.reason}",
            f"{how_to_run(first)}; or leave --effects at dry-run",
        )


def how_to_run(tool: Tool) -> str:
    """Return what a user can do so that the tool's calls run while exploring."""
    if tool.effect is Effect.REVERSIBLE:
        return (
            f"name what resets it under [tools.reset] or [tools.copied] in practicum.toml,"
            f" or allow it by name: --allow {tool.name}"
        )
    return (
        f"if it changes nothing, mark the function with @practicum.read_only or write"
        f' {tool.name} = "read-only" under [tools.effects] in practicum.toml;'
        f" or allow it by name: --allow {tool.name}"
    )


def parse_otherwise(name: str) -> Otherwise:
    """Return the choice of this name.

    Raises:
        SetupError: there is none.
    """
    try:
        return Otherwise(name)
    except ValueError:
        fix = f"use {', '.join(each.value for each in Otherwise)}"
        raise SetupError(f"--effects can't be {name!r}", fix) from None
