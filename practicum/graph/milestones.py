"""The checkpoints of an episode that something depends on; what lies between them is done anew.

Within an attempt of tools that change nothing, what came of each step is known from elsewhere when it is done
again: the journal has the replies, the results of calls, and the trials that were recorded. Two writes to the
disk for every step are what most of an episode's own time went into. What a trial begins from is kept: what
was recalled, drawn and imagined, since notes and memory may say something else by then. So is what the
journal can not tell, since it was redacted.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from practicum.hostile import holds_redacted
from practicum.records import canonical_json

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import (
        ChannelVersions,
        Checkpoint,
        CheckpointMetadata,
        CheckpointTuple,
    )

BETWEEN = frozenset({"recall", "screen", "attempt", "observe", "reflect", "record"})
"""A checkpoint that only these steps would begin from is not kept, but for the first attempt's."""
_DUE = "branch:to:"
"""LangGraph's channel that starts a node, before its name. Were it called otherwise, all would be kept."""


class Milestones(BaseCheckpointSaver[Any]):
    """Keeps some of the checkpoints in another saver, and none of the writes between."""

    def __init__(self, saver: BaseCheckpointSaver[Any], between: Collection[str] = BETWEEN) -> None:
        """Take where checkpoints are kept, and the names of the steps before which they are not."""
        super().__init__(serde=saver.serde)
        self._saver = saver
        self._between = frozenset(between)
        self._passed: dict[str, ChannelVersions] = {}
        """By thread: what changed since the last checkpoint that was kept; savers may store changes only."""

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        thread = str(config["configurable"]["thread_id"])
        changed = {**self._passed.get(thread, {}), **new_versions}
        if self._is_between(checkpoint):
            self._passed[thread] = changed
            return _at(config, checkpoint)
        self._passed.pop(thread, None)
        return await self._saver.aput(config, checkpoint, metadata, changed)

    def _is_between(self, checkpoint: Checkpoint) -> bool:
        values = checkpoint["channel_values"]
        due = {name.removeprefix(_DUE) for name in values if name.startswith(_DUE)}
        if not due or not due <= self._between:
            return False
        steps = values.get("steps", [])
        return not (due == {"attempt"} and not steps) and not holds_redacted(canonical_json(steps))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keep nothing: a step that was done right before the process died is done again."""

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return await self._saver.aget_tuple(config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        async for found in self._saver.alist(config, filter=filter, before=before, limit=limit):
            yield found

    async def adelete_thread(self, thread_id: str) -> None:
        self._passed.pop(thread_id, None)
        await self._saver.adelete_thread(thread_id)

    def get_next_version(self, current: Any, channel: None) -> Any:
        return self._saver.get_next_version(current, channel)


def _at(config: RunnableConfig, checkpoint: Checkpoint) -> RunnableConfig:
    """The place of a checkpoint, as savers return it."""
    return {"configurable": {**config["configurable"], "checkpoint_id": checkpoint["id"]}}
