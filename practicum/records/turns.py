"""Turns of the deployed agent, as they are kept with the user's consent until somebody judges them."""

from __future__ import annotations

from datetime import datetime

from practicum.records.base import SCHEMA_VERSION, Record
from practicum.records.calls import Step
from practicum.records.kept import Name, Used
from practicum.records.trials import Outcome, Reflection, Strategy, Trial

SERVICE = "service"
"""The origin of trials that were turns, and the episode that they share: whose they were is not kept."""
ORIGINS = ("exploration", SERVICE)
"""Where trials come from."""


class Turn(Record):
    """One query of a user's, what the agent did for it, and its answer; redacted before it is written."""

    schema_version: int = SCHEMA_VERSION
    id: Name
    at: datetime
    """When it was answered."""
    model: Used
    number: int = 1
    """1-based number of the turn in its conversation."""
    query: str
    steps: tuple[Step, ...] = ()
    answer: str
    schema_hashes: dict[Name, Name]
    """Of the tools that were called, as they were then; unknown ones are absent."""
    before: Name = ""
    """Names the queries before this one in its conversation, by a hash that only their process can make."""
    after: Name
    """Names them together with this one, so that the turn that follows is known by its ``before``."""
    quarantined: str | None = None
    """What in it reads like an order to a model."""
    cut: bool = False
    """Whether its query or its answer was longer than what is kept."""

    @property
    def tool(self) -> str | None:
        """The tool that a demonstration would show: of the last call with a result, else of the last call."""
        called = [
            (step.call.name, step.observation.ok)
            for step in self.steps
            if step.call is not None and step.call.name in self.schema_hashes
        ]
        answered = [name for name, ok in called if ok]
        named = answered or [name for name, _ in called]
        return named[-1] if named else None

    def as_trial(self, outcome: Outcome, reflection: Reflection | None) -> Trial:
        """Return it as the trial that the journal keeps; what serving it took is not counted.

        Raises:
            ValueError: it called no known tool.
        """
        tool = self.tool
        if tool is None:
            raise ValueError(f"turn {self.id} called no tool")
        return Trial(
            id=self.id,
            episode_id=SERVICE,
            tool=tool,
            tool_schema_hash=self.schema_hashes[tool],
            episode=1,
            number=self.number,
            strategy=Strategy.QUERY_FIRST,
            model=self.model,
            query=self.query,
            steps=self.steps,
            answer=self.answer,
            reflection=reflection,
            outcome=outcome,
            started_at=self.at,
            origin=SERVICE,
        )
