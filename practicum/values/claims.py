"""Claims: how much of what a text says is what a tool's arguments are made of.

Of "Which region is BR-BA?" a tool that takes countries could use two letters, and one that takes regions the
whole code: what a tool would leave unread speaks against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from practicum.records import ToolSpec
from practicum.values.detection import detect
from practicum.values.registry import get, remembered
from practicum.values.spans import MAX_CHARS

_OPEN = frozenset({None, "text", "identifier", "boolean"})
"""Formats that nearly anything may have, and none: that they could take a word says nothing."""
_IDENTIFIER = "identifier"
"""What nearly any word may be; of what mixes letters and digits, as codes do, it says something."""


def claimed(specs: Sequence[ToolSpec], text: str) -> dict[str, float]:
    """Return, by tool, what share of the values in ``text`` are of the formats that its arguments have.

    Values are those that some of the tools could take, counted by their characters; the share is from 0 to 1,
    and 1 where the text holds none. A tool that takes free text, or what no format is known of, has at least
    the mean of the others: whatever is said may be for that.

    Args:
        specs: The tools to choose from.
        text: The query; no more of it than `MAX_CHARS` is read.
    """
    every = _places({name for spec in specs for name in _formats(spec)}, text)
    shares = {spec.name: len(_places(_formats(spec), text)) / len(every) if every else 1.0 for spec in specs}
    told = [shares[spec.name] for spec in specs if not _takes_anything(spec)]
    usual = sum(told) / len(told) if told else 1.0
    return {
        spec.name: max(shares[spec.name], usual) if _takes_anything(spec) else shares[spec.name]
        for spec in specs
    }


def _formats(spec: ToolSpec) -> frozenset[str]:
    """The formats of a tool's arguments."""
    found = {detect(name, schema) for name, schema in spec.properties.items()}
    return frozenset(name for name in found if name is not None and name not in _OPEN - {_IDENTIFIER})


def _takes_anything(spec: ToolSpec) -> bool:
    """Whether some argument takes more than values of a known format, yes or no, or one of a list."""
    return any(
        "enum" not in schema and detect(name, schema) in _OPEN - {"boolean"}
        for name, schema in spec.properties.items()
    )


def _places(formats: Collection[str], text: str) -> frozenset[int]:
    return frozenset().union(*(_places_of(name, text[:MAX_CHARS]) for name in formats))


@remembered(512)
def _places_of(name: str, text: str) -> frozenset[int]:
    """Where ``text`` holds values of a format, as positions of characters."""
    spans = [one for one in get(name).resolve(text) if name != _IDENTIFIER or _is_code(one.text)]
    return frozenset(_characters((one.start, one.end) for one in spans))


def _is_code(word: str) -> bool:
    return any(char.isalpha() for char in word) and any(char.isdigit() for char in word)


def _characters(spans: Iterable[tuple[int, int]]) -> Iterable[int]:
    for start, end in spans:
        yield from range(start, end)
