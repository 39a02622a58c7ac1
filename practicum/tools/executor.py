"""How one call is executed: checked, timed, bounded, and never a crash."""

from __future__ import annotations

import asyncio
import copy
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ValidationError

from practicum.errors import PracticumError, ProviderError, ToolCallError
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
        """Execute ``call``; the same call under the same idempotency ``key`` is executed only once.

        A tool with a sandbox is an exception: whoever asks again does so in a state made anew, which has
        to be brought to where the call left the old one. What counts is what was observed first. And what
        failed because something under the tool was not there is made again.
        """
        if key is None or self._log is None:
            return await self._execute(call)
        once = f"{key}/{digest(call.signature)}"
        past = self._log.execution(once)
        if past is None:
            observation = await self._execute(call)
            if observation.error is ErrorKind.UNAVAILABLE:
                return observation  # the tool may be there when the call is made again
            return self._log.remember_execution(once, observation)
        if self._starts_afresh(call):
            await self._execute(call)
        return past

    def _starts_afresh(self, call: ToolCall) -> bool:
        tool = self._tools.get(call.name)
        return tool is not None and tool.starts_afresh

    async def _execute(self, call: ToolCall) -> Observation:
        tool = self._tools.get(call.name)
        if tool is None:
            known = ", ".join(list(self._tools)[:20])
            said = f"there is no tool {call.name!r}; the tools are: {known}"
            return self._failure(ErrorKind.UNKNOWN_TOOL, said)
        try:
            check_arguments(tool.spec, call)
        except ToolCallError as error:
            return self._failure(ErrorKind.SCHEMA, str(error))
        return await self._run(tool, call)

    async def _run(self, tool: Tool, call: ToolCall) -> Observation:
        timeout_s = self._limits.timeout_s
        limit = asyncio.timeout(None)
        started = time.perf_counter()
        try:
            if tool.sandbox is not None:
                await tool.sandbox.ready()
                started = time.perf_counter()
            async with limit:
                limit.reschedule(asyncio.get_running_loop().time() + timeout_s)
                # A copy: what the tool does to its arguments is not what the model said.
                text = as_text(await tool.invoke(copy.deepcopy(call.arguments)))
        except (Exception, SystemExit, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and _is_cancelled():
                raise
            seconds = time.perf_counter() - started
            if limit.expired():
                return self._failure(ErrorKind.TIMEOUT, f"no answer within {timeout_s:g} s", seconds)
            unavailable = isinstance(error, ProviderError)
            kind = ErrorKind.UNAVAILABLE if unavailable else ErrorKind.RAISED
            return self._failure(kind, _describe(error), seconds)
        text, cut = sanitize(text, limit=self._limits.max_characters)
        return Observation(text=text, truncated=cut, seconds=time.perf_counter() - started)

    def _failure(self, kind: ErrorKind, message: str, seconds: float = 0.0) -> Observation:
        text, cut = sanitize(f"Error: {message}", limit=self._limits.max_characters)
        return Observation(text=text, error=kind, truncated=cut, seconds=seconds)


def as_text(result: Any) -> str:
    """Return a tool's result as text: strings as they are, the text of content blocks, else JSON."""
    if isinstance(result, str):
        return result
    if isinstance(result, list) and result and all(isinstance(b, dict) and "type" in b for b in result):
        return "\n".join(str(block.get("text", "")) for block in result)
    try:
        return json.dumps(result, ensure_ascii=False, default=str)
    except (TypeError, ValueError):  # keys that are no strings, a list that contains itself
        return str(result)


def _is_cancelled() -> bool:
    """Whether somebody cancelled this task, as opposed to a tool that raises as if."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _describe(error: BaseException) -> str:
    name = type(error).__name__
    try:
        text = _validation(error) if isinstance(error, ValidationError) else str(error).strip()
    except Exception:  # noqa: BLE001 - a stranger's __str__ may raise, too
        return name
    if text and isinstance(error, ValueError | PracticumError):
        return text
    return f"{name}: {text}" if text else name


def _validation(error: ValidationError) -> str:
    """What pydantic found wrong, in a line: its own text spreads over several and adds an address."""
    found = ((".".join(str(part) for part in each["loc"]), each["msg"]) for each in error.errors())
    return "; ".join(f"argument {where!r}: {what}" if where else what for where, what in found)
