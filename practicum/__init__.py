"""Practicum teaches a tool-using agent to use its own tools, by simulated trial and error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from practicum import values
    from practicum.graph.exploration import exploration_graph
    from practicum.practice import Practice, open  # noqa: A004 - `practicum.open(home)` is the public name
    from practicum.tools.effects import read_only
    from practicum.tools.worlds import working_copy

__all__ = ["Practice", "exploration_graph", "open", "read_only", "values", "working_copy"]
__version__ = "0.1.0"

_HOMES = {
    "Practice": "practicum.practice",
    "open": "practicum.practice",
    "exploration_graph": "practicum.graph.exploration",
    "read_only": "practicum.tools.effects",
    "working_copy": "practicum.tools.worlds",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import practicum` is quick."""
    from importlib import import_module

    if name == "values":
        return import_module("practicum.values")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'practicum' has no attribute {name!r}")
