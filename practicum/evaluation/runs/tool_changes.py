"""How the items of each tool went with one arm, against another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from practicum.evaluation.scores import ItemResult
from practicum.evaluation.statistics.paired import holm, mcnemar
from practicum.evaluation.statistics.power import ALPHA
from practicum.evaluation.statistics.proportions import Proportion, count
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
    judged = _judgeable({tool: len(found) for tool, found in flags.items()})
    counted = {
        tool: (found.count((False, True)), found.count((True, False))) for tool, found in flags.items()
    }
    ps = dict(zip(judged, holm([mcnemar(*counted[tool]) for tool in judged]), strict=True))
    for tool, found in flags.items():
        yield ToolChange(
            tool=tool,
            a=count([a for a, _ in found]),
            b=count([b for _, b in found]),
            wins=counted[tool][0],
            losses=counted[tool][1],
            p=ps.get(tool),
        )


def _judgeable(sizes: Mapping[str, int]) -> list[str]:
    """The tools with items enough that a change of all would be evidence; only those need a correction.

    Source: R. E. Tarone, A modified Bonferroni method for discrete data, Biometrics 46 (1990). The least p
    of n items is that of all changed: 2 / 2**n.
    """
    for most in range(1, len(sizes) + 1):
        family = [tool for tool, n in sizes.items() if min(1.0, 2 * 0.5**n) * most < ALPHA]
        if len(family) <= most:
            return family
    return []


def _won_and_lost(flags: Sequence[tuple[bool, bool]]) -> tuple[int, int]:
    return flags.count((False, True)), flags.count((True, False))
