"""Tools that are left alone for the rest of a run: what they stand on is away, and each trial costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from practicum.graph.memory_steps import Memory
from practicum.nodes.state import EpisodeInfo
from practicum.records import Outcome
from practicum.tools.catalog import Tool

ENOUGH = 3
"""Trials of a tool that broke one after the other, in episodes of which nothing else came.

Those of an episode of several count for the tool that leads it: which of them broke it no trial tells.
"""


class BrokenOff:
    """Counts, by tool, the trials that broke in a row in this run; those of earlier runs are made again."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._in_a_row: Counter[str] = Counter()

    @contextmanager
    def watching(self, info: EpisodeInfo) -> Iterator[None]:
        """Count what comes of an episode, which is run meanwhile."""
        before = set(self._memory.journal.trial_ids(info["id"]))
        yield
        made = [each for each in self._memory.journal.trial_ids(info["id"]) if each not in before]
        trials = [trial for each in made if (trial := self._memory.journal.trial(each)) is not None]
        if all(trial.outcome is Outcome.BROKEN for trial in trials):
            self._in_a_row[info["tool"]] += len(trials)
        else:
            self._in_a_row[info["tool"]] = 0

    def __contains__(self, tool: Tool) -> bool:
        return self._in_a_row[tool.name] >= ENOUGH

    def any_of(self, tools: Iterable[Tool]) -> bool:
        """Whether one of these is left alone."""
        return any(tool in self for tool in tools)
