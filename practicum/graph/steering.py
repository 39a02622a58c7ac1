"""Steering: what query-first imagination is told of gaps in its practice, and of values it may use."""

from __future__ import annotations

from collections.abc import Sequence

from practicum.memory_store.journal import Journal
from practicum.nodes.coverage import coverage
from practicum.nodes.gaps import gaps
from practicum.nodes.offers import offers
from practicum.nodes.quarantine import quarantined
from practicum.nodes.state import EpisodeState, earlier_trials
from practicum.records import LongTermView, ToolSpec

MOST_TRIALS = 120
"""Of the newest trials; twice what the paper makes of a tool."""


def steered(
    view: LongTermView,
    journal: Journal,
    spec: ToolSpec,
    state: EpisodeState,
    related: Sequence[str] | None = None,
    others: Sequence[ToolSpec] = (),
) -> LongTermView:
    """Return the view with gaps in what was tried, and with values that earlier calls returned.

    Args:
        view: What long-term memory shows.
        journal: Holds the trials that were recorded, those of this episode included.
        spec: The target tool; trials of it as it was before it changed don't count.
        state: The episode so far.
        related: Tools whose values are offered; None for the target alone, and none at all where what an
            episode makes is gone after it: then only this episode's own values are offered.
        others: The other tools of an episode of several: values are offered for them, too.
    """
    past = [
        trial
        for trial in journal.newest_trials(spec.name, MOST_TRIALS)
        if trial.tool_schema_hash == spec.schema_hash and quarantined(trial) is None
    ]
    if related is None:
        told = past
    else:
        told = journal.newest_of(related, MOST_TRIALS) if related else earlier_trials(state)
    offered = [line for each in (spec, *others) for line in offers(each, told)]
    return view.model_copy(
        update={"gaps": gaps(coverage(spec, past)), "offers": tuple(dict.fromkeys(offered))}
    )
