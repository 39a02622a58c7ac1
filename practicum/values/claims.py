"""Claims: how much of what a text says is what a tool's arguments are made of.

Of "Which region is BR-BA?" a tool that takes countries could use two letters, and one that takes regions the
whole code: what a tool would leave unread speaks against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from practicum.records import ToolSpec
from practicum.values.detection import detect
from practicum.values.registry import get
from practicum.values.spans import MAX_CHARS

_OPEN = frozenset({"text", "identifier", "boolean"})
"""Formats that nearly anything may have: that they could take a word says nothing."""


def claimed(specs: Sequence[ToolSpec], text: str) -> dict[str, float]:
    """Return, by tool, what share of the values in ``text`` are of the formats that its arguments have.

    Values are those that some of the tools could take, counted by their characters; the share is from 0 to 1,
    and 1 where the text holds none. A tool that takes free text alone has the mean of the others.

    Args:
        specs: The tools to choose from.
        text: The query; no more of it than `MAX_CHARS` is read.
    """
    taken = {spec.name: _formats(spec) for spec in specs}
    every = _places(frozenset().union(*(taken[spec.name] or () for spec in specs)), text)
    shares = {
        name: len(every & _places(formats, text)) / len(every) if every else 1.0
        for name, formats in taken.items()
        if formats is not None
    }
    usual = sum(shares.values()) / len(shares) if shares else 1.0
    return {spec.name: shares.get(spec.name, usual) for spec in specs}


def _formats(spec: ToolSpec) -> frozenset[str] | None:
    """The formats of a tool's arguments; None for one that takes free text and nothing else."""
    found = {detect(name, schema) for name, schema in spec.properties.items()}
    if found and found <= _OPEN:
        return None
    return frozenset(name for name in found - _OPEN if name is not None)


def _places(formats: Collection[str], text: str) -> frozenset[int]:
    return frozenset().union(*(_places_of(name, text[:MAX_CHARS]) for name in formats))


@lru_cache(maxsize=512)
def _places_of(name: str, text: str) -> frozenset[int]:
    """Where ``text`` holds values of a format, as positions of characters."""
    return frozenset(_characters((span.start, span.end) for span in get(name).resolve(text)))


def _characters(spans: Iterable[tuple[int, int]]) -> Iterable[int]:
    for start, end in spans:
        yield from range(start, end)
