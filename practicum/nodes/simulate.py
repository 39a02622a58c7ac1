"""Simulate: a model says what a tool that may not run could return, consistent within an episode."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.messages import HumanMessage

from practicum.models.caller import ChatModel
from practicum.nodes.conversation import clip
from practicum.nodes.data_marks import as_data
from practicum.nodes.prompting import render
from practicum.records import (
    ErrorKind,
    JsonObject,
    Mode,
    Observation,
    Step,
    ToolCall,
    ToolSpec,
    canonical_json,
)
from practicum.tools.catalog import Tool
from practicum.tools.running import ExecutionLimits
from practicum.tools.sandbox import Sandbox
from practicum.tools.sanitize import sanitize

MOST_REAL = 6
"""Bound of the tool's real observations that are shown."""
MOST_SESSION = 20
"""Bound of the episode's simulated calls that are shown; the newest are kept."""
SHOWN_CHARACTERS = 400
"""Bound of one call with its observation in the prompt."""
RESULT_CHARACTERS = 2000

SCHEMA: JsonObject = {
    "title": "Simulated",
    "description": "What the tool returns.",
    "type": "object",
    "properties": {
        "result": {"type": "string", "maxLength": RESULT_CHARACTERS},
        "is_error": {"type": "boolean"},
    },
    "required": ["result", "is_error"],
    "additionalProperties": False,
}

EarlierSteps = Callable[[ToolSpec], Sequence[Step]]
"""Returns steps in which the tool itself answered, newest last."""


class Simulated:
    """A runner that asks a model; what it said in an episode is the episode's state."""

    def __init__(
        self, model: ChatModel, earlier: EarlierSteps = lambda _: (), *, limits: ExecutionLimits | None = None
    ) -> None:
        """Take who simulates.

        Args:
            model: Is asked once for each call; raises ProviderError where it can't be reached.
            earlier: What the tool really returned before.
            limits: Bounds of what is said.
        """
        self._model = model
        self._earlier = earlier
        self._limits = limits or ExecutionLimits()
        self._session: Sandbox[list[Step]] = Sandbox(_nothing)

    async def run(self, tool: Tool, call: ToolCall) -> Observation:
        started = time.perf_counter()
        prompt = simulation_prompt(
            tool.spec,
            call,
            self._earlier(tool.spec),
            self._so_far(),
            marked=not self._model.takes_variants,
        )
        reply = await self._model.ask([HumanMessage(content=prompt)], SCHEMA)
        observation = self._read(reply.structured, time.perf_counter() - started)
        self._remember(call, observation)
        return observation

    async def again(self, tool: Tool, call: ToolCall, past: Observation) -> None:
        del tool
        if past.mode is Mode.SIMULATED:
            self._remember(call, past)

    def sandbox(self, tool: Tool) -> Sandbox[Any] | None:
        del tool
        return self._session

    def _so_far(self) -> list[Step]:
        return self._session.current if self._session.entered else []

    def _remember(self, call: ToolCall, observation: Observation) -> None:
        if self._session.entered:
            self._session.current.append(Step(call=call, observation=observation))

    def _read(self, said: JsonObject | None, seconds: float) -> Observation:
        result = (said or {}).get("result")
        if said is None or not isinstance(result, str):
            text = "Error: what the tool could return was not said in a form that can be read."
            return Observation(text=text, error=ErrorKind.REFUSED, mode=Mode.SIMULATED, seconds=seconds)
        wrong = said.get("is_error") is True
        result = result[:RESULT_CHARACTERS]
        text, cut = sanitize(f"Error: {result}" if wrong else result, limit=self._limits.max_characters)
        error = ErrorKind.RAISED if wrong else None
        return Observation(text=text, error=error, mode=Mode.SIMULATED, truncated=cut, seconds=seconds)


def simulation_prompt(
    spec: ToolSpec, call: ToolCall, real: Sequence[Step], session: Sequence[Step], *, marked: bool = False
) -> str:
    """Return what the model is asked; its length is bounded, however much came before.

    With ``marked`` what was returned stands between tags that say it is data.
    """
    return render(
        "simulate",
        name=spec.name,
        description=spec.description,
        parameters=canonical_json(spec.parameters),
        real=[_line(step, marked=marked) for step in real[-MOST_REAL:]],
        session=[_line(step, marked=marked) for step in session[-MOST_SESSION:]],
        call=call.signature,
        marked=marked,
    )


def _line(step: Step, *, marked: bool) -> str:
    called = step.call.signature if step.call is not None else "(unreadable)"
    half = SHOWN_CHARACTERS // 2
    seen = clip(step.observation.text, half)
    return " ".join(f"{clip(called, half)} -> {as_data(seen) if marked else seen}".split())


def _nothing(seed: int) -> list[Step]:
    del seed
    return []
