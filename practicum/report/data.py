"""What a report shows: values only, gathered by whoever calls it."""

from __future__ import annotations

from datetime import datetime

from practicum.evaluation import Ladder, LeakReport, WrongItem
from practicum.records import Demonstration, Note, Record, Usage


class ToolExploration(Record):
    """What was explored of one tool, and what it cost."""

    tool: str
    trials: int
    of_several: int = 0
    """Trials of episodes of several tools that it led."""
    solved: int
    unsolved: int
    broken: int
    distinct_queries: int
    """Queries that are no (near) duplicates of each other."""
    tool_calls: int = 0
    """Executed calls of the tool, probes included, whichever tool led the episode."""
    usage: Usage = Usage()
    """What the trials and the lessons of their episodes took; turns of service are not counted."""
    seconds: float = 0.0
    """Wall-clock time of the trials, added up."""


class DroppedTrials(Record):
    """Trials that did not become demonstrations, for one reason."""

    reason: str
    """In the curator's words, such as ``unsolved`` or ``near duplicate``."""
    count: int


class GateDecision(Record):
    """What the gate said of a candidate."""

    candidate: str
    promoted: bool
    reason: str


class ReportData(Record):
    """Everything on the page; what is empty or None is said to be missing there."""

    title: str = "Practicum report"
    created_at: datetime
    about: tuple[tuple[str, str], ...] = ()
    """Facts of the run as name and value: model, home, seed, version ..."""
    explored: tuple[ToolExploration, ...] = ()
    notes: tuple[Note, ...] = ()
    demonstrations: tuple[Demonstration, ...] = ()
    dropped: tuple[DroppedTrials, ...] = ()
    ladder: Ladder | None = None
    decisions: tuple[GateDecision, ...] = ()
    shown_arm: str | None = None
    """The arm whose per-tool figures and wrong items are shown; None for the last."""
    wrong: tuple[WrongItem, ...] = ()
    leaks: LeakReport | None = None
    next_steps: tuple[str, ...] = ()
    """Where to look next, in words, the most important first."""

    @property
    def total(self) -> ToolExploration:
        """The sums over all tools."""
        usage = sum((row.usage for row in self.explored), Usage())
        return ToolExploration(
            tool="all",
            trials=sum(row.trials for row in self.explored),
            of_several=sum(row.of_several for row in self.explored),
            solved=sum(row.solved for row in self.explored),
            unsolved=sum(row.unsolved for row in self.explored),
            broken=sum(row.broken for row in self.explored),
            distinct_queries=sum(row.distinct_queries for row in self.explored),
            tool_calls=sum(row.tool_calls for row in self.explored),
            usage=usage,
            seconds=sum(row.seconds for row in self.explored),
        )
