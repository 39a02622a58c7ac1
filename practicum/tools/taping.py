"""Calls answered from cassettes, and live ones recorded."""

from __future__ import annotations

from functools import partial
from typing import Any

from practicum.records import ABSENT, ErrorKind, Mode, Observation, ToolCall
from practicum.tools.cassettes import Cassettes
from practicum.tools.catalog import Tool
from practicum.tools.running import ExecutionLimits, Runner, observed
from practicum.tools.sandbox import Sandbox
from practicum.tools.threads import CHORES

UNANSWERED = frozenset({*ABSENT, ErrorKind.REFUSED})
"""Errors of calls that the tool did not answer: there is nothing to be recorded."""


class Recording:
    """Runs calls as another runner does, and records what tools returned."""

    def __init__(self, runner: Runner, cassettes: Cassettes) -> None:
        self._runner = runner
        self._cassettes = cassettes

    async def run(self, tool: Tool, call: ToolCall) -> Observation:
        observation = await self._runner.run(tool, call)
        if observation.mode is Mode.LIVE and observation.error not in UNANSWERED:
            # Others may be writing to the folder; cancelled, what the tool returned is recorded all the same.
            await CHORES.to_the_end(partial(self._cassettes.add, tool.spec, call, observation))
        return observation

    async def again(self, tool: Tool, call: ToolCall, past: Observation) -> None:
        await self._runner.again(tool, call, past)

    def sandbox(self, tool: Tool) -> Sandbox[Any] | None:
        return self._runner.sandbox(tool)


class Replaying:
    """Answers calls from cassettes; what they lack is answered by another runner, or not at all."""

    def __init__(
        self, cassettes: Cassettes, *, otherwise: Runner | None = None, limits: ExecutionLimits | None = None
    ) -> None:
        self._cassettes = cassettes
        self._otherwise = otherwise
        self._limits = limits or ExecutionLimits()

    async def run(self, tool: Tool, call: ToolCall) -> Observation:
        taken = self._cassettes.answer(tool.spec, call)
        if taken is not None:
            text, cut = observed(taken.text, self._limits, call, public=tool.public)
            changed = {"mode": Mode.REPLAYED, "text": text, "truncated": taken.truncated or cut}
            return taken.model_copy(update=changed)
        if self._otherwise is not None:
            return await self._otherwise.run(tool, call)
        text = (
            f"Error: no call of {tool.name} with these arguments was recorded."
            " Nothing was executed, and there is no result."
        )
        return Observation(text=text, error=ErrorKind.REFUSED, mode=Mode.REPLAYED)

    async def again(self, tool: Tool, call: ToolCall, past: Observation) -> None:
        if past.mode is Mode.REPLAYED:
            self._cassettes.answer(tool.spec, call)  # the next one of its kind gets the next recording
        if self._otherwise is not None:
            await self._otherwise.again(tool, call, past)

    def sandbox(self, tool: Tool) -> Sandbox[Any] | None:
        return self._otherwise.sandbox(tool) if self._otherwise is not None else None
