"""Long-term memory of a tool that changed: what was tried before it changed is left out.

Under another schema a query that was infeasible may be feasible, and one that was solved
is to be practised anew: recalled as tried, both would be avoided.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence

from practicum.memory_store.journal import Journal
from practicum.memory_store.long_term import LongTermMemory
from practicum.memory_store.similarity import similarity
from practicum.records import LongTermView, Outcome, PastQuery, ToolSpec


def current_memory(journal: Journal, long_term: LongTermMemory, spec: ToolSpec) -> LongTermMemory:
    """Return what long-term memory holds of a tool as it is now.

    Args:
        journal: Tells with which schema each trial was made.
        long_term: The memory of all trials; returned as it is for a tool that never changed.
        spec: The tool as it is now.
    """
    outdated = [
        trial.id
        for trial in journal.trials(spec.name)
        if trial.tool_schema_hash != spec.schema_hash and trial.outcome is not Outcome.BROKEN
    ]
    return CurrentMemory(long_term, outdated) if outdated else long_term


class CurrentMemory(LongTermMemory):
    """Long-term memory as if some trials of its tool were not in it; new ones are remembered as ever."""

    def __init__(self, whole: LongTermMemory, outdated: Collection[str]) -> None:
        """Look at ``whole`` without the trials ``outdated``, all of the tool that is asked about."""
        super().__init__(
            whole._index,
            whole._embed,
            shown_nearest=whole._shown_nearest,
            shown_sampled=whole._shown_sampled,
        )
        self._outdated = frozenset(outdated)

    def _view(self, tool: str, near: str | None, rng: random.Random) -> LongTermView:
        nearest = [] if near is None else self._nearest(tool, self._vector(near), self._shown_nearest)
        hidden = self._outdated | {past.trial_id for past in nearest}
        return LongTermView(
            nearest=tuple(nearest),
            sampled=tuple(self._index.sample(tool, self._shown_sampled, rng, without=hidden)),
            total=max(0, self._index.count(tool) - len(self._outdated)),
        )

    def _closest(self, tool: str, query: str, also: Sequence[str]) -> float | None:
        vector = self._vector(query)
        past = [
            similar for each in self._nearest(tool, vector, 1) if (similar := each.similarity) is not None
        ]
        return max([*past, *(similarity(vector, self._vector(text)) for text in also)], default=None)

    def _nearest(self, tool: str, vector: Sequence[float], k: int) -> list[PastQuery]:
        # So many more, that ``k`` are left even if all that is outdated is nearer.
        found = self._index.nearest(tool, vector, k + len(self._outdated))
        return [past for past in found if past.trial_id not in self._outdated][:k]
