"""Scoring: each item's reply compared with its expected calls, and the figures of all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

from practicum.errors import DataError
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.figures import Figures, Pair, Scores, summarise
from practicum.evaluation.matching.matcher import Match, Matcher
from practicum.evaluation.results import ItemResult, ItemStatus, ResultPair
from practicum.records import Item, Prediction, ToolSpec

__all__ = [
    "Addition",
    "Figures",
    "ItemResult",
    "ItemStatus",
    "Pair",
    "Scores",
    "score",
    "sound_pairs",
    "summarise",
]

Addition = Callable[[Sequence[Item], Sequence[Attempted], Scores], Awaitable[Scores]]
"""What adds to the scores of an arm, once it has answered: a judge's verdicts, what execution returned."""


def score(
    items: Sequence[Item],
    predictions: Iterable[Prediction | Attempted],
    specs: Sequence[ToolSpec],
    *,
    leaked: Collection[str] | None = None,
) -> Scores:
    """Score predictions of ``items``; an `Attempted` also tells what it cost and whether it broke.

    Args:
        items: What was asked.
        predictions: At most one an item; items without one count as wrong.
        specs: The tools.
        leaked: Ids of the items that something learned contains; None where nobody looked.

    Raises:
        DataError: For an id that stands twice or that no item has.
        SetupError: If a tool's own schema is not a valid JSON Schema.
    """
    attempts = _by_id(items, predictions)
    matcher = Matcher(specs)
    results = [_result(item, attempts.get(item.id), matcher) for item in items]
    if leaked is not None:
        results = [each.model_copy(update={"leaked": each.id in leaked}) for each in results]
    return summarise(results)


def sound_pairs(a: Scores, b: Scores) -> list[ResultPair]:
    """Return the results of the same items in two arms, without those that broke in either."""
    other = {result.id: result for result in b.results}
    pairs = [(result, other[result.id]) for result in a.results]
    return [pair for pair in pairs if ItemStatus.BROKEN not in {each.status for each in pair}]


def _by_id(items: Sequence[Item], predictions: Iterable[Prediction | Attempted]) -> dict[str, Attempted]:
    fix = "score predictions against the data they were made from, one prediction an item"
    known = {item.id for item in items}
    if len(known) < len(items):
        raise DataError("two items have the same id", fix)
    found: dict[str, Attempted] = {}
    for given in predictions:
        attempt = given if isinstance(given, Attempted) else Attempted(prediction=given)
        if attempt.id not in known:
            raise DataError(f"there is a prediction for {attempt.id!r}, but no such item", fix)
        if attempt.id in found:
            raise DataError(f"there are two predictions for {attempt.id!r}", fix)
        found[attempt.id] = attempt
    return found


def _result(item: Item, attempt: Attempted | None, matcher: Matcher) -> ItemResult:
    expects = ItemResult(
        id=item.id,
        tools=tuple(dict.fromkeys(call.name for call in item.expected)),
        empty_arguments=bool(item.expected) and not any(call.arguments for call in item.expected),
        why_none=item.why_none,
    )
    if attempt is None:
        return expects.model_copy(update={"status": ItemStatus.MISSING, "why": "there is no prediction"})
    if attempt.broken is not None:
        return expects.model_copy(update={"status": ItemStatus.BROKEN, "why": attempt.broken})
    problem = _problem(item, attempt.prediction, matcher)
    match = matcher.match(item, attempt.prediction.calls)
    usage = attempt.usage
    judged = {
        "well_formed": problem is None,
        "tool": match.tool,
        "strict": match.strict,
        "lenient": match.lenient,
        "why": _why(problem, match),
        "wrong": match.wrong,
        "unsure": match.unsure,
        "tokens": usage.prompt_tokens + usage.completion_tokens if usage else None,
        "seconds": attempt.seconds,
    }
    return expects.model_copy(update=judged)


def _problem(item: Item, prediction: Prediction, matcher: Matcher) -> str | None:
    """Say why a reply is not well-formed, or None."""
    if item.expected and not prediction.calls:
        return "the reply holds no readable call"
    return next(filter(None, map(matcher.schemas.problem_of, prediction.calls)), None)


def _why(problem: str | None, match: Match) -> str:
    if match.strict or not problem:
        return match.why
    return f"{match.why} ({problem})" if match.why else problem
