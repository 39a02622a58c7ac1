"""What serves, and what could, as a table and text; computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from practicum.report import words
from practicum.training.registry import RegistryStatus, Standing

if TYPE_CHECKING:
    from rich.table import Table

VERDICTS = {"promote": "promoted", "refuse": "refused", "rollback": "taken back"}
NEVER_MEASURED = "not measured yet"


def standing_row(standing: Standing) -> dict[str, Any]:
    """Return what the status shows of a candidate, JSON-ready."""
    candidate, decision = standing.candidate, standing.decision
    return {
        "name": candidate.name,
        "serves": standing.serves,
        "created_at": candidate.created_at.isoformat(timespec="seconds"),
        "size": candidate.size,
        "verdict": VERDICTS[decision.action] if decision else None,
        "reason": decision.reason if decision else None,
        "stale": list(standing.stale),
    }


def status_row(status: RegistryStatus) -> dict[str, Any]:
    """Return the status, JSON-ready."""
    return {
        "champion": status.champion.as_dict() if status.champion else None,
        "since": status.since.at.isoformat(timespec="seconds") if status.since else None,
        "candidates": [_row(standing, status) for standing in status.standings],
        "stale": list(status.stale) if status.compared else None,
        "explore_again": [command for command in status.commands if " explore " in command],
        "next": list(status.commands),
    }


def _row(standing: Standing, status: RegistryStatus) -> dict[str, Any]:
    """What the status shows of a candidate; what was not compared is null, not nothing."""
    row = standing_row(standing)
    return row if status.compared else {**row, "stale": None}


def status_table(status: RegistryStatus) -> Table:
    """Return the candidates as a table, newest first."""
    from rich.text import Text

    from practicum.report.narrow import NarrowTable

    table = NarrowTable()
    changed = ("tools that changed",) if status.compared else ()
    for column in ("candidate", "made", "size", "verdict", "why", *changed):
        table.add_column(column, overflow="fold", no_wrap=column in {"candidate", "made", "verdict"})
    for standing in status.standings:
        row = standing_row(standing)
        cells = (
            f"{row['name']}{' (serves)' if row['serves'] else ''}",
            f"{standing.candidate.created_at:%Y-%m-%d %H:%M}",
            str(row["size"]),
            row["verdict"] or NEVER_MEASURED,
            row["reason"] or words.NOTHING,
            *([", ".join(row["stale"]) or words.NOTHING] if status.compared else []),
        )
        table.add_row(*(Text(words.printable(cell)) for cell in cells))
    return table


def status_text(status: RegistryStatus) -> str:
    """Return what serves in a line, and what to do where it is stale."""
    if status.champion is None:
        lines = ["nothing was promoted yet: what was learned has to prove itself against the base model"]
    else:
        since = f" (since {status.since.at:%Y-%m-%d %H:%M})" if status.since else ""
        lines = [f"champion: {status.champion}{since}"]
    if status.stale:
        tools = ", ".join(status.stale)
        lines.append(f"changed since, so that what was learned about them is not shown: {tools}")
        if status.champion is not None and status.champion.lora is not None:
            lines.append(
                "  an adapter can't forget them: queries nearest to them are asked with documentation"
            )
        lines += [f"  run `{command}`" for command in status.commands]
    if status.standings and not status.compared:
        lines.append("which tools changed since is told with --tools SOURCE")
    return "\n".join(lines)
