"""Whether a turn of service shows a call by itself: a demonstration is one query with one call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from practicum.records import SERVICE, ToolCall, Trial
from practicum.training.evidence import shown_step
from practicum.training.mentions import mentions

SEVERAL = "several calls were needed"
BEFORE = "its query leaves a value to what was said before"


def why_not_alone(trial: Trial) -> str | None:
    """Return why a turn is no example of its query with its call; None where it is, and for explored trials.

    Where several calls returned something, the last was made from what the others did. In a later turn of a
    conversation the query has to say each text and number of the call: where else they are from is not kept.
    """
    if trial.origin != SERVICE:
        return None
    results = {step.call.signature for step in trial.steps if step.call is not None and step.observation.ok}
    if len(results) > 1:
        return SEVERAL
    shown = shown_step(trial)
    if trial.number > 1 and shown is not None and shown.call is not None:
        unsaid = (not _says(trial.query, name, value) for name, value in _leaves(shown.call))
        return BEFORE if any(unsaid) else None
    return None


def _says(query: str, name: str, value: Any) -> bool:
    return bool(mentions(name, {"type": _type(value)}, value, query, as_in=query))


def _type(value: Any) -> str:
    return "string" if isinstance(value, str) else "number"


def _leaves(call: ToolCall) -> Iterator[tuple[str, Any]]:
    for name, value in call.arguments.items():
        yield from _parts(name, value)


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _parts(key, part)
    elif isinstance(value, list):
        for part in value:
            yield from _parts(name, part)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield name, value
