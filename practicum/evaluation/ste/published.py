"""Figures in the form in which the STE paper publishes them, from labels and from replies."""

from __future__ import annotations

from collections.abc import Sequence

from practicum.evaluation.statistics.proportions import Proportion, count
from practicum.evaluation.ste.data import SteItem
from practicum.evaluation.ste.names import KnownNames
from practicum.evaluation.ste.reading import Reading
from practicum.records import Record


class Published(Record):
    """Well-formed of all items, tool match of the well-formed ones, correct of all items."""

    n: int
    """Items; those that carry labels, where the figures are made from labels."""
    well_formed: Proportion
    tool_match_of_well_formed: Proportion
    correct: Proportion | None
    """None where an item that needs the label ``args_correct`` lacks it."""


def cached(items: Sequence[SteItem]) -> Published | None:
    """Return what the labels in the file come to; None where no item has been labelled."""
    labelled = [item for item in items if item.labels.err is not None]
    readable = [item for item in labelled if not item.labels.err and not item.labels.no_call]
    if not labelled:
        return None
    return Published(
        n=len(labelled),
        well_formed=Proportion(k=len(readable), n=len(labelled)),
        tool_match_of_well_formed=count([bool(item.labels.api_match) for item in readable]),
        correct=_correct(labelled, [item.labels.api_match is True for item in labelled]),
    )


def recomputed(items: Sequence[SteItem], readings: Sequence[Reading]) -> Published:
    """Return well-formed and tool match from the strict readings; an unknown name is the closest one.

    Whether arguments are correct is taken from the labels: the reference asked a chat model, in part.
    """
    known = KnownNames(item.tool for item in items)
    matches = [
        reading.call is not None and known.means(reading.call.name, item.tool)
        for item, reading in zip(items, readings, strict=True)
    ]
    called = [reading.call is not None for reading in readings]
    return Published(
        n=len(items),
        well_formed=count(called),
        tool_match_of_well_formed=count([match for match, call in zip(matches, called, strict=True) if call]),
        correct=_correct(items, matches),
    )


def _correct(items: Sequence[SteItem], matches: Sequence[bool]) -> Proportion | None:
    labels = [
        item.labels.args_correct if match else False for item, match in zip(items, matches, strict=True)
    ]
    if None in labels:
        return None
    return count([bool(label) for label in labels])
