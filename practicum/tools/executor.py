"""How one call is executed: checked, timed, bounded, and never a crash."""

from __future__ import annotations

import asyncio
import copy
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from pydantic import ValidationError

from practicum.errors import ToolCallError
from practicum.hostile.redaction import redact, redact_seen
from practicum.records import ErrorKind, Observation, ToolCall, canonical_json, digest
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
    """Runs calls on the tools it was given; errors come back as observations.

    Secrets are redacted. With a log, which stores what was observed, so is what stands beside a telling
    name, and personal data (`practicum.hostile.redact_seen`); whoever only answers needs to read them.
    """

    def __init__(
        self, tools: Sequence[Tool], *, limits: Limits | None = None, log: ExecutionLog | None = None
    ) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._limits = limits or Limits()
        self._log = log

    async def execute(self, call: ToolCall, *, key: str | None = None) -> Observation:
        """Execute ``call``; the same call under the same idempotency ``key`` is executed only once.

        A tool with a sandbox is the exception: whoever asks again does so in a state made anew, which has
        to be brought to where the call left the old one. What counts is what was observed first.
        """
        if key is None or self._log is None:
            return await self._execute(call)
        once = f"{key}/{digest(call.signature)}"
        past = self._log.execution(once)
        if past is None:
            return self._log.remember_execution(once, await self._execute(call))
        if self._has_sandbox(call):
            await self._execute(call)
        return past

    def _has_sandbox(self, call: ToolCall) -> bool:
        tool = self._tools.get(call.name)
        return tool is not None and tool.sandbox is not None

    async def _execute(self, call: ToolCall) -> Observation:
        tool = self._tools.get(call.name)
        if tool is None:
            known = ", ".join(list(self._tools)[:20])
            said = f"there is no tool {call.name!r}; the tools are: {known}"
            return self._failure(ErrorKind.UNKNOWN_TOOL, said, call)
        try:
            check_arguments(tool.spec, call)
        except ToolCallError as error:
            return self._failure(ErrorKind.SCHEMA, str(error), call)
        return await self._run(tool, call)

    async def _run(self, tool: Tool, call: ToolCall) -> Observation:
        started = time.perf_counter()
        timeout_s = self._limits.timeout_s
        limit = asyncio.timeout(timeout_s)
        try:
            async with limit:
                # A copy: what the tool does to its arguments is not what the model said.
                text = as_text(await tool.invoke(copy.deepcopy(call.arguments)))
        except (Exception, SystemExit, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and _is_cancelled():
                raise
            seconds = time.perf_counter() - started
            if limit.expired():
                return self._failure(ErrorKind.TIMEOUT, f"no answer within {timeout_s:g} s", call, seconds)
            return self._failure(ErrorKind.RAISED, _describe(error), call, seconds)
        text, cut = self._sanitized(text, call)
        return Observation(text=text, truncated=cut, seconds=time.perf_counter() - started)

    def _failure(self, kind: ErrorKind, message: str, call: ToolCall, seconds: float = 0.0) -> Observation:
        text, cut = self._sanitized(f"Error: {message}", call)
        return Observation(text=text, error=kind, truncated=cut, seconds=seconds)

    def _sanitized(self, text: str, call: ToolCall) -> tuple[str, bool]:
        if self._log is None:
            return sanitize(text, limit=self._limits.max_characters, redacted=redact)
        tool = self._tools.get(call.name)
        public = tool is not None and tool.public
        stored = partial(redact_seen, public=public, said=canonical_json(call.arguments))
        return sanitize(text, limit=self._limits.max_characters, redacted=stored)


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
    return text if isinstance(error, ValueError) and text else f"{name}: {text}" if text else name


def _validation(error: ValidationError) -> str:
    """What pydantic found wrong, in a line: its own text spreads over several and adds an address."""
    found = ((".".join(str(part) for part in each["loc"]), each["msg"]) for each in error.errors())
    return "; ".join(f"argument {where!r}: {what}" if where else what for where, what in found)
