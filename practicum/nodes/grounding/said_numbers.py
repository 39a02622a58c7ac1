"""Numbers as a text says them: what each is for each argument, and the words that stand beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from practicum.nodes.schema_parts import type_of, without_null
from practicum.records import ToolSpec

REACH = 6
"""Words from a number to those that are read beside it."""
BREAK = 2
"""Words that a comma, a bracket or "and" counts for."""
_WORD = re.compile(r"[^\W\d_]+|[,;:()]")
_IN_CODE = re.compile(r"[A-Za-z](?:\d*[-_/])?$")
"""What stands before a number that ends a code: CL-05 says no five."""
_BREAKS = frozenset({",", ";", "(", ")", "and"})


@dataclass(frozen=True)
class SaidNumber:
    """A number in a text, what it is for each argument, and the words beside it with their distance."""

    start: int
    end: int
    meant: Mapping[str, tuple[Any, ...]]
    """By argument: two hours are 120 for one that counts minutes."""
    near: Mapping[str, float]
    """By the stem of a word, how near it stands: 1 right beside the number."""
    said: tuple[Any, ...]

    is_article: bool
    """Whether it is the "a" of "a year", which may count nothing, or counts what another argument takes."""
    in_unit_of: frozenset[str]
    """The arguments that count in the very unit that the number is said in."""
    in_other_kind: frozenset[str]
    """The arguments that count in a unit of another kind: 200 litres are no degrees."""

    def is_in_unit_of(self, name: str) -> bool:
        """Whether the number is said in an argument's unit; if in no argument's, in one of the same kind."""
        return name in self.in_unit_of if self.in_unit_of else self.meant[name] != self.said


def counted_things(spec: ToolSpec, narrowed: ToolSpec, names: Sequence[str]) -> frozenset[str]:
    """The stems of what lists hold of the text: "two sofas" counts sofas, and nothing else."""
    from practicum import values
    from practicum.values.word_choice import common, stem

    others = [
        name
        for name, schema in narrowed.properties.items()
        if name not in names and type_of(without_null(schema)) == "array"
    ]
    chosen = [values.choices(narrowed.properties[name]) for name in others if name in spec.properties]
    words = (
        word for one in chosen for value in one for word in re.findall(r"[^\W\d_]+", str(value).casefold())
    )
    return frozenset(stem(word) for word in words if not common(word))


def said_numbers(
    spec: ToolSpec, names: Sequence[str], text: str, counted: Collection[str] = ()
) -> list[SaidNumber]:
    """Return the numbers of a text in the order in which they stand.

    Args:
        spec: The tool.
        names: Its arguments that take numbers.
        text: A query.
        counted: From `counted_things`.
    """
    from practicum import values
    from practicum.values.implied_units import in_own_unit, is_in_own_unit, kind_in_name, kind_said
    from practicum.values.slots import slot_of
    from practicum.values.word_choice import stem

    spans = [span for span in values.get("number").resolve(text) if not _IN_CODE.search(text, 0, span.start)]
    slots = {name: slot_of(name, spec.properties[name], "", spec.parameters) for name in names}
    meant = {name: in_own_unit(slot, spans, text) for name, slot in slots.items()}
    kinds = {name: kind_in_name(slot) for name, slot in slots.items()}
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    found = []
    for at, span in enumerate(spans):
        before, after = text[edges[2 * at] : span.start], text[span.end : edges[2 * at + 3]]
        near = _distances(reversed(_WORD.findall(before)))
        for word, nearness in _distances(_WORD.findall(after)).items():
            near[word] = max(nearness, near.get(word, 0.0))
        own = {name: one[at].values for name, one in meant.items()}
        units = frozenset(name for name, slot in slots.items() if is_in_own_unit(slot, span, text))
        behind = _WORD.search(after)
        is_count = behind is not None and stem(behind.group().casefold()) in counted
        is_article = is_count or span.text.casefold() in {"a", "an"}
        said = kind_said(span, text)
        others = frozenset(name for name in names if said and kinds[name] not in {None, said})
        found.append(SaidNumber(span.start, span.end, own, near, span.values, is_article, units, others))
    return found


def _distances(words: Iterable[str]) -> dict[str, float]:
    from practicum.values.word_choice import stem

    found: dict[str, float] = {}
    distance = 0
    for word in words:
        if word == ":":
            continue
        distance += BREAK if word.casefold() in _BREAKS else 1
        if distance > REACH:
            break
        found.setdefault(stem(word.casefold()), 1 / distance)
    return found
