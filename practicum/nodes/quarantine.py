"""Quarantine: a trial that holds an order to a model is kept for people to see, and nothing is made of it."""

from __future__ import annotations

from practicum.hostile import instruction_like
from practicum.records import Step, Trial, canonical_json


def quarantined(trial: Trial) -> str | None:
    """Return what in a trial reads like an order to a model, None when nothing does.

    Observations count, probes included, and what a model wrote after it may have read one: arguments, the
    answer, the query of a later trial. Its thoughts do not: it gives orders to itself, and none is shown.
    """
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
