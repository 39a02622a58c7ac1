"""What was tried of a tool, as tables, text and JSON; the intervals follow from the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from practicum.evaluation.statistics.proportions import Proportion
from practicum.nodes.coverage_records import ParameterCoverage, ToolCoverage, Tried
from practicum.records import JsonObject
from practicum.report import words
from practicum.report.tables import add_row, new_table

if TYPE_CHECKING:
    from rich.table import Table

MOST_PARAMETERS = 40
"""Rows of the table; JSON holds all."""
VALUES_SHOWN = 6
VALUE_CHARACTERS = 16


def coverage_json(found: ToolCoverage) -> JsonObject:
    """Return the counts with the rates and 95 % intervals that follow from them."""
    told = found.as_dict()
    told["solved_trials"] = _rate(found.solved, found.trials).as_dict()
    told["accepted_calls"] = _rate(found.accepted, found.calls).as_dict()
    for shown, each in zip(told["parameters"], found.parameters, strict=True):
        shown["accepted_calls"] = _rate(each.accepted, each.given).as_dict()
        shown["solved_trials"] = _rate(each.solved, each.trials).as_dict()
    return told


def coverage_text(found: ToolCoverage, earlier: int = 0) -> str:
    """Return the counts of the whole tool in a few lines."""
    lines = [
        f"{found.tool}: {found.trials} trials, solved {words.proportion(_rate(found.solved, found.trials))}",
        f"{found.calls} calls reached it, accepted {words.proportion(_rate(found.accepted, found.calls))}",
    ]
    if found.not_executed:
        lines.append(f"{found.not_executed} more calls were simulated or only checked, and are not counted")
    if earlier:
        lines.append(f"{earlier} trials were made before the tool changed, and are not counted")
    return "\n".join(lines)


def coverage_tables(found: ToolCoverage) -> list[Table]:
    """Return tables of parameters, of optional parameters given together, and of errors; none is empty."""
    tables = [_parameters(found)] if found.parameters else []
    if found.pairs:
        table = new_table("Optional parameters given together, in calls", "parameters", "accepted")
        for pair in found.pairs:
            add_row(table, " and ".join(pair.what), words.proportion(_rate(pair.accepted, pair.tried)))
        tables.append(table)
    if found.errors:
        table = new_table("Errors", "kind", "about", "calls")
        for error in found.errors:
            add_row(table, error.kind.value, error.parameter or words.NOTHING, str(error.count))
        tables.append(table)
    return tables


def _parameters(found: ToolCoverage) -> Table:
    table = new_table(
        "Parameters; rate (k/n, 95 % interval)",
        *(
            "parameter",
            "given",
            "left out",
            "accepted",
            "refused",
            "trials solved",
            "values (accepted/tried)",
        ),
    )
    for each in found.parameters[:MOST_PARAMETERS]:
        add_row(
            table,
            each.name if each.required else f"{each.name} (optional)",
            str(each.given),
            str(each.left_out),
            words.proportion(_rate(each.accepted, each.given)),
            str(each.refused),
            words.proportion(_rate(each.solved, each.trials)),
            _values(each),
        )
    hidden = len(found.parameters) - MOST_PARAMETERS
    if hidden > 0:
        add_row(table, f"and {hidden} more: --json", *[""] * 6)
    return table


def _values(each: ParameterCoverage) -> str:
    """Return the number of distinct values, and those tried most with accepted of tried."""
    shown = [_value(value) for value in each.values[:VALUES_SHOWN]]
    more = ["..."] if each.distinct > len(shown) else []
    return f"{each.distinct}: {', '.join([*shown, *more])}" if shown else words.NOTHING


def _value(value: Tried) -> str:
    text = value.what[0]
    short = text if len(text) <= VALUE_CHARACTERS else f"{text[: VALUE_CHARACTERS - 3]}..."
    return f"{short} ({value.accepted}/{value.tried})"


def _rate(k: int, n: int) -> Proportion:
    return Proportion(k=k, n=n)
