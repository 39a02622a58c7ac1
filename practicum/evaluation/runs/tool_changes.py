"""How the items of each tool went with one arm, against another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from practicum.evaluation.scores import ItemResult
from practicum.evaluation.statistics.paired import of_pairs
from practicum.evaluation.statistics.proportions import Proportion, count
from practicum.evaluation.statistics.several import corrected
from practicum.records import Record


class ToolChange(Record):
    """How the items of one tool went, strictly judged."""

    tool: str
    a: Proportion
    b: Proportion
    wins: int
    losses: int
    p: float | None
    """Two-sided exact test with Holm's correction for the number of tools; None where the tool has so few
    items that even a change of all would be no evidence."""


def tool_changes(
    pairs: Sequence[tuple[ItemResult, ItemResult]], clusters: Mapping[str, str] | None = None
) -> Iterator[ToolChange]:
    """Yield how each tool's items went.

    Args:
        pairs: The results of both arms; none of them broken.
        clusters: The cluster of an item, by its id; others stand for themselves.
    """
    whole = clusters or {}
    flags: dict[str, list[tuple[bool, bool]]] = {}
    members: dict[str, list[str]] = {}
    for a, b in pairs:
        for tool in a.tools:
            flags.setdefault(tool, []).append((a.strict, b.strict))
            members.setdefault(tool, []).append(whole.get(a.id, a.id))
    tests = {tool: of_pairs(flags[tool], clusters=members[tool]) for tool in sorted(flags)}
    ps = corrected(tests)
    for tool, test in tests.items():
        found = flags[tool]
        yield ToolChange(
            tool=tool,
            a=count([a for a, _ in found]),
            b=count([b for _, b in found]),
            wins=test.wins,
            losses=test.losses,
            p=ps.get(tool),
        )
