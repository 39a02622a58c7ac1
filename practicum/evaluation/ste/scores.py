"""The figures of a prediction file: rates with denominators, strict and lenient, whole and per tool."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from practicum.evaluation.statistics.proportions import Proportion, count
from practicum.evaluation.ste.agreement import LevelAgreement, agreements
from practicum.evaluation.ste.arguments import Level, level_of
from practicum.evaluation.ste.data import SteItem
from practicum.evaluation.ste.published import Published, cached, recomputed
from practicum.evaluation.ste.reading import Reading, read_lenient, read_strict
from practicum.records import JsonObject, Record


class SteFigures(Record):
    """The figures of a set of items, under one way of reading replies. Every item expects one call."""

    n: int
    well_formed: Proportion
    """Of all items: a call can be read."""
    no_call: Proportion
    """Of all items: the reply is a final answer without a call, which is wrong."""
    tool_match: Proportion
    """Of all items: the call names exactly the right tool."""
    tool_match_of_well_formed: Proportion
    correct: Proportion
    """Of all items: the right tool, and arguments equal as JSON."""
    correct_nonempty: Proportion
    """Of the items that expect at least one argument; likewise below."""
    correct_equivalent: Proportion
    """The same but for case, punctuation and spelling."""
    correct_equivalent_nonempty: Proportion
    correct_similar: Proportion
    """They would likely do: see `Level.SIMILAR`. To compare with a chat model's verdicts, not to report."""
    correct_similar_nonempty: Proportion
    no_call_correct: Proportion
    """Of no item: none expects that no call is made. Here for the one shape that all figures have."""


class StePair(Record):
    """The same replies, read in two ways."""

    strict: SteFigures
    lenient: SteFigures


class SteScores(StePair):
    """The figures of a file."""

    per_tool: dict[str, StePair]
    repeated: int
    """Items whose query stood under the same tool before; they are counted like the others."""
    cached: Published | None
    """What the labels in the file come to; None where it has none."""
    compat: Published | None
    """The published form computed from the replies: strict reading, an unknown tool taken for the closest
    one, tool match of the well-formed calls; correct from the labels. None where it was not asked for."""
    agreement: dict[str, LevelAgreement]
    """By level, where a chat model's verdicts stand in the file."""

    def figures(self) -> JsonObject:
        """Return everything, JSON-ready."""
        return self.model_dump(mode="json")


@dataclass(frozen=True)
class _Read:
    """How one item went under one way of reading."""

    reading: Reading
    tool: bool
    level: Level

    def correct(self, least: Level) -> bool:
        return self.tool and self.level >= least


@dataclass(frozen=True)
class _Compared:
    item: SteItem
    strict: _Read
    lenient: _Read


def score_ste(items: Sequence[SteItem], *, compat: bool = False) -> SteScores:
    """Score predictions; ``compat`` adds the figures in the form in which the paper publishes them."""
    compared = [_compared(item) for item in items]
    by_tool: dict[str, list[_Compared]] = {item.tool: [] for item in items}
    for one in compared:
        by_tool[one.item.tool].append(one)
    return SteScores(
        **_pair(compared).__dict__,
        per_tool={tool: _pair(listed) for tool, listed in by_tool.items()},
        repeated=len(items) - len({(item.tool, item.query) for item in items}),
        cached=cached(items),
        compat=recomputed(items, [one.strict.reading for one in compared]) if compat else None,
        agreement=agreements(
            (one.strict.level, bool(one.item.labels.args_correct))
            for one in compared
            if one.item.labels.judged and one.item.labels.args_correct is not None
        ),
    )


def _compared(item: SteItem) -> _Compared:
    strict = read_strict(item.output)
    lenient = read_lenient(item.output)
    first = _read(item, strict)
    return _Compared(item, first, first if lenient == strict else _read(item, lenient))


def _read(item: SteItem, reading: Reading) -> _Read:
    if reading.call is None:
        return _Read(reading, tool=False, level=Level.WRONG)
    level = level_of(item.arguments, reading.call.arguments)
    return _Read(reading, tool=reading.call.name == item.tool, level=level)


def _pair(compared: Sequence[_Compared]) -> StePair:
    nonempty = [bool(one.item.arguments) for one in compared]
    return StePair(
        strict=_figures([one.strict for one in compared], nonempty),
        lenient=_figures([one.lenient for one in compared], nonempty),
    )


def _figures(read: Sequence[_Read], nonempty: Iterable[bool]) -> SteFigures:
    asking = [one for one, asks in zip(read, nonempty, strict=True) if asks]
    return SteFigures(
        n=len(read),
        well_formed=count([one.reading.call is not None for one in read]),
        no_call=count([one.reading.no_call for one in read]),
        tool_match=count([one.tool for one in read]),
        tool_match_of_well_formed=count([one.tool for one in read if one.reading.call is not None]),
        correct=_correct(read, Level.EXACT),
        correct_nonempty=_correct(asking, Level.EXACT),
        correct_equivalent=_correct(read, Level.EQUIVALENT),
        correct_equivalent_nonempty=_correct(asking, Level.EQUIVALENT),
        correct_similar=_correct(read, Level.SIMILAR),
        correct_similar_nonempty=_correct(asking, Level.SIMILAR),
        no_call_correct=count([]),
    )


def _correct(read: Sequence[_Read], least: Level) -> Proportion:
    return count([one.correct(least) for one in read])
