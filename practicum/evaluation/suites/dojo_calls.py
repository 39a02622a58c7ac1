"""Calls as AgentDojo's own agents have them executed: validated by its functions, not by their schemas.

Source: ``ToolsExecutor`` of the package's ``agent_pipeline.tool_execution``.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from typing import Any

from practicum.records import JsonObject
from practicum.tools.catalog import Tool

ANYTHING: JsonObject = {"type": "object", "additionalProperties": True}


def lenient(tool: Tool) -> Tool:
    """Return the tool to execute with: its function makes "50" a number, and ignores what it has no use for.

    What the model is told of it stays in the tool's own specification.
    """

    async def invoke(arguments: JsonObject) -> Any:
        return await tool.invoke(with_lists(arguments))

    return replace(tool, spec=tool.spec.model_copy(update={"parameters": ANYTHING}), invoke=invoke)


def with_lists(arguments: JsonObject) -> JsonObject:
    """Return a copy of the arguments in which texts that spell a Python list are lists, as in the package."""
    return {name: _as_list(value) for name, value in copy.deepcopy(arguments).items()}


def _as_list(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        parsed = ast.literal_eval(value)
    # The last three end a run of the package: keys that can't be, and brackets without end.
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return value
    return parsed if isinstance(parsed, list) else value
