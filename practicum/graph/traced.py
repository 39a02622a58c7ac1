"""What a trace says of an episode's steps: which trial each belongs to, and how the trial ended."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from practicum.nodes.state import EpisodeState, Node, next_number, trial_id
from practicum.records import Strategy, Trial
from practicum.tracing import TrialAt, UnderWay, annotate, end_trial

BEGINS, ENDS = "recall", "record"
"""The steps in which a trial gets its number, and its outcome."""
STEPS = frozenset({BEGINS, "imagine", "screen", "attempt", "observe", "reflect", ENDS})
"""The steps that a trial consists of; the others are the episode's."""
OF_OTHERS = frozenset(
    {
        "short_term",
        "long_term",
        "known_calls",
        "known_values",
        "known_of_others",
        "known_ranges",
        "known_forms",
        "known_days",
        "known_refused",
    }
)
"""What a state holds of other trials: it grows with them, and is shown by the steps that made it."""


def traced(name: str, node: Node, strategy: Strategy) -> Node:
    """Return the node as it is, but that its run, and what runs under it, tell what it is about."""

    async def told(state: EpisodeState) -> Any:
        annotate(**_about(name, state, strategy))
        update = await node(state)
        if name == ENDS and update:
            _tell_end(state, update)
        return update

    return told


def trial_at(strategy: Strategy) -> TrialAt:
    """Return what tells a tracer which trial a step of an episode is part of."""

    def at(name: str, state: EpisodeState) -> UnderWay | None:
        if name not in STEPS:
            return None
        about = _about(name, state, strategy)
        if name == BEGINS:
            return UnderWay(about)
        return UnderWay(about, datetime.fromisoformat(state["started_at"]), state.get("query", ""))

    return at


def shown(value: Any) -> Any:
    """Return what a run shows of a state: the trial under way, and of other trials how many there are.

    What is no state, such as what a step changed in it, stays as it is.
    """
    if not isinstance(value, dict) or "episode" not in value:
        return value
    return {key: _left_out(part) if key in OF_OTHERS and part else part for key, part in value.items()}


def _left_out(value: Any) -> str:
    return f"{len(value)} left out" if isinstance(value, list) else "left out"


def _about(name: str, state: EpisodeState, strategy: Strategy) -> dict[str, Any]:
    episode = state["episode"]
    about = {"tool": episode["tool"], "episode": episode["number"], "strategy": strategy.value}
    if name not in STEPS:
        return about
    if name == BEGINS:
        number = next_number(state)
        return {**about, "trial": number, "trial_id": f"{episode['id']}-{number}"}
    return {**about, "trial": state["number"], "trial_id": trial_id(state)}


def _tell_end(state: EpisodeState, update: EpisodeState) -> None:
    ended = [Trial.from_dict(trial) for trial in update.get("short_term", [])]
    for trial in ended:
        annotate(outcome=trial.outcome.value)
        end_trial(trial)
    outcomes = [trial["outcome"] for trial in state.get("short_term", [])]
    counts = Counter([*outcomes, *(trial.outcome.value for trial in ended)])
    annotate(whole=True, outcomes=dict(counts))
