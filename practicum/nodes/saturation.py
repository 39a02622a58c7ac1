"""Saturation: when more episodes of a tool can be expected to bring nothing new.

What an episode brings is counted in kinds, not in values: sets of parameters given together, kinds of
values, kinds of errors. The answer depends on the recorded trials alone, so that a run that is resumed,
or asked for again, comes to the same one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from practicum.nodes.coverage import error_of, tried_steps
from practicum.nodes.schema_parts import closed_values
from practicum.records import JsonObject, Outcome, Step, ToolSpec, Trial, canonical_json

QUIET = 3
"""So many episodes in a row must have brought nothing new."""


def saturated_after(spec: ToolSpec, episodes: Sequence[Sequence[Trial]], trials: int) -> int | None:
    """Return the number (from 1) of the episode after which the tool was saturated; None if it is not.

    That is the last of `QUIET` whole episodes in a row in which no new set of parameters, kind of value
    or kind of error was met, and all trials were solved or made only calls that were made before.

    Args:
        spec: The tool.
        episodes: The trials of each episode, broken ones left out, in order.
        trials: How many make an episode whole. One that is not, or in which no call reached the tool,
            tells nothing, and the count begins anew.
    """
    met: set[Hashable] = set()
    calls: set[str] = set()
    in_a_row = 0
    for number, episode in enumerate(episodes, start=1):
        steps = [step for trial in episode for step in tried_steps(spec.name, trial)]
        kinds = {kind for step in steps for kind in _kinds(spec, step)}
        made = {step.call.signature for step in steps if step.call is not None}
        known = made <= calls or all(trial.outcome is Outcome.SOLVED for trial in episode)
        told_something = bool(made) and len(episode) >= trials
        in_a_row = in_a_row + 1 if told_something and kinds <= met and known else 0
        if in_a_row >= QUIET:
            return number
        met |= kinds
        calls |= made
    return None


def _kinds(spec: ToolSpec, step: Step) -> Iterator[Hashable]:
    """What a step could bring that is new."""
    if step.call is None:
        return
    arguments = step.call.arguments
    yield "given", frozenset(arguments)
    for name, value in arguments.items():
        yield "value", name, kind_of_value(value, spec.properties.get(name, {}))
    error = error_of(spec, step)
    if error is not None:
        yield "error", *error


def kind_of_value(value: Any, schema: JsonObject) -> str:
    """Return what a value is like: itself where the schema lists the values, else its shape in words."""
    if value is None or isinstance(value, bool) or closed_values(schema):
        return canonical_json(value)
    if isinstance(value, int | float):
        whole = "whole" if isinstance(value, int) or value.is_integer() else "fraction"
        return "zero" if value == 0 else f"{'negative' if value < 0 else 'positive'} {whole}"
    if isinstance(value, str):
        return _kind_of_text(value)
    if isinstance(value, list):
        return "no items" if not value else "one item" if len(value) == 1 else "items"
    return f"object with {', '.join(sorted(value))}" if isinstance(value, dict) else type(value).__name__


def _kind_of_text(text: str) -> str:
    parts = [
        "empty" if not text.strip() else "words" if len(text.split()) > 1 else "word",
        "with digits" if any(letter.isdigit() for letter in text) else "",
        "with signs" if any(not letter.isalnum() and not letter.isspace() for letter in text) else "",
        "" if text.isascii() else "not ascii",
    ]
    return " ".join(part for part in parts if part)
