"""What a tool may do to the world, and how a Python function declares it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Effect(StrEnum):
    """The tiers, from what may always be executed to what nothing is known about."""

    READ_ONLY = "read-only"
    """Changes nothing: executed live."""
    REVERSIBLE = "reversible"
    """Changes something that a sandbox can reset: executed in one, reset per episode."""
    DESTRUCTIVE = "destructive"
    """Changes something for good: never executed while exploring unless it is allowed by name."""
    UNKNOWN = "unknown"
    """Nobody said: treated as destructive."""


def read_only(function: Callable[P, R]) -> Callable[P, R]:
    """Declare that ``function`` changes nothing, and return it.

    It may stand above or below LangChain's ``@tool``, whose metadata then carries the declaration.
    Otherwise that is the attribute ``effect``; the function itself is not wrapped,
    so its signature, annotations and docstring stay what they are.
    """
    if hasattr(function, "args_schema") and hasattr(function, "metadata"):  # a LangChain tool
        function.metadata = {**(function.metadata or {}), "effect": Effect.READ_ONLY.value}
        return function
    function.effect = Effect.READ_ONLY.value  # type: ignore[attr-defined]  # functions take attributes
    return function


def declared_effect(function: Callable[..., Any]) -> Effect | None:
    """Return the tier that ``function`` declares in its attribute ``effect``, or None.

    Raises:
        ValueError: the attribute holds something that is no tier.
    """
    effect = getattr(function, "effect", None)
    return None if effect is None else Effect(effect)
