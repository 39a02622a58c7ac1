"""`practicum memory stats --tool NAME`: what was tried of one tool."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from practicum.memory_store.journal import Journal
    from practicum.records import ToolSpec, Trial


def show_coverage(
    tool: str | None, sources: Sequence[str], home: Path | None, *, as_json: bool = False
) -> None:
    """Print what was tried of a tool, with the parameters that were never given if its source is known.

    Raises:
        SetupError: No tool is named, or nothing is known of it.
    """
    from practicum.cli.wiring import console, open_journal, print_json
    from practicum.errors import SetupError
    from practicum.nodes.coverage import coverage, observed_spec
    from practicum.report.coverage import coverage_json, coverage_tables, coverage_text

    if tool is None:
        raise SetupError("--tools says where tools are, not which one is asked about", "add --tool NAME")
    spec = _spec(tool, sources)
    with open_journal(home) as journal:
        trials, earlier = _current(journal, tool, spec)
        if not trials and spec is None:
            raise _unknown(journal, tool)
    found = coverage(spec or observed_spec(tool, trials), trials)
    if as_json:
        print_json({**coverage_json(found), "trials_before_the_tool_changed": earlier})
        return
    console().print(coverage_text(found, earlier), markup=False)
    for table in coverage_tables(found):
        console().print(table)


def _spec(tool: str, sources: Sequence[str]) -> ToolSpec | None:
    from practicum.cli.wiring import open_tools, read_policy

    return open_tools(sources, read_policy(), (tool,)).tool(tool).spec if sources else None


def _current(journal: Journal, tool: str, spec: ToolSpec | None) -> tuple[list[Trial], int]:
    """The trials of the tool as it is now, or was last, and the number of those before it changed.

    Those of several tools that another one leads are among them: calls count for the tool they are of.
    """
    trials = journal.trials_with(tool)
    newest = trials[-1].schema_hashes[tool] if trials else None
    wanted = newest if spec is None else spec.schema_hash
    current = [trial for trial in trials if trial.schema_hashes[tool] == wanted]
    return current, len(trials) - len(current)


def _unknown(journal: Journal, tool: str) -> Exception:
    from difflib import get_close_matches

    from practicum.errors import SetupError

    near = get_close_matches(tool, journal.tools(), n=1)
    more = f"; did you mean {near[0]}?" if near else ""
    return SetupError(
        f"no trial of a tool {tool!r} is recorded", f"`practicum memory stats` lists them{more}"
    )
