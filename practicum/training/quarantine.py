"""What training holds back, since it reads like an order to a model (`practicum.nodes.quarantine`)."""

from __future__ import annotations

from collections.abc import Iterable

from practicum.hostile import instruction_like
from practicum.nodes.quarantine import quarantined
from practicum.records import Trial

__all__ = ["REASON", "instruction_like", "quarantined", "quarantined_ids"]

REASON = "instruction-like text"


def quarantined_ids(trials: Iterable[Trial]) -> set[str]:
    """Return the ids of the trials that hold an order to a model."""
    return {trial.id for trial in trials if quarantined(trial) is not None}
