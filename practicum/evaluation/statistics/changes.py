"""How groups of items changed between two arms, and which of them got worse by more than chance explains."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from practicum.evaluation.results import ResultPair
from practicum.evaluation.statistics.paired import holm
from practicum.evaluation.statistics.power import ALPHA
from practicum.evaluation.statistics.several import worth_testing
from practicum.records import Record, WhyNone

WHERE_NO_CALL: dict[WhyNone | None, str] = {
    None: "where none is needed",
    "missing_argument": "where an argument is missing and must be asked for",
}


class Change(Record):
    """How a group of items went with the candidate, against the champion."""

    name: str
    """The tool; of the queries that expect no call, where that is, and empty for all of them."""
    n: int
    wins: int
    """Items that only the candidate has right."""
    losses: int
    """Items that only the champion has right."""
    p: float
    """One-sided exact test: how often a candidate as good as the champion loses as many of those."""
    champion_right: int
    """Items that the champion has right."""

    def __str__(self) -> str:
        return f"{self.name} ({self.wins} won, {self.losses} lost of {self.n})".strip()


def judgeable(tools: Sequence[Change], alpha: float = ALPHA) -> list[Change]:
    """Return the tools with queries enough that the loss of all of them would be evidence, by itself.

    The others can't be found worse by mistake either, so that they need not weaken these tools' tests
    (`worth_testing`).
    """
    least = {place: 0.5**tool.n for place, tool in enumerate(tools)}
    return [tools[place] for place in worth_testing(least, alpha)]


def significantly_worse(tools: Sequence[Change], alpha: float = ALPHA) -> list[Change]:
    """Return those of the tools that got worse by more than chance explains, the clearest first.

    With `holm`'s correction for their number.
    """
    ranked = sorted(tools, key=lambda tool: (tool.p, tool.name))
    adjusted = holm([tool.p for tool in ranked])
    return [tool for tool, p in zip(ranked, adjusted, strict=True) if p < alpha]


def change(name: str, pairs: Sequence[ResultPair]) -> Change:
    """Return how the items of a group went, strictly."""
    right = [(before.strict, after.strict) for before, after in pairs]
    wins, losses = right.count((False, True)), right.count((True, False))
    return Change(
        name=name,
        n=len(right),
        wins=wins,
        losses=losses,
        p=_worse(wins, losses),
        champion_right=sum(before for before, _ in right),
    )


def no_call_changes(results: Sequence[ResultPair]) -> tuple[Change, list[Change]]:
    """Return how all queries that expect no call went, and those of each kind that has any."""
    pairs = [pair for pair in results if not pair[0].expects_call]
    kinds = [
        change(where, [pair for pair in pairs if pair[0].why_none == why])
        for why, where in WHERE_NO_CALL.items()
    ]
    return change("", pairs), [kind for kind in kinds if kind.n]


def over_called(no_call: Change, kinds: Sequence[Change], alpha: float) -> list[Change]:
    """Return the kinds of queries on which it calls too often; all together where no kind shows it alone."""
    worse = significantly_worse(judgeable(kinds, alpha), alpha)
    return worse or ([no_call] if no_call.p < alpha else [])


def _worse(wins: int, losses: int) -> float:
    """How often a fair coin gives at least as many losses."""
    changed = wins + losses
    return sum(comb(changed, count) for count in range(losses, changed + 1)) / (1 << changed)
