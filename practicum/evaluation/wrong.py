"""The items an arm got wrong, with what it did, and where to look next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.scores import ItemStatus, Scores
from practicum.records import Item, Prediction, Record, ToolCall


class WrongItem(Record):
    """One item that is not correct, and why."""

    id: str
    query: str
    expected: tuple[ToolCall, ...]
    calls: tuple[ToolCall, ...]
    raw: str = ""
    """The reply as text, where the model gave one."""
    why: str
    lenient: bool
    """It means the right thing, in another spelling."""


def wrong_items(
    items: Iterable[Item], predictions: Iterable[Prediction | Attempted], scores: Scores
) -> tuple[WrongItem, ...]:
    """Return the items that are not strictly correct, in their order; broken ones are left out."""
    results = {result.id: result for result in scores.results}
    replies = {given.id: given.prediction if isinstance(given, Attempted) else given for given in predictions}
    wrong = [
        item
        for item in items
        if (result := results[item.id]).status is not ItemStatus.BROKEN and not result.strict
    ]
    return tuple(
        WrongItem(
            id=item.id,
            query=item.query,
            expected=item.expected,
            calls=replies[item.id].calls if item.id in replies else (),
            raw=replies[item.id].raw if item.id in replies else "",
            why=results[item.id].why,
            lenient=results[item.id].lenient,
        )
        for item in wrong
    )


def where_to_look(scores: Scores, *, limit: int = 6) -> tuple[str, ...]:
    """Return the weak spots of an arm in words, the heaviest first, at most ``limit``."""
    return tuple(words for _, words in sorted(_weak_spots(scores), key=lambda spot: -spot[0])[:limit])


def _weak_spots(scores: Scores) -> Iterator[tuple[int, str]]:
    """Yield how many items a weak spot costs, and what it is."""
    counted = [result for result in scores.results if result.status is ItemStatus.SCORED]
    calls = [result for result in counted if result.expects_call]
    readable = [result for result in calls if result.well_formed]
    if scores.broken:
        # First whatever its size: until then the figures are of fewer items.
        yield len(scores.results), f"broken and not scored: {_items(scores.broken)}; run them again"
    if scores.missing:
        yield scores.missing, f"without a prediction: {_items(scores.missing)}; the run is not complete"
    if other := sum(result.lenient and not result.strict for result in counted):
        yield other, f"right in another spelling: {_items(other)}; notes on formats may help"
    if ill := len(calls) - len(readable):
        yield ill, f"no well-formed call: {_items(ill)}; decode under the tool's schema"
    if needless := sum(not result.tool for result in counted if not result.expects_call):
        yield needless, f"a call where none is needed: {_items(needless)}; learn from examples without one"
    for argument, times in _most(name for result in calls for name in result.wrong):
        yield times, f"{argument} is wrong: {_items(times)}; practise it"
    for tools, times in _most(", ".join(result.tools) for result in readable if not result.tool):
        yield times, f"another tool instead of {tools}: {_items(times)}; teach what tells them apart"


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _most(names: Iterable[str]) -> Sequence[tuple[str, int]]:
    """Return the three most frequent names, ties in alphabetical order."""
    return sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))[:3]
