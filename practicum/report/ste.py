"""The figures of a prediction file as tables; computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from practicum.evaluation.statistics.proportions import Proportion
from practicum.evaluation.ste.published import Published
from practicum.evaluation.ste.scores import SteScores
from practicum.report import words
from practicum.report.tables import add_row, new_table

if TYPE_CHECKING:
    from rich.table import Table

_LEVELS = {"exact": "equal arguments", "equivalent": "same meaning", "similar": "would likely do"}
_ROWS = {
    "well-formed": "well_formed",
    "right tool": "tool_match",
    "right tool, of well-formed": "tool_match_of_well_formed",
    f"correct ({_LEVELS['exact']})": "correct",
    f"correct ({_LEVELS['equivalent']})": "correct_equivalent",
    f"correct ({_LEVELS['similar']})": "correct_similar",
    f"correct, non-empty ({_LEVELS['exact']})": "correct_nonempty",
    f"correct, non-empty ({_LEVELS['equivalent']})": "correct_equivalent_nonempty",
    f"correct, non-empty ({_LEVELS['similar']})": "correct_similar_nonempty",
    "answered without a call": "no_call",
}


def figures_table(scores: SteScores) -> Table:
    """Return every rate with its count and interval, the two ways of reading side by side."""
    title = "Of all items, with exact tool names; rate (k/n, 95 % interval)"
    table = new_table(title, "figure", "strict reading", "lenient reading")
    for name, field in _ROWS.items():
        strict, lenient = getattr(scores.strict, field), getattr(scores.lenient, field)
        add_row(table, name, words.proportion(strict), words.proportion(lenient))
    return table


def published_table(scores: SteScores) -> Table:
    """Return the figures in the paper's form, from the labels in the file and, if asked for, the replies."""
    columns = ("well-formed", "right tool, of well-formed", "correct")
    table = new_table("In the published form; per cent (k/n, 95 % interval)", "from", *columns)
    made = {
        "labels in the file": scores.cached,
        "the replies (unknown tool: the closest; arguments: labels)": scores.compat,
    }
    for name, published in made.items():
        if published is not None:
            add_row(table, name, *_published(published))
    return table


def agreement_table(scores: SteScores) -> Table:
    """Return how each level agrees with the chat model's verdicts in the file."""
    columns = ("accuracy", "precision", "recall", "kappa")
    table = new_table(
        "Arguments judged, against the verdicts of the reference's chat model", "judged by", *columns
    )
    for level, found in scores.agreement.items():
        rates = (found.accuracy, found.precision, found.recall)
        kappa = words.NOTHING if found.kappa is None else f"{found.kappa:.2f}"
        add_row(table, _LEVELS[level], *map(words.proportion, rates), kappa)
    return table


def summary(scores: SteScores, name: str) -> str:
    """Return one line on what was scored."""
    items, tools, empty = scores.strict.n, len(scores.per_tool), scores.strict.correct_nonempty.n
    line = f"{name}: {items} predictions for {tools} tools, {items - empty} of them with {{}} expected"
    if scores.repeated:
        line += f"; {scores.repeated} repeat an earlier query of their tool, and count again"
    return words.printable(line)


def _published(published: Published) -> tuple[str, ...]:
    return tuple(
        _exact(value)
        for value in (published.well_formed, published.tool_match_of_well_formed, published.correct)
    )


def _exact(value: Proportion | None) -> str:
    """Return a rate with the three decimals that were published."""
    if value is None or value.rate is None:
        return words.NOTHING
    return f"{100 * value.rate:.3f} % ({words.counts(value)})"
