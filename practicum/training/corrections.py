"""Corrections: the step after a wrong call, which shows what the tool wanted instead.

Only the corrected call is learned from. The error stays in the journal: training on it would
teach the habit that execution refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from practicum.memory_store.entries import ReviewDecision
from practicum.records import ErrorKind, Step, ToolCall, Trial
from practicum.training.curate import demonstration_of, reason_to_drop
from practicum.training.examples import Example, Origin

WRONG = frozenset({ErrorKind.UNREADABLE, ErrorKind.UNKNOWN_TOOL, ErrorKind.SCHEMA, ErrorKind.RAISED})
"""Errors that the model made. A timeout or a refusal says nothing about the call."""


def corrected_call(trial: Trial) -> ToolCall | None:
    """Return the trial's final call if it corrected a wrong one: the step before it was an error.

    None, too, where the call that was accepted is the very one that had failed.
    """
    final = trial.final_call
    for before, after in pairwise(trial.steps):
        if _is_wrong(before) and after.observation.ok and after.call == final and before.call != final:
            return final
    return None


def origin_of(trial: Trial) -> Origin:
    """Return "correction" when the trial's first call failed and a later step put it right."""
    first_failed = bool(trial.steps) and _is_wrong(trial.steps[0])
    return "correction" if first_failed and corrected_call(trial) is not None else "trial"


def corrections(
    trials: Iterable[Trial],
    *,
    schema_hashes: Mapping[str, str] | None = None,
    reviews: Mapping[str, ReviewDecision] | None = None,
) -> tuple[Example, ...]:
    """Return the examples that came of corrections, in the order of the trials.

    Args:
        trials: Any; only those that `practicum.training.curate` would keep count.
        schema_hashes: Current hash of each tool. None: all count.
        reviews: What people said of trials, by id.
    """
    kept = [
        trial
        for trial in trials
        if reason_to_drop(trial, schema_hashes, (reviews or {}).get(trial.id)) is None
    ]
    # Where a request takes several calls, one of them with the query alone is no example.
    single = [trial for trial in kept if not trial.takes_several]
    return tuple(example_of(trial) for trial in single if corrected_call(trial) is not None)


def example_of(trial: Trial) -> Example:
    """Return a trial with a successful call as an example: its query and its final call.

    Of trials only whose query one call answers (`Trial.takes_several`).
    """
    shown = demonstration_of(trial)
    return Example(**shown.model_dump(), origin=origin_of(trial))


def _is_wrong(step: Step) -> bool:
    return step.observation.error in WRONG
