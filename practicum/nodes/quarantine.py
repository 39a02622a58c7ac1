"""Quarantine: a trial that holds an order to a model is kept for people to see, and nothing is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from practicum.hostile import instruction_like
from practicum.records import Step, Trial, canonical_json

MOST_KEPT = 8_192
"""Verdicts that are kept, a megabyte: the newest 120 trials of sixty tools. More would only make a long
exploration grow for hours."""
_KEPT: dict[bytes, str | None] = {}
"""What was found in a trial, by a digest of its texts. Each trial that begins looks at the newest hundred of
its tool once more, and reading those took longer than all else of a long exploration."""


def quarantined(trial: Trial) -> str | None:
    """Return what in a trial reads like an order to a model, None when nothing does.

    Observations count, probes included, and what a model wrote after it may have read one: arguments, the
    answer, the query of a later trial. Its thoughts do not: it gives orders to itself, and none is shown.
    """
    texts = [trial.query, trial.answer]
    for step in (*trial.probes, *trial.steps):
        texts += [step.observation.text, _arguments(step)]
    key = _digest(texts)
    try:  # several threads look, and one of them may forget it at any moment
        return _KEPT[key]
    except KeyError:
        found = (instruction_like(text) for text in texts)
        order = next((order for order in found if order is not None), None)
    if len(_KEPT) >= MOST_KEPT:
        _forget_oldest()
    _KEPT[key] = order
    return order


def _forget_oldest() -> None:
    for key in list(_KEPT.copy())[: -(-MOST_KEPT // 4)]:
        _KEPT.pop(key, None)


def _digest(texts: Sequence[str]) -> bytes:
    found = blake2b(digest_size=16)
    for text in texts:
        written = text.encode("utf-8", "surrogatepass")
        found.update(b"%d:" % len(written))
        found.update(written)
    return found.digest()


def clean(step: Step) -> bool:
    """Whether nothing that a step's call returned reads like an order."""
    return instruction_like(step.observation.text) is None


def _arguments(step: Step) -> str:
    return canonical_json(step.call.arguments) if step.call is not None else ""
