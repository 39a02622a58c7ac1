"""What training holds back, since it reads like an order to a model (`practicum.nodes.quarantine`)."""

from __future__ import annotations

from collections.abc import Iterable

from practicum.hostile import instruction_like
from practicum.nodes.quarantine import quarantined
from practicum.records import Trial

__all__ = ["REASON", "any_instruction_like", "instruction_like", "quarantined", "quarantined_ids"]

REASON = "instruction-like text"


def any_instruction_like(texts: Iterable[str]) -> bool:
    """Whether one of ``texts`` holds an order to a model."""
    return any(instruction_like(text) is not None for text in texts)


def quarantined_ids(trials: Iterable[Trial]) -> set[str]:
    """Return the ids of the trials that hold an order to a model."""
    return {trial.id for trial in trials if quarantined(trial) is not None}
