"""What passes between the process that holds the home and its workers; all of it can be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from practicum.graph.campaign import Progress
from practicum.memory_store.entries import Summary
from practicum.nodes.state import EpisodeInfo
from practicum.records import JsonObject, Note, Observation, Trial


@dataclass(frozen=True)
class Assignment:
    """An episode to be run, and what the worker lacks for it."""

    info: EpisodeInfo
    afresh: bool
    """Whether the worker is to forget what it knew: it had another tool, or is new."""
    trials: tuple[Trial, ...]
    """Of the tool and of those whose values it may use, oldest first."""
    notes: tuple[Note, ...]
    executions: Mapping[str, Observation]
    """What calls of the episode's unfinished trial returned, by idempotency key."""
    broken: tuple[Trial, ...] = ()
    """Trials of this episode that broke in this run: not to be made again now."""
    begun: JsonObject | None = None
    """What the episode's unfinished trial began from, where an earlier run began one."""
    replies: Mapping[str, JsonObject] = field(default_factory=dict)
    """What model calls of that trial came to, by key."""


@dataclass(frozen=True)
class Begun:
    """All is open, and the first trial begins: whatever ends the worker from here on ends a trial."""


@dataclass(frozen=True)
class Executed:
    """A tool call ended."""

    key: str
    observation: Observation


@dataclass(frozen=True)
class Replied:
    """A model call ended."""

    key: str
    reply: JsonObject


@dataclass(frozen=True)
class Recalled:
    """A trial begins from this: the state that its first step left."""

    update: JsonObject


@dataclass(frozen=True)
class BudgetRequest:
    """A model call waits for the budget's word."""

    number: int
    most: float
    """Dollars that it can cost at most."""


@dataclass(frozen=True)
class BudgetReply:
    """The budget's word on a model call."""

    refused: tuple[str, str] | None
    """What is spent, and what to do; None: the call may be made."""
    seconds_left: float | None


@dataclass(frozen=True)
class Settled:
    """A model call that may have cost ``most`` did cost ``cost``."""

    most: float
    cost: float


@dataclass(frozen=True)
class Announced:
    """A line for the user, such as that the model does not answer."""

    text: str


@dataclass(frozen=True)
class Finished:
    """The episode ended."""

    notes: tuple[Note, ...]
    summaries: tuple[Summary, ...]
    """What asking for them took."""
    vectors: Mapping[str, Sequence[float]]
    """What the embedder made of the trials' queries, by the id of the trial."""


@dataclass(frozen=True)
class Failed:
    """The episode can't go on."""

    kind: str
    """The name of the error's class."""
    message: str
    fix: str | None
    """None: nobody foresaw it, and ``message`` is a traceback."""


Kept = Executed | Replied | Recalled
"""What a trial that is interrupted goes on from."""
Event = Begun | Progress | Kept | BudgetRequest | Settled | Announced | Finished | Failed
