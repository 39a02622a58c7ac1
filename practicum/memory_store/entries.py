"""Records that only the journal makes: reviews, sets of demonstrations, explorations, figures."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal

from pydantic import Field

from practicum.records import (
    Demonstration,
    JsonObject,
    Judgement,
    Lessons,
    Name,
    Outcome,
    Planned,
    Record,
    Told,
    Usage,
    Used,
    digest,
)

ReviewDecision = Literal["approved", "rejected"]
"""What a person decided about a trial."""

SetKind = Literal["demos", "notes", "lora"]
"""Kinds of numbered sets: what can be a candidate."""


class Review(Record):
    """A person's decision about a trial; the latest one counts."""

    trial_id: Name
    verdict: ReviewDecision
    reason: str
    at: datetime

    @property
    def id(self) -> str:
        """Identity by content: an imported copy of a review is the same review."""
        return content_id(self.as_dict())


class TrialJudgement(Judgement):
    """What a judge said, and of which trial; of several the last recorded counts."""

    trial_id: Name

    @property
    def judgement(self) -> Judgement:
        """What was said, by itself."""
        return Judgement(**{name: getattr(self, name) for name in Judgement.model_fields})


class DemonstrationSet(Record):
    """A numbered, unchangeable set of demonstrations."""

    version: int
    created_at: datetime
    meta: Told = Field(default_factory=dict)
    """How the set came to be: filters, counts, thresholds."""
    demonstrations: tuple[Demonstration, ...]
    lessons: dict[Name, Lessons] = Field(default_factory=dict)
    """By tool, what the trials behind the set taught about its arguments."""

    @property
    def id(self) -> str:
        """Identity by content, whatever the number: the same in the home it is imported into."""
        return content_id(self.model_dump(mode="json", exclude={"version"}))


class Exploration(Record):
    """A run of exploration: what was planned, for resuming it."""

    id: Name
    plan: Planned
    started_at: datetime


class Summary(Record):
    """What it took to ask a model for the lessons of an episode, beside its trials."""

    id: Name
    """Names the asking: an episode with trials that are made again is asked about again."""
    episode_id: Name
    tool: Name
    """The one that leads, where the episode is of several."""
    model: Used
    usage: Usage


class ModelUsage(Record):
    """What exploring one tool with one model took: its trials, and the lessons of their episodes."""

    tool: str
    model: str
    trials: int
    solved: int
    usage: Usage


class JournalStats(Record):
    """What a journal holds, in numbers."""

    schema_version: int
    trials: int
    of_several_tools: int = 0
    """Those of episodes of several tools, each counted for the tool that led it."""
    outcomes: dict[Outcome, int]
    tools: dict[str, dict[Outcome, int]]
    """Trials by tool and outcome; tools in the order of their names."""
    origins: dict[str, int] = Field(default_factory=dict)
    """Trials by where they come from: ``exploration`` or ``service``."""
    usage: tuple[ModelUsage, ...] = ()
    """By tool and model: exploration's trials and lessons; what simulated tools took is in none of them."""
    episodes: int
    """Of exploration."""
    notes: int
    reviews: int
    """Reviews recorded, superseded ones included."""
    executions: int
    demonstration_sets: int
    explorations: int
    bytes: int
    """Size of the file, its write-ahead log included."""


def content_id(body: JsonObject) -> str:
    """Hash a record in ASCII: text may hold halves of surrogate pairs, which UTF-8 refuses."""
    return digest(json.dumps(body, sort_keys=True, separators=(",", ":")))
