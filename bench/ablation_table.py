"""Variants of the method side by side: the figures of each, and a Markdown table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from practicum.evaluation.scores import ItemStatus, Scores
from practicum.evaluation.statistics.paired import paired
from practicum.evaluation.statistics.proportions import Proportion, count
from practicum.records import Record

BASE = "base"
"""Nothing learned."""
FULL = "full method"


class Variant(Record):
    """One way to explore, and what came of it."""

    name: str
    measured: str
    """Tells measurements of the same exploration apart."""
    trials: int = 0
    """Broken ones are not in it."""
    broken: int = 0
    solved: int = 0
    distinct: dict[str, float] = Field(default_factory=dict)
    """Shares of the trials that are new; see `bench.diversity.distinct_shares`."""
    prompt_tokens: int = 0
    kept: int = 0
    """Trials that became demonstrations."""
    set_apart: int = 0
    """Trials that passed the filter, but are kept for deciding and testing."""
    rephrased: int = 0
    """Other ways to say what was kept."""
    scores: dict[str, Scores]
    """By what is said of grounding in an arm's name."""
    seconds: dict[str, float]
    """Wall-clock, by what was done."""

    def correct(self, grounded: str) -> Proportion:
        """Right tool and arguments, of the items that expect a call."""
        return _correct(self.scores[grounded], calls=True)

    def no_call(self, grounded: str) -> Proportion:
        """No call, of the items that expect none."""
        return _correct(self.scores[grounded], calls=False)

    def figures(self) -> dict[str, Any]:
        """Return everything but the results of single items, JSON-ready."""
        scores = {grounded or "free": found.figures() for grounded, found in self.scores.items()}
        return {**self.model_dump(mode="json", exclude={"scores", "measured"}), "scores": scores}


def _correct(scores: Scores, *, calls: bool) -> Proportion:
    scored = [each for each in scores.results if each.status is not ItemStatus.BROKEN]
    return count([each.strict for each in scored if each.expects_call is calls])


def markdown(variants: Sequence[Variant]) -> str:
    """Return the table of variants, with the paired differences against the full method."""
    groundings = list(variants[0].scores)
    full = next((each for each in variants if each.name == FULL), None)
    head = ["variant", "trials", "solved", "kept (set apart)", "new queries", "new calls", "tokens a trial"]
    for grounded in groundings:
        head += [f"correct{grounded} ({_counted(variants[0].correct(grounded))})", "against the full method"]
        head += [f"no call{grounded} ({_counted(variants[0].no_call(grounded))})"]
    rows = [[*_practised(each), *_measured(each, full, groundings), _minutes(each)] for each in variants]
    lines = [[*head, "minutes"], ["---"] * (len(head) + 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + f"\n\n{LEGEND}"


LEGEND = """Percentages; in brackets 95 % intervals (Wilson; of differences, on the same queries, Wald with
Bonett and Price's adjustment). New: the share of trials with a query that resembles no earlier one (cosine
below 0.95), or with another call. Tokens are those of prompts. One run each."""


def _practised(variant: Variant) -> list[str]:
    if not variant.trials:
        return [variant.name, *["-"] * 6]
    return [
        variant.name,
        f"{variant.trials}" + (f" (+ {variant.broken} broken)" if variant.broken else ""),
        _rate(Proportion(k=variant.solved, n=variant.trials)),
        f"{variant.kept} ({variant.set_apart})",
        f"{100 * variant.distinct['distinct_meaning']:.0f}",
        f"{100 * variant.distinct['distinct_calls']:.0f}",
        f"{variant.prompt_tokens / variant.trials:,.0f}",
    ]


def _measured(variant: Variant, full: Variant | None, groundings: Sequence[str]) -> list[str]:
    cells = []
    for grounded in groundings:
        cells += [_interval(variant.correct(grounded)), _difference(variant, full, grounded)]
        cells += [_rate(variant.no_call(grounded))]
    return cells


def _difference(variant: Variant, full: Variant | None, grounded: str) -> str:
    if full is None or full is variant:
        return "-"
    found = paired(*(_calls_only(each.scores[grounded]) for each in (full, variant)))
    if found.difference is None or found.low is None or found.high is None:
        return "-"
    return f"{100 * found.difference:+.0f} ({100 * found.low:+.0f} to {100 * found.high:+.0f})"


def _calls_only(scores: Scores) -> Scores:
    return scores.model_copy(update={"results": tuple(each for each in scores.results if each.expects_call)})


def _interval(rate: Proportion) -> str:
    if rate.low is None or rate.high is None:
        return "-"
    return f"{_rate(rate)} ({100 * rate.low:.0f} to {100 * rate.high:.0f})"


def _rate(rate: Proportion) -> str:
    return "-" if rate.rate is None else f"{100 * rate.rate:.0f}"


def _counted(rate: Proportion) -> str:
    return f"n={rate.n}"


def _minutes(variant: Variant) -> str:
    return f"{sum(variant.seconds.values()) / 60:.1f}"
