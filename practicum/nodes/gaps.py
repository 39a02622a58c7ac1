"""Gaps: what was not tried of a tool, and what fails, in a few lines that steer imagination."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar

from practicum.hostile import holds_redacted, instruction_like
from practicum.nodes.coverage_records import ParameterCoverage, ToolCoverage

MOST_GAPS = 4
NAMES_A_LINE = 3
LEAST_REFUSED = 2
"""A parameter fails when so many calls with it, and half of them, were refused because of it."""

T = TypeVar("T")


def gaps(found: ToolCoverage) -> tuple[str, ...]:
    """Return at most `MOST_GAPS` lines, one of each kind first; none while nothing was tried.

    Where there are more than are shown, each trial brings others to light.
    """
    if not found.calls:
        return ()
    turn = found.trials
    kinds = [_failing(found), _never_given(found, turn), _untried(found, turn), _apart(found, turn)]
    first = [line for kind in kinds for line in islice(kind, 1)]
    lines = (line for line in chain(first, *kinds) if _may_be_shown(line))
    return tuple(islice(lines, MOST_GAPS))


def _failing(found: ToolCoverage) -> Iterator[str]:
    failing = [each for each in found.parameters if _fails(each)]
    for each in sorted(failing, key=lambda each: -each.refused / each.given):
        yield f"failing: {each.name} was refused in {each.refused} of {each.given} calls"


def _fails(each: ParameterCoverage) -> bool:
    return each.refused >= LEAST_REFUSED and 2 * each.refused >= each.given


def _never_given(found: ToolCoverage, turn: int) -> Iterator[str]:
    names = [each.name for each in found.parameters if not each.given]
    if names:
        yield f"never given: {', '.join(_turned(names, turn)[:NAMES_A_LINE])}"


def _untried(found: ToolCoverage, turn: int) -> Iterator[str]:
    """Values of parameters that were given: of the others every value is untried."""
    open_ones = [each for each in found.parameters if each.given and each.untried]
    for each in _turned(open_ones, turn):
        yield f"{each.name}, values never given: {', '.join(_turned(each.untried, turn)[:NAMES_A_LINE])}"


def _apart(found: ToolCoverage, turn: int) -> Iterator[str]:
    for one, other in _turned(found.apart, turn)[:1]:
        yield f"never together: {one} and {other}"


def _turned(items: Sequence[T], turn: int) -> list[T]:
    start = turn % len(items) if items else 0
    return [*items[start:], *items[:start]]


def _may_be_shown(line: str) -> bool:
    return not holds_redacted(line) and instruction_like(line) is None
