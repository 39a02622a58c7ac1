"""The state of an episode, as the nodes see it.

Everything in it is plain JSON, so that a checkpoint written by one version can
be read by the next, and small: the earlier trials of this episode, and the
trial under way. Finished trials leave for the journal.
"""

from __future__ import annotations

import operator
from collections.abc import Awaitable
from typing import Annotated, Any, NotRequired, Protocol

from typing_extensions import TypedDict

from practicum.nodes.quarantine import quarantined
from practicum.records import JsonObject, Outcome, Step, Trial, Usage, digest


class EpisodeInfo(TypedDict):
    """What stays the same during an episode."""

    id: str
    tool: str
    number: int
    """1-based number of the episode for this tool."""
    trials: int
    """Number of trials planned."""
    seed: int
    tools: NotRequired[list[str]]
    """In an episode of several tools, their names, the leading one (``tool``) first."""


class EpisodeState(TypedDict, total=False):
    """Short-term memory and the trial under way."""

    episode: EpisodeInfo
    short_term: Annotated[list[JsonObject], operator.add]
    """The episode's finished trials in full, as dicts of `Trial`."""
    notes: list[JsonObject]
    """What summarize learned, as dicts of `Note`."""

    number: int
    """1-based number of the trial under way."""
    started_at: str
    long_term: JsonObject
    """A bounded snapshot of long-term memory, as a dict of `LongTermView`."""
    known_calls: list[JsonObject]
    """Calls of earlier episodes that execution accepted, newest last, bounded."""
    known_values: dict[str, list[Any]]
    """Values by parameter that messages of earlier episodes named as right, bounded."""
    known_of_others: dict[str, dict[str, list[Any]]]
    """The same for the other tools of an episode of several, by tool."""
    known_ranges: dict[str, dict[str, JsonObject]]
    """By tool and parameter, between which numbers refusals of earlier episodes said that values lie."""
    known_forms: dict[str, dict[str, str]]
    """By tool and parameter, how refusals of earlier episodes said that its texts are written."""
    known_days: list[str]
    """The first and the last of the days that results of earlier episodes told; absent where none did."""
    known_refused: dict[str, list[str]]
    """By tool, the signatures of calls that earlier episodes saw refused, bounded."""
    rejected: list[str]
    """Queries of this trial that were too close to a past one."""
    query: str
    imagined: JsonObject | None
    chain: list[JsonObject]
    """Call-first, of several tools: the calls that the query was phrased from, in order."""
    feasible: bool
    """False when no sampled call was confirmed: there is nothing to attempt."""
    probes: list[JsonObject]
    thought: str
    pending: list[JsonObject]
    """Tool calls that wait for execution."""
    steps: list[JsonObject]
    answer: str
    reflection: JsonObject | None
    broken: str
    """What failed around the trial; empty while nothing did."""
    usage: JsonObject
    """What the trial took."""
    seconds: float
    """How long it was under way so far (`practicum.graph.timed`)."""
    lessons_usage: JsonObject
    """What asking for the episode's lessons took; absent where no model was asked."""


class Node(Protocol):
    """An async function from the state to what it changed."""

    def __call__(self, state: EpisodeState) -> Awaitable[Any]:
        """Return the keys of the state that changed."""
        ...


def trial_id(state: EpisodeState) -> str:
    """The id of the trial under way: the same each time the episode is resumed."""
    return f"{state['episode']['id']}-{state['number']}"


def step_name(node: str, state: EpisodeState) -> str:
    """Name what a node is about to do: the same when it is done again, and different in every other round.

    A trial that is tried again, since it broke, started at another time: it is imagined anew.
    """
    rounds = [len(state.get("rejected", [])), len(state.get("steps", []))]
    return digest(state["episode"]["id"], state.get("number", 0), state.get("started_at", ""), node, rounds)


def steps_of(state: EpisodeState) -> list[Step]:
    """The steps of the trial under way."""
    return [Step.from_dict(step) for step in state.get("steps", [])]


def earlier_trials(state: EpisodeState) -> list[Trial]:
    """Short-term memory: the finished trials of this episode that there is something to learn from.

    What is quarantined is not shown again: what it orders would be read by the next trial, and the next.
    """
    trials = [Trial.from_dict(trial) for trial in state.get("short_term", [])]
    useful = [trial for trial in trials if trial.query and trial.outcome is not Outcome.BROKEN]
    return [trial for trial in useful if quarantined(trial) is None]


def any_quarantined(state: EpisodeState) -> bool:
    """Whether something in the episode so far reads like an order to a model."""
    return any(quarantined(Trial.from_dict(trial)) is not None for trial in state.get("short_term", []))


def next_number(state: EpisodeState) -> int:
    """The number of the next trial: the first that is free, since a broken one is tried again later."""
    taken = {trial["number"] for trial in state.get("short_term", [])}
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def usage_after(state: EpisodeState, more: Usage) -> JsonObject:
    """The trial's usage with ``more`` added, ready to be returned by a node."""
    return (Usage.from_dict(state.get("usage", {})) + more).as_dict()


def fresh_trial(number: int, started_at: str) -> EpisodeState:
    """The state keys of a trial that has not begun."""
    return EpisodeState(
        number=number,
        started_at=started_at,
        known_calls=[],
        known_of_others={},
        known_ranges={},
        known_forms={},
        known_days=[],
        known_refused={},
        rejected=[],
        query="",
        imagined=None,
        chain=[],
        feasible=True,
        probes=[],
        thought="",
        pending=[],
        steps=[],
        answer="",
        reflection=None,
        broken="",
        usage=Usage().as_dict(),
        seconds=0.0,
    )
