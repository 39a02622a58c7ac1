"""Trials: how they are imagined, what they cost, how they ended, and which of them imagination sees."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from practicum.records.base import Record, SparseRecord
from practicum.records.calls import ErrorKind, Mode, Step, ToolCall
from practicum.records.kept import Name, Used


class Outcome(StrEnum):
    """How a trial ended."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"
    BROKEN = "broken"
    """Infrastructure failed: never scored, never learned from."""


class Strategy(StrEnum):
    """How queries are imagined."""

    QUERY_FIRST = "query-first"
    """The model writes the query, then answers it (section 3.1 of the STE paper)."""
    CALL_FIRST = "call-first"
    """A call is sampled and confirmed by execution, then phrased as a query."""


class Reflection(Record):
    """The model's own view of its trial."""

    solved: bool
    reason: str


class Usage(Record):
    """What model calls cost: number of calls, and tokens as the model counts them."""

    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            model_calls=self.model_calls + other.model_calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


class Trial(SparseRecord):
    """One imagined query, the attempt to answer it, and its reflection."""

    LEFT_OUT_EMPTY: ClassVar[frozenset[str]] = frozenset({"others", "chain"})

    id: Name
    episode_id: Name
    tool: Name
    """The tool of its episode; of an episode of several the one that leads it. Each step names its own."""
    tool_schema_hash: Name
    others: dict[Name, Name] = Field(default_factory=dict)
    """In an episode of several tools, the schema hashes of the others, by name."""
    episode: int
    """1-based number of the episode for this tool; those of several tools are counted by themselves."""
    number: int
    """1-based number of the trial within its episode."""
    strategy: Strategy
    model: Used
    """The model's spec, such as ``local`` or ``openai:gpt-4o-mini``."""
    query: str
    imagined: ToolCall | None = None
    """Call-first only: the confirmed call that the query was phrased from; of a `chain` the last."""
    chain: tuple[ToolCall, ...] = ()
    """Call-first, of several tools: all the confirmed calls that the query was phrased from, in order."""
    probes: tuple[Step, ...] = ()
    """Call-first only: the calls tried while imagining, rejected ones included."""
    steps: tuple[Step, ...] = ()
    answer: str = ""
    reflection: Reflection | None = None
    outcome: Outcome
    usage: Usage = Usage()
    started_at: datetime
    seconds: float = 0.0
    """How long it was under way: what its steps took, and not the time in which it was interrupted."""
    origin: Name = "exploration"
    """``exploration``, or ``service``: a turn of the deployed agent (`practicum.records.turns`)."""

    @property
    def final_call(self) -> ToolCall | None:
        """The last call that returned a result, if there is one; it may be a simulated one."""
        return self.returned[-1] if self.returned else None

    @property
    def returned(self) -> tuple[ToolCall, ...]:
        """The calls of the attempt that returned a result, in order; some may be simulated."""
        return tuple(step.call for step in self.steps if step.call is not None and step.observation.ok)

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools of its episode, the leading one first."""
        return (self.tool, *self.others)

    @property
    def schema_hashes(self) -> dict[str, str]:
        """The schema hash of each tool of its episode."""
        return {self.tool: self.tool_schema_hash, **self.others}

    @property
    def takes_several(self) -> bool:
        """Whether its request took several calls: there are steps, or a `chain`, before the last one.

        Only of an episode of several tools: else one call is what is learned from a trial.
        """
        return bool(self.others) and (len(self.returned) > 1 or len(self.chain) > 1)

    @property
    def simulated(self) -> bool:
        """Whether a model stood in for a tool in any step."""
        return any(step.observation.mode is Mode.SIMULATED for step in self.steps)

    @property
    def checked_only(self) -> bool:
        """Whether a call of any step was checked against its schema and kept from running."""
        return any(step.observation.checked_only for step in self.steps)

    @property
    def unexecuted(self) -> bool:
        """Whether a call, a probe included, was kept from its tool: simulated, checked, or not recorded."""
        seen = [step.observation for step in (*self.probes, *self.steps)]
        return any(each.mode is Mode.SIMULATED or each.error is ErrorKind.REFUSED for each in seen)


class PastQuery(Record):
    """One row of long-term memory: a query tried before, and how it ended."""

    trial_id: Name
    query: str
    outcome: Outcome
    similarity: float | None = None
    """Cosine similarity to the query it was recalled for, if there was one."""


class LongTermView(Record):
    """The bounded view of long-term memory that imagination sees."""

    nearest: tuple[PastQuery, ...] = ()
    sampled: tuple[PastQuery, ...] = ()
    total: int = 0
    """Number of past queries of this tool, shown or not."""
    gaps: tuple[str, ...] = ()
    """What was not tried of the tool, and what fails, a line each."""
    offers: tuple[str, ...] = ()
    """Values that earlier calls returned and that the tool could be called with, a line for a parameter."""

    @property
    def queries(self) -> tuple[PastQuery, ...]:
        """All queries shown, each once."""
        seen = {past.trial_id: past for past in (*self.nearest, *self.sampled)}
        return tuple(seen.values())
