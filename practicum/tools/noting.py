"""In the place of execution where nothing may run: the ablation without execution feedback."""

from __future__ import annotations

from practicum.records import Mode, Observation, ToolCall
from practicum.tools.executor import Executor


class NotingExecutor(Executor):
    """Executes nothing, whatever the call: each is noted, and counts as accepted."""

    def __init__(self) -> None:
        super().__init__(())

    async def execute(self, call: ToolCall, *, key: str | None = None) -> Observation:
        """Return an observation that says so; nothing is looked up or remembered."""
        del call, key
        return Observation(text="The call was noted; nothing was executed.", mode=Mode.DRY_RUN)
