"""How one call is executed: checked, timed, bounded, and never a crash."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from practicum.errors import ToolCallError
from practicum.records import ErrorKind, Observation, ToolCall, digest
from practicum.tools.catalog import Tool
from practicum.tools.sanitize import MAX_CHARACTERS, sanitize
from practicum.tools.schema import check_arguments


class ExecutionLog(Protocol):
    """Remembers what was executed, so that a resumed trial runs nothing twice."""

    def execution(self, key: str) -> Observation | None:
        """Return what the execution with this idempotency key returned, if it ran."""
        ...

    def remember_execution(self, key: str, observation: Observation) -> Observation:
        """Remember it and return what counts: the first observation of a key."""
        ...


@dataclass(frozen=True)
class Limits:
    """Bounds of one execution."""

    timeout_s: float = 20.0
    max_characters: int = MAX_CHARACTERS


class Executor:
    """Runs calls on the tools it was given; errors come back as observations."""

    def __init__(
        self, tools: Sequence[Tool], *, limits: Limits | None = None, log: ExecutionLog | None = None
    ) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._limits = limits or Limits()
        self._log = log

    async def execute(self, call: ToolCall, *, key: str | None = None) -> Observation:
        """Execute ``call``; the same call under the same idempotency ``key`` is executed only once."""
        if key is None or self._log is None:
            return await self._execute(call)
        once = f"{key}/{digest(call.signature)}"
        past = self._log.execution(once)
        return past or self._log.remember_execution(once, await self._execute(call))

    async def _execute(self, call: ToolCall) -> Observation:
        tool = self._tools.get(call.name)
        if tool is None:
            known = ", ".join(list(self._tools)[:20])
            return _failure(ErrorKind.UNKNOWN_TOOL, f"there is no tool {call.name!r}; the tools are: {known}")
        try:
            check_arguments(tool.spec, call)
        except ToolCallError as error:
            return _failure(ErrorKind.SCHEMA, str(error))
        return await self._run(tool, call)

    async def _run(self, tool: Tool, call: ToolCall) -> Observation:
        started = time.perf_counter()
        try:
            result = await asyncio.wait_for(tool.invoke(dict(call.arguments)), self._limits.timeout_s)
        except TimeoutError:
            return _failure(ErrorKind.TIMEOUT, f"no answer within {self._limits.timeout_s:g} s")
        except Exception as error:  # noqa: BLE001 - a tool may raise anything; the model reads it
            text, cut = sanitize(_describe(error), limit=self._limits.max_characters)
            seconds = time.perf_counter() - started
            return Observation(text=text, error=ErrorKind.RAISED, truncated=cut, seconds=seconds)
        text, cut = sanitize(as_text(result), limit=self._limits.max_characters)
        return Observation(text=text, truncated=cut, seconds=time.perf_counter() - started)


def as_text(result: Any) -> str:
    """Return a tool's result as text: strings as they are, the text of content blocks, else JSON."""
    if isinstance(result, str):
        return result
    if isinstance(result, list) and result and all(isinstance(b, dict) and "type" in b for b in result):
        return "\n".join(str(block.get("text", "")) for block in result)
    return json.dumps(result, ensure_ascii=False, default=str)


def _failure(kind: ErrorKind, message: str) -> Observation:
    return Observation(text=f"Error: {message}", error=kind)


def _describe(error: Exception) -> str:
    text = str(error).strip()
    name = type(error).__name__
    return f"Error: {text}" if isinstance(error, ValueError) and text else f"Error: {name}: {text}"
