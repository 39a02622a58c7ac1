"""How one call is executed: looked up, checked, and run in the way that was decided for its tool."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from practicum.errors import ToolCallError
from practicum.records import ABSENT, ErrorKind, Observation, ToolCall, digest
from practicum.tools.catalog import Tool
from practicum.tools.running import ExecutionLimits, Live, Runner, as_text, failure
from practicum.tools.sandbox import Sandbox
from practicum.tools.schema import check_arguments
from practicum.tools.threads import to_the_end
from practicum.tracing import annotate, named

__all__ = ["ExecutionLimits", "ExecutionLog", "Executor", "as_text"]

NEVER_RUN = frozenset({ErrorKind.UNREADABLE, ErrorKind.UNKNOWN_TOOL, ErrorKind.SCHEMA, *ABSENT})
"""Errors of calls that did not get as far as their tool, or of which nobody knows how far they got."""
NOT_TWICE = (
    "Error: this call was under way when what the tool stands on failed; whether it was done is not known,"
    " and it may change something for good: it is not made a second time"
)


class ExecutionLog(Protocol):
    """Remembers what was executed, so that a resumed trial runs nothing twice; is asked in threads."""

    def execution(self, key: str) -> Observation | None:
        """Return what the execution with this idempotency key returned, if it ran."""
        ...

    def remember_execution(self, key: str, observation: Observation) -> Observation:
        """Remember it and return what counts: the first observation of a key."""
        ...


class Executor:
    """Answers calls of the tools it was given; errors come back as observations.

    Secrets are redacted. With a log, which stores what was observed, so is what stands beside a telling
    name, and personal data (`practicum.hostile.redact_seen`); whoever only answers needs to read them.
    """

    def __init__(
        self,
        tools: Sequence[Tool],
        *,
        limits: ExecutionLimits | None = None,
        log: ExecutionLog | None = None,
        runner: Runner | None = None,
    ) -> None:
        """Take what may be called.

        Args:
            tools: What may be called, by name.
            limits: Bounds of what is said about a call; also of its execution, where it is live.
            log: Remembers what came of calls.
            runner: How calls are run; None: live, whatever the tool.
        """
        self._tools = {tool.name: tool for tool in tools}
        bounds = limits or ExecutionLimits()
        self._limits = replace(bounds, stored=bounds.stored or log is not None)
        self._log = log
        self._runner = runner or Live(self._limits)

    async def execute(self, call: ToolCall, *, key: str | None = None) -> Observation:
        """Execute ``call``; the same call under the same idempotency ``key`` is executed only once.

        A tool with a sandbox is an exception: whoever asks again does so in a state made anew, which has
        to be brought to where the call left the old one. What counts is what was observed first. And what
        failed because something under the tool was not there is made again, unless it may have been done
        and may have changed something for good.
        """
        if key is None or self._log is None:
            return await self._execute(call)
        once = f"{key}/{digest(call.signature)}"
        log = self._log
        past = await asyncio.to_thread(log.execution, once)
        if past is None:
            observation = await self._execute(call)
            if observation.error is ErrorKind.UNAVAILABLE:
                return observation  # the tool may be there when the call is made again
            return await to_the_end(log.remember_execution, once, observation)
        if past.error is ErrorKind.LOST:
            return Observation(text=NOT_TWICE, error=ErrorKind.REFUSED)
        await self.again(call, past)
        return past

    async def again(self, call: ToolCall, past: Observation) -> None:
        """Bring a state that was made anew to where the call left the old one; nothing is remembered."""
        tool = self._tools.get(call.name)
        if tool is not None and past.error not in NEVER_RUN:
            await self._runner.again(tool, call, past)

    def sandboxes(self, tools: Iterable[Tool]) -> tuple[Sandbox[Any], ...]:
        """Return what an episode with these tools must enter before they are called, each once."""
        found = (self._runner.sandbox(tool) for tool in tools)
        return tuple(dict.fromkeys(sandbox for sandbox in found if sandbox is not None))

    async def _execute(self, call: ToolCall) -> Observation:
        async def answered() -> Observation:
            observation = await self._answered(call)
            annotate(mode=observation.mode.value, error=observation.error and observation.error.value)
            return observation

        asked = {"arguments": call.arguments}
        return await named(f"call {call.name}", answered, inputs=asked, tags=["tool-call"], tool=call.name)

    async def _answered(self, call: ToolCall) -> Observation:
        tool = self._tools.get(call.name)
        if tool is None:
            known = ", ".join(list(self._tools)[:20])
            said = f"there is no tool {call.name!r}; the tools are: {known}"
            return failure(ErrorKind.UNKNOWN_TOOL, said, self._limits, call)
        try:
            check_arguments(tool.spec, call)
        except ToolCallError as error:
            return failure(ErrorKind.SCHEMA, str(error), self._limits, call)
        return await self._runner.run(tool, call)
