"""Quarantine: a trial that holds an order to a model is kept for people to see, and nothing is made of it."""

from __future__ import annotations

from weakref import ref

from practicum.hostile import instruction_like
from practicum.records import Step, Trial, canonical_json

_LOOKED_AT: dict[int, tuple[ref[Trial], str | None]] = {}
"""What was found in the trials that are in memory, by their identity. Each trial that begins looks at the
newest hundred once more, and reading their texts took longer than all else of a long exploration."""


def quarantined(trial: Trial) -> str | None:
    """Return what in a trial reads like an order to a model, None when nothing does.

    Observations count, probes included, and what a model wrote after it may have read one: arguments, the
    answer, the query of a later trial. Its thoughts do not: it gives orders to itself, and none is shown.
    """
    key = id(trial)
    known = _LOOKED_AT.get(key)
    if known is not None and known[0]() is trial:
        return known[1]
    order = _order_in(trial)
    _LOOKED_AT[key] = ref(trial, lambda gone: _forget(key, gone)), order
    return order


def _forget(key: int, gone: ref[Trial]) -> None:
    known = _LOOKED_AT.get(key)
    if known is not None and known[0] is gone:  # another trial may be at its place already
        del _LOOKED_AT[key]


def _order_in(trial: Trial) -> str | None:
    texts = [trial.query, trial.answer]
    for step in (*trial.probes, *trial.steps):
        texts += [step.observation.text, _arguments(step)]
    found = (instruction_like(text) for text in texts)
    return next((order for order in found if order is not None), None)


def clean(step: Step) -> bool:
    """Whether nothing that a step's call returned reads like an order."""
    return instruction_like(step.observation.text) is None


def _arguments(step: Step) -> str:
    return canonical_json(step.call.arguments) if step.call is not None else ""
