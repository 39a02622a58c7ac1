"""What the past tells a trial that begins with a sampled call: calls, values, ranges, forms and days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from practicum.graph.steering import MOST_TRIALS
from practicum.hostile import holds_redacted
from practicum.memory_store.journal import Journal
from practicum.nodes.forms import told_forms
from practicum.nodes.harvest import MOST_VALUES, named_values, refused_calls
from practicum.nodes.moments import told_days, widest
from practicum.nodes.offers import returned_values
from practicum.nodes.quarantine import quarantined
from practicum.nodes.ranges import refused_ranges
from practicum.records import SERVICE, Step, ToolCall, ToolSpec, Trial

MOST_REFUSED = 200
"""Refused calls that a trial keeps in its state."""


class Experience:
    """What the newest trials of a tool, as it is now, and of related ones tell of its calls and values."""

    def __init__(self, journal: Journal, spec: ToolSpec, most: int, related: Sequence[str]) -> None:
        newest = journal.newest_trials(spec.name, most)
        past = [
            trial
            for trial in newest  # but not what holds an order to a model
            if trial.tool_schema_hash == spec.schema_hash and quarantined(trial) is None
        ]
        self.spec = spec
        self.calls = [call.as_dict() for trial in past for call in _confirmed(trial)]
        steps = [step for trial in past for step in (*trial.probes, *trial.steps)]
        self.values = named_values(spec, steps)
        self.ranges = {name: told.as_dict() for name, told in refused_ranges(spec, steps).items()}
        self.forms = told_forms(spec, steps)
        self.refused = sorted(refused_calls(spec, steps))[-MOST_REFUSED:]
        told = journal.newest_of(related, MOST_TRIALS) if related else []
        self.days = widest(told_days(steps), told_days(_clean_steps(told)))
        for name, returned in returned_values(spec, told).items():
            self.values[name] = list(dict.fromkeys([*self.values.get(name, []), *returned]))[-MOST_VALUES:]


def _clean_steps(trials: Iterable[Trial]) -> list[Step]:
    kept = [trial for trial in trials if quarantined(trial) is None]
    return [step for trial in kept for step in (*trial.probes, *trial.steps)]


def _confirmed(trial: Trial) -> list[ToolCall]:
    """The calls of a trial's own tool that execution confirmed: of a trial of several tools all of them."""
    if trial.simulated or not _may_be_used(trial):
        return []
    if trial.others:
        imagined = trial.chain if trial.imagined is not None else ()
        return [call for call in (*imagined, *trial.returned) if call.name == trial.tool]
    found = trial.imagined or trial.final_call
    return [found] if found is not None else []


def _may_be_used(trial: Trial) -> bool:
    """Whether a trial's call may be made again: not that of a turn of service with a mark or an order."""
    call = trial.final_call
    if trial.origin != SERVICE or call is None:
        return True
    return not holds_redacted(call.signature) and quarantined(trial) is None
