"""Trials as runs, above the runs of their steps, each with an id that later verdicts find."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from practicum.records import Outcome, Trial, utc_now
from practicum.tracing.client import is_on
from practicum.tracing.feedback import give_feedback
from practicum.tracing.runs import TAG, Manager, current_run

if TYPE_CHECKING:
    from langsmith.run_trees import RunTree

_NAMESPACE = uuid.UUID("b4b0b1de-3c0e-5d5f-9a53-6f1f0a3f6a11")
_BROKEN = "-broken-"
"""What the journal adds to the id of a trial that broke, before a number: when it began, nobody knew that."""


@dataclass(frozen=True)
class UnderWay:
    """A trial as one of its steps finds it."""

    about: Mapping[str, Any]
    """What every run that belongs to it says of it: ``tool``, ``trial``, ``trial_id`` and more."""
    started_at: datetime | None = None
    """None: it begins with this step."""
    query: str = ""


TrialAt = Callable[[str, Any], UnderWay | None]
"""Tells by a step's name, and the state that it is given, which trial it is part of; None: of none."""
Shown = Callable[[Any], Any]
"""Returns what a run shows of what it was given, or came to."""


def trial_run_id(trial: Trial) -> uuid.UUID:
    """Return the id of a trial's run, of its first if it was interrupted: later verdicts find it."""
    return begun_run_id(trial.id.partition(_BROKEN)[0], trial.started_at)


def begun_run_id(trial_id: str, started_at: datetime) -> uuid.UUID:
    """Return the id of the run of a trial that began then."""
    return uuid.uuid5(_NAMESPACE, f"{trial_id}/{started_at.isoformat()}")


def continued_run_id(first: uuid.UUID, episode: uuid.UUID) -> uuid.UUID:
    """Return the id of the run of a trial that goes on under another episode's run than the first.

    Not the first one's: that may have been sent, and a run lies in one trace.
    """
    return uuid.uuid5(first, str(episode))


def trial_runs(trial_at: TrialAt, shown: Shown) -> AbstractContextManager[None]:
    """Within this, the steps of the one episode that is begun lie under runs of their trials, if traced.

    Args:
        trial_at: Tells which trial a step is part of.
        shown: What is shown of a step's state.
    """
    if not is_on():
        return nullcontext()
    from practicum.tracing.trial_tracer import above_steps

    return above_steps(trial_at, shown)


def trial_callbacks(trial_at: TrialAt, shown: Shown) -> list[Any]:
    """Return what does the same as callbacks of a graph that runs one episode, and under no other run.

    Args:
        trial_at: Tells which trial a step is part of.
        shown: What is shown of a step's state.
    """
    if not is_on():
        return []
    from practicum.tracing.trial_tracer import new_tracer

    return [new_tracer(trial_at, shown)]


def trial_began() -> datetime | None:
    """When the run began of the trial whose first step asks; None where there is none above it.

    The trial is to be recorded as begun then: its run is found by that.
    """
    found = current_run()
    if found is None:
        return None
    from practicum.tracing.trial_tracer import TrialTracer

    tracer = found[1].tracer
    return tracer.known.began if isinstance(tracer, TrialTracer) else None


def end_trial(trial: Trial) -> None:
    """Say in its last step how a trial ended: its run ends with the step, its outcome is feedback.

    Where nobody laid the steps under a run of the trial (see `trial_runs`), it is made beside them.
    """
    found = current_run()
    if found is None:
        return
    from practicum.tracing.trial_tracer import TrialTracer

    run, manager = found
    above = manager.tracer.ending(trial) if isinstance(manager.tracer, TrialTracer) else None
    made = above or _beside(trial, run, manager)
    give_feedback(
        made.id,
        "outcome",
        score=None if trial.outcome is Outcome.BROKEN else trial.outcome is Outcome.SOLVED,
        value=trial.outcome.value,
        comment=trial.reflection.reason if trial.reflection else "",
        trace_id=made.trace_id,
    )


def about_trial(trial: Trial) -> dict[str, Any]:
    """Return what every run that belongs to a trial says of it."""
    return {
        "tool": trial.tool,
        "episode": trial.episode,
        "trial": trial.number,
        "trial_id": trial.id,
        "strategy": trial.strategy.value,
        "outcome": trial.outcome.value,
    }


def outputs_of(trial: Trial) -> dict[str, Any]:
    """Return what a trial's run is shown to have come to."""
    calls = [
        {**(step.call.as_dict() if step.call else {}), "returned": step.observation.text}
        for step in trial.steps
    ]
    return {"calls": calls, "answer": trial.answer, "outcome": trial.outcome.value}


def _beside(trial: Trial, run: RunTree, manager: Manager) -> RunTree:
    """Trace a finished trial as a run under its episode's, as long as it took."""
    episode: RunTree = manager.tracer.run_map.get(str(run.trace_id), run)
    started, ended = trial.started_at, utc_now()
    if episode.start_time.tzinfo is None:
        started, ended = started.replace(tzinfo=None), ended.replace(tzinfo=None)
    made = episode.create_child(
        f"trial {trial.number} of {trial.tool}",
        run_id=trial_run_id(trial),
        inputs={"query": trial.query},
        outputs=outputs_of(trial),
        start_time=max(started, episode.start_time),  # one that was interrupted began under another run
        end_time=ended,
        tags=[TAG, "trial", trial.outcome.value],
        extra={"metadata": {**(episode.metadata or {}), **about_trial(trial)}},
    )
    made.post()
    episode.child_runs.remove(made)  # an episode's run need not hold all that it was told
    return made
