"""What was tried of a tool is told with its denominators and intervals, in a bounded table."""

from __future__ import annotations

from made_trials import called_trial

from practicum.nodes.coverage import coverage
from practicum.records import ToolSpec
from practicum.report.coverage import MOST_PARAMETERS, coverage_json, coverage_tables, coverage_text
from practicum.report.tables import plain


def wide_tool(count: int) -> ToolSpec:
    properties = {f"p{number}": {"type": "string"} for number in range(count)}
    return ToolSpec(name="wide", description="", parameters={"type": "object", "properties": properties})


def test_rates_come_with_their_counts_and_intervals() -> None:
    spec = wide_tool(2)
    found = coverage(spec, [called_trial(spec, n, "q", {"p0": "[bold]a"}) for n in range(4)])
    told = coverage_json(found)["parameters"]
    assert told[0]["solved_trials"]["k"] == 4
    assert 0.5 < told[0]["solved_trials"]["low"] < told[0]["solved_trials"]["high"] == 1
    assert told[1]["solved_trials"] == {"k": 0, "n": 0, "rate": None, "low": None, "high": None}
    text = "\n".join(plain(table) for table in coverage_tables(found))
    assert "[bold]a" in text  # markup in a value is text
    assert "4 trials" in coverage_text(found)
    assert "2 trials were made before the tool changed" in coverage_text(found, 2)


def test_a_tool_with_a_hundred_parameters_has_a_bounded_table() -> None:
    (table,) = coverage_tables(coverage(wide_tool(100), []))
    assert table.row_count == MOST_PARAMETERS + 1
    assert "and 60 more" in plain(table)
