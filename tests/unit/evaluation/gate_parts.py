"""A champion and a candidate, by who is right about which query, and how the gate judges them."""

from __future__ import annotations

from collections.abc import Sequence

from practicum.evaluation.gate import GateVerdict, judge_candidate
from practicum.evaluation.scores import ItemResult, ItemStatus, Scores, summarise
from practicum.records import Item, ToolCall

Row = tuple[str, bool, bool]
"""Tool (empty: no call is needed), whether the champion is right, whether the candidate is."""


def items(rows: Sequence[Row]) -> list[Item]:
    return [
        Item(id=str(number), query=f"q{number}", expected=(ToolCall(name=tool),) if tool else ())
        for number, (tool, _, _) in enumerate(rows)
    ]


def scores(rows: Sequence[Row], side: int, broken: int = 0) -> Scores:
    """One side's scores; the last ``broken`` items broke."""
    return summarise(
        [
            ItemResult(
                id=str(number),
                tools=(row[0],) if row[0] else (),
                empty_arguments=False,
                status=ItemStatus.BROKEN if number >= len(rows) - broken else ItemStatus.SCORED,
                strict=bool(row[side]) and number < len(rows) - broken,
                lenient=bool(row[side]),
            )
            for number, row in enumerate(rows)
        ]
    )


def judge(
    rows: Sequence[Row], *, broken: int = 0, min_gain: float = 0.0, overlapping: int = 0
) -> GateVerdict:
    return judge_candidate(
        scores(rows, 1),
        scores(rows, 2, broken),
        items=items(rows),
        min_gain=min_gain,
        overlapping=overlapping,
    )


def rows(tool: str, both: int = 0, wins: int = 0, losses: int = 0, neither: int = 0) -> list[Row]:
    return [
        *[(tool, True, True)] * both,
        *[(tool, False, True)] * wins,
        *[(tool, True, False)] * losses,
        *[(tool, False, False)] * neither,
    ]
