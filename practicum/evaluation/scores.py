"""The figures of an arm: every rate with its denominator, strict and lenient, whole and per tool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from practicum.errors import DataError
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.matching import Match, Matcher
from practicum.evaluation.proportions import Proportion, count
from practicum.records import Item, JsonObject, Prediction, Record, ToolSpec


class Status(StrEnum):
    """Whether an item could be scored."""

    SCORED = "scored"
    MISSING = "missing"
    """No prediction: counted, and wrong."""
    BROKEN = "broken"
    """Infrastructure failed: left out of every figure."""


class ItemResult(Record):
    """How one item went; all flags are False when it is missing or broken."""

    id: str
    tools: tuple[str, ...]
    """The tools it expects, each once; empty when no call is expected."""
    empty_arguments: bool
    """It expects calls, all of them without arguments."""
    status: Status = Status.SCORED
    well_formed: bool = False
    tool: bool = False
    strict: bool = False
    lenient: bool = False
    why: str = ""
    """What is wrong, in words; empty when strict."""
    wrong: tuple[str, ...] = ()
    """``tool.argument`` for each argument whose meaning differs."""
    tokens: int | None = None
    """Prompt and completion tokens; None when not known."""
    seconds: float | None = None

    @property
    def expects_call(self) -> bool:
        """Whether a right answer makes a call."""
        return bool(self.tools)


class Figures(Record):
    """The figures of a set of items. Broken items are in none; missing ones count as wrong."""

    n: int
    """Items: those that expect a call and those that expect none."""
    well_formed: Proportion
    """Of all items: replies readable as one or more calls of known tools that all fit
    their schema, or, where no call is expected, a plain answer as well."""
    tool_match: Proportion
    """Of all items: the right tools in the right order, and no call where none is expected."""
    tool_match_of_well_formed: Proportion
    """The same, of the well-formed replies only (the denominator of the STE paper)."""
    correct: Proportion
    """Of all items: right tools and right arguments, and no call where none is expected."""
    correct_nonempty: Proportion
    """Of the items that expect a call with at least one argument."""
    no_call_correct: Proportion
    """Of the items that expect no call: none was made."""
    tokens_per_query: float | None = None
    """Mean over the items whose tokens are known; None when there are none."""
    seconds_per_query: float | None = None
    """Mean over the items whose time is known; None when there are none."""


class Pair(Record):
    """The same items, judged twice. Only ``correct`` figures differ between the two."""

    strict: Figures
    lenient: Figures


class Scores(Pair):
    """One arm's figures for the whole and per tool, with the results they were made from."""

    per_tool: dict[str, Pair]
    """An item stands under every tool it expects; items without calls stand under none."""
    broken: int
    """Items left out because infrastructure failed."""
    missing: int
    """Items without a prediction, counted as wrong."""
    results: tuple[ItemResult, ...]
    """In the order of the items."""

    def figures(self) -> JsonObject:
        """Return everything but the results of single items, JSON-ready."""
        return self.model_dump(mode="json", exclude={"results"})


def score(
    items: Sequence[Item], predictions: Iterable[Prediction | Attempted], specs: Sequence[ToolSpec]
) -> Scores:
    """Score predictions of ``items``; an `Attempted` also tells what it cost and whether it broke.

    Raises:
        DataError: For an id that stands twice or that no item has.
        SetupError: If a tool's own schema is not a valid JSON Schema.
    """
    attempts = _by_id(items, predictions)
    matcher = Matcher(specs)
    return summarise([_result(item, attempts.get(item.id), matcher) for item in items])


def summarise(results: Sequence[ItemResult]) -> Scores:
    """Return the figures of the results of single items."""
    tools = sorted({tool for result in results for tool in result.tools})
    return Scores(
        **_pair(results).__dict__,
        per_tool={tool: _pair([result for result in results if tool in result.tools]) for tool in tools},
        broken=sum(result.status is Status.BROKEN for result in results),
        missing=sum(result.status is Status.MISSING for result in results),
        results=tuple(results),
    )


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
    )
    if attempt is None:
        return expects.model_copy(update={"status": Status.MISSING, "why": "there is no prediction"})
    if attempt.broken is not None:
        return expects.model_copy(update={"status": Status.BROKEN, "why": attempt.broken})
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


def _pair(results: Sequence[ItemResult]) -> Pair:
    return Pair(
        strict=_figures(results, lambda result: result.strict),
        lenient=_figures(results, lambda result: result.lenient),
    )


def _figures(results: Sequence[ItemResult], correct: Callable[[ItemResult], bool]) -> Figures:
    counted = [result for result in results if result.status is not Status.BROKEN]
    nonempty = [result for result in counted if result.expects_call and not result.empty_arguments]
    no_call = [result for result in counted if not result.expects_call]
    return Figures(
        n=len(counted),
        well_formed=count([result.well_formed for result in counted]),
        tool_match=count([result.tool for result in counted]),
        tool_match_of_well_formed=count([result.tool for result in counted if result.well_formed]),
        correct=count([correct(result) for result in counted]),
        correct_nonempty=count([correct(result) for result in nonempty]),
        no_call_correct=count([correct(result) for result in no_call]),
        tokens_per_query=_mean([result.tokens for result in counted]),
        seconds_per_query=_mean([result.seconds for result in counted]),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
