"""How the items of each tool went with one arm, against another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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


def tool_changes(pairs: Sequence[tuple[ItemResult, ItemResult]]) -> Iterator[ToolChange]:
    """Yield how each tool's items went, given the results of both arms; none of them broken."""
    tools = sorted({tool for a, _ in pairs for tool in a.tools})
    flags = {tool: [(a.strict, b.strict) for a, b in pairs if tool in a.tools] for tool in tools}
    tests = {tool: of_pairs(found) for tool, found in flags.items()}
    ps = corrected(tests)
    for tool, found in flags.items():
        yield ToolChange(
            tool=tool,
            a=count([a for a, _ in found]),
            b=count([b for _, b in found]),
            wins=tests[tool].wins,
            losses=tests[tool].losses,
            p=ps.get(tool),
        )
