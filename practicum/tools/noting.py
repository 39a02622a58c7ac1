"""In the place of execution where nothing may run: the ablation without execution feedback."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from practicum.records import Mode, Observation, ToolCall
from practicum.tools.catalog import Tool
from practicum.tools.executor import Executor
from practicum.tools.sandbox import Sandbox


class NotingExecutor(Executor):
    """Executes nothing, whatever the call: each is noted, and counts as accepted."""

    def __init__(self) -> None:
        super().__init__(())

    async def execute(self, call: ToolCall, *, key: str | None = None) -> Observation:
        """Return an observation that says so; nothing is looked up or remembered."""
        del call, key
        return Observation(text="The call was noted; nothing was executed.", mode=Mode.DRY_RUN)

    def sandboxes(self, tools: Iterable[Tool]) -> tuple[Sandbox[Any], ...]:
        """Return nothing: there is no state to make anew where nothing runs."""
        del tools
        return ()
