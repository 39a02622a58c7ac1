"""How a call that was found and checked is run: live, or in one of the ways that execute nothing."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from practicum.errors import PracticumError, ProviderError
from practicum.hostile import redact_seen
from practicum.records import ErrorKind, Mode, Observation, ToolCall, canonical_json
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.sandbox import Sandbox
from practicum.tools.sanitize import MAX_CHARACTERS, sanitize
from practicum.tools.told_errors import tells_error

MEDIA = frozenset({"image", "image_url", "audio", "input_audio", "video"})
"""Types of a message's blocks that are no text."""
OUTSIDE = "{} may only be called in an episode of its own, which resets what it changes; nothing was run"


@dataclass(frozen=True)
class ExecutionLimits:
    """Bounds of one execution."""

    timeout_s: float = 20.0
    max_characters: int = MAX_CHARACTERS
    stored: bool = False
    """Whether observations are kept: what stands beside a telling name, and personal data, is then blanked
    like secrets are (`practicum.hostile.redact_seen`)."""


class Runner(Protocol):
    """Answers calls whose arguments fit the tool's schema."""

    async def run(self, tool: Tool, call: ToolCall) -> Observation:
        """Return what comes of the call; errors of the tool are observations."""
        ...

    async def again(self, tool: Tool, call: ToolCall, past: Observation) -> None:
        """Bring a state that was made anew to where the call left it; ``past`` is what it returned then."""
        ...

    def sandbox(self, tool: Tool) -> Sandbox[Any] | None:
        """Return what an episode must enter before the tool's calls are run this way; None: nothing."""
        ...


class Live:
    """Runs the tool itself: timed, bounded, and never a crash."""

    def __init__(self, limits: ExecutionLimits | None = None) -> None:
        self._limits = limits or ExecutionLimits()

    async def run(self, tool: Tool, call: ToolCall) -> Observation:
        if _is_outside(tool):
            return failure(ErrorKind.REFUSED, OUTSIDE.format(tool.name), self._limits, call)
        started = time.perf_counter()
        timeout_s = self._limits.timeout_s
        limit = asyncio.timeout(None)
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
            kind, why = _kind_of(error, tool), _describe(error)
            if limit.expired():
                kind, why = ErrorKind.TIMEOUT, f"no answer within {timeout_s:g} s"
            return failure(kind, why, self._limits, call, seconds=seconds, public=tool.public)
        told = ErrorKind.RAISED if tells_error(text) else None
        text, cut = observed(text, self._limits, call, public=tool.public)
        seconds = time.perf_counter() - started
        return Observation(text=text, error=told, truncated=cut, seconds=seconds)

    async def again(self, tool: Tool, call: ToolCall, past: Observation) -> None:
        if tool.starts_afresh and past.mode is Mode.LIVE and not _is_outside(tool):
            await self.run(tool, call)

    def sandbox(self, tool: Tool) -> Sandbox[Any] | None:
        return tool.sandbox


class DryRun:
    """Executes nothing: says that the call fits the schema, and that there is no result."""

    async def run(self, tool: Tool, call: ToolCall) -> Observation:
        del call
        text = (
            f"Dry run: the call fits the schema of {tool.name}, but it was not executed."
            " Nothing was changed, and there is no result."
        )
        return Observation(text=text, error=ErrorKind.REFUSED, mode=Mode.DRY_RUN)

    async def again(self, tool: Tool, call: ToolCall, past: Observation) -> None:
        del tool, call, past

    def sandbox(self, tool: Tool) -> Sandbox[Any] | None:
        del tool
        return None


class ByTool:
    """Runs the calls of each tool in its own way; a tool that none was chosen for is not executed."""

    def __init__(self, runners: Mapping[str, Runner]) -> None:
        self._runners = dict(runners)
        self._otherwise = DryRun()

    async def run(self, tool: Tool, call: ToolCall) -> Observation:
        return await self._of(tool).run(tool, call)

    async def again(self, tool: Tool, call: ToolCall, past: Observation) -> None:
        await self._of(tool).again(tool, call, past)

    def sandbox(self, tool: Tool) -> Sandbox[Any] | None:
        return self._of(tool).sandbox(tool)

    def _of(self, tool: Tool) -> Runner:
        return self._runners.get(tool.name, self._otherwise)


def failure(
    kind: ErrorKind,
    message: str,
    limits: ExecutionLimits,
    call: ToolCall,
    *,
    seconds: float = 0.0,
    public: bool = False,
) -> Observation:
    """Return the observation of a call that has no result, in words that a model can read."""
    text, cut = observed(f"Error: {message}", limits, call, public=public)
    return Observation(text=text, error=kind, truncated=cut, seconds=seconds)


def observed(text: str, limits: ExecutionLimits, call: ToolCall, *, public: bool) -> tuple[str, bool]:
    """Return what is shown and stored of a result, and whether it was cut.

    Args:
        text: What the tool said.
        limits: Bounds, and whether it is stored.
        call: What it was said to.
        public: Whether the tool's data is public or made up.
    """
    if not limits.stored:
        return sanitize(text, limit=limits.max_characters)
    said = canonical_json(call.arguments)
    blanked = partial(redact_seen, public=public, said=said, name=call.name)
    return sanitize(text, limit=limits.max_characters, redacted=blanked)


def as_text(result: Any) -> str:
    """Return a tool's result as text: strings as they are, the text of content blocks, else JSON."""
    if isinstance(result, str):
        return result
    if _is_content(result):
        return "\n".join(map(_block_text, result))
    try:
        return json.dumps(result, ensure_ascii=False, default=_as_json)
    except (TypeError, ValueError):  # keys that are no strings, a list that contains itself
        return str(result)


def _is_content(result: Any) -> bool:
    """Whether a result is a message's content: blocks, some of text, or media; rows have types, too."""
    if not (isinstance(result, list) and result and all(isinstance(b, dict) and "type" in b for b in result)):
        return False
    has_text = any(block["type"] == "text" and "text" in block for block in result)
    return has_text or all(block["type"] in MEDIA for block in result)


def _block_text(block: Mapping[str, Any]) -> str:
    return f"[{block['type']}]" if block["type"] in MEDIA else str(block.get("text", ""))


def _as_json(value: Any) -> Any:
    """What stands in JSON for what it has no form for: fields of models and dataclasses, a member's value.

    Fields that their author keeps out of what is printed are kept out of this, too.
    """
    if isinstance(value, BaseModel):
        hidden = {name for name, field in type(value).model_fields.items() if not field.repr}
        return value.model_dump(exclude=hidden)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = (field for field in dataclasses.fields(value) if field.repr)
        return {field.name: getattr(value, field.name) for field in shown}
    return value.value if isinstance(value, Enum) else str(value)


def _kind_of(error: BaseException, tool: Tool) -> ErrorKind:
    """What an error tells of the call that raised it."""
    if not isinstance(error, ProviderError):
        return ErrorKind.RAISED
    for_good = tool.effect is not Effect.READ_ONLY and not tool.starts_afresh
    return ErrorKind.LOST if error.may_be_done and for_good else ErrorKind.UNAVAILABLE


def _is_outside(tool: Tool) -> bool:
    """Whether the call would reach the state itself, since no episode of the tool has begun."""
    return tool.sandbox is not None and tool.starts_afresh and not tool.sandbox.entered


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
