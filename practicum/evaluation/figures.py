"""The figures of an arm: every rate with its denominator, strict and lenient, whole and per tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from practicum.evaluation.results import ItemResult, ItemStatus
from practicum.evaluation.statistics.means import mean_of_known
from practicum.evaluation.statistics.proportions import Proportion, count
from practicum.records import JsonObject, Record

IF_ASKED = frozenset({"judged", "judging", "same_result", "execution", "clean", "leaked"})
"""Figures that are left out of what is printed where nobody asked for them."""


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
    no_tool_needed_correct: Proportion
    """The same, of those where no tool is needed."""
    missing_argument_correct: Proportion
    """The same, of those where an argument is missing, which must be asked for."""
    clean: Proportion | None = None
    """Correct, of the items that nothing learned contains; None where nobody looked for those."""
    tokens_per_query: float | None = None
    """Mean over the items whose tokens are known; None when there are none."""
    seconds_per_query: float | None = None
    """Mean over the items whose time is known; None when there are none. Of a measurement it is
    wall time divided by items, many of them side by side (`SharedClock`): not how long one is waited for."""


class Pair(Record):
    """The same items, judged in several ways. Only ``correct`` figures differ between them."""

    strict: Figures
    lenient: Figures
    judged: Figures | None = None
    """A judge decided where the lenient comparison was unsure; None where none was asked. Items on which it
    failed are in none of these figures."""
    same_result: Proportion | None = None
    """Of the items whose expected calls could be executed: what was called returned the same. None where
    nothing was executed."""


class Judging(Record):
    """What a judge was asked about one arm, and said. Nothing is known of how right it is."""

    judge: str
    """The judge model's spec."""
    asked: int
    """Items that were unsure."""
    same: int
    """... of which it says that both calls ask for the same."""
    different: int
    not_judged: int
    """... on which it failed: in none of the judged figures."""


class Execution(Record):
    """What became of one arm's items when calls were executed."""

    executed: int
    """Items whose results could be compared."""
    left_out: dict[str, int]
    """Items by the reason why they could not be."""


class Scores(Pair):
    """One arm's figures for the whole and per tool, with the results they were made from."""

    per_tool: dict[str, Pair]
    """An item stands under every tool it expects; items without calls stand under none."""
    broken: int
    """Items left out because infrastructure failed."""
    missing: int
    """Items without a prediction, counted as wrong."""
    unsure: int = 0
    """Items that are wrong unless a judge says that their free texts say the same."""
    leaked: int | None = None
    """Items that something learned contains; None where nobody looked."""
    judging: Judging | None = None
    execution: Execution | None = None
    results: tuple[ItemResult, ...]
    """In the order of the items."""

    def figures(self) -> JsonObject:
        """Return everything but the results of single items, and what nobody asked for, JSON-ready."""
        shown: JsonObject = _asked(self.model_dump(mode="json", exclude={"results"}))
        return shown


def summarise(
    results: Sequence[ItemResult], *, judging: Judging | None = None, execution: Execution | None = None
) -> Scores:
    """Return the figures of the results of single items."""
    tools = sorted({tool for result in results for tool in result.tools})
    asked = {"judged": judging is not None, "executed": execution is not None}
    leaks = [result.leaked for result in results if result.leaked is not None]
    return Scores(
        **_pair(results, **asked).__dict__,
        per_tool={
            tool: _pair([result for result in results if tool in result.tools], **asked) for tool in tools
        },
        broken=sum(result.status is ItemStatus.BROKEN for result in results),
        missing=sum(result.status is ItemStatus.MISSING for result in results),
        unsure=sum(result.unsure for result in results),
        leaked=sum(leaks) if leaks else None,
        judging=judging,
        execution=execution,
        results=tuple(results),
    )


def _pair(results: Sequence[ItemResult], *, judged: bool, executed: bool) -> Pair:
    decided = [result for result in results if not result.unsure or result.verdict is not None]
    compared = [result.same_result for result in results if result.same_result is not None]
    return Pair(
        strict=_figures(results, lambda result: result.strict),
        lenient=_figures(results, lambda result: result.lenient),
        judged=_figures(decided, lambda result: result.judged) if judged else None,
        same_result=count(compared) if executed else None,
    )


def _figures(results: Sequence[ItemResult], correct: Callable[[ItemResult], bool]) -> Figures:
    counted = [result for result in results if result.status is not ItemStatus.BROKEN]
    nonempty = [result for result in counted if result.expects_call and not result.empty_arguments]
    no_call = [result for result in counted if not result.expects_call]
    looked = any(result.leaked is not None for result in results)
    return Figures(
        n=len(counted),
        well_formed=count([result.well_formed for result in counted]),
        tool_match=count([result.tool for result in counted]),
        tool_match_of_well_formed=count([result.tool for result in counted if result.well_formed]),
        correct=count([correct(result) for result in counted]),
        correct_nonempty=count([correct(result) for result in nonempty]),
        no_call_correct=count([correct(result) for result in no_call]),
        no_tool_needed_correct=count([correct(result) for result in no_call if result.why_none is None]),
        missing_argument_correct=count([correct(result) for result in no_call if result.why_none]),
        clean=count([correct(result) for result in counted if result.leaked is False]) if looked else None,
        tokens_per_query=mean_of_known([result.tokens for result in counted]),
        seconds_per_query=mean_of_known([result.seconds for result in counted]),
    )


def _asked(figures: Any) -> Any:
    if not isinstance(figures, dict):
        return figures
    return {
        name: _asked(value) for name, value in figures.items() if value is not None or name not in IF_ASKED
    }
