"""What an exploration did, by tool; computes only sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from practicum.records import ErrorKind, Mode, Outcome, Trial, Usage

FITS_NO_TOOL = frozenset({ErrorKind.UNREADABLE, ErrorKind.UNKNOWN_TOOL, ErrorKind.SCHEMA})
"""What was refused before anything could be called."""
MOST_SATURATED = 10

if TYPE_CHECKING:
    from rich.table import Table

    from practicum.memory_store.entries import Summary


def exploration_totals(trials: Sequence[Trial], lessons: Sequence[Summary] = ()) -> dict[str, Any]:
    """Return counts by tool and outcome, and what they and their lessons cost, JSON-ready."""
    by_tool: dict[str, list[Trial]] = {}
    for trial in trials:
        by_tool.setdefault(trial.tool, []).append(trial)
    told = {tool: [each for each in lessons if each.tool == tool] for tool in by_tool}
    return {
        "tools": {tool: _sums(found, told[tool]) for tool, found in by_tool.items()},
        "all": _sums(trials, lessons),
    }


def exploration_table(trials: Sequence[Trial], lessons: Sequence[Summary] = ()) -> Table:
    """Return the counts as a table with a line a tool and one for all."""
    from rich.markup import escape

    from practicum.report.narrow import NarrowTable

    table = NarrowTable()
    columns = (
        "trials",
        "solved",
        "unsolved",
        "broken",
        "distinct queries",
        "model calls",
        "tokens in",
        "tokens out",
    )
    table.add_column("tool")
    for column in columns:
        table.add_column(column, justify="right")
    totals = exploration_totals(trials, lessons)
    for tool, sums in [*totals["tools"].items(), ("all", totals["all"])]:
        table.add_row(escape(tool), *(str(sums[column.replace(" ", "_")]) for column in columns))
    return table


def exploration_notes(trials: Sequence[Trial]) -> list[str]:
    """Return what is to be said of calls that no tool answered; nothing where all ran."""
    calls = _calls(trials)
    combined = [trial for trial in trials if trial.others]
    several = sum(trial.takes_several and trial.outcome is Outcome.SOLVED for trial in combined)
    told = {
        Mode.DRY_RUN: "were only checked: nothing was executed",
        Mode.SIMULATED: "were simulated: nothing was executed, and their model calls are not counted above",
        Mode.REPLAYED: "were answered from cassettes",
    }
    total = sum(calls.values())
    notes = [f"{calls[mode]} of {total} calls {what}" for mode, what in told.items() if calls[mode]]
    if combined:
        notes.append(
            f"{len(combined)} of {len(trials)} trials were of several tools, each counted for the tool that"
            f" leads it; {several} of them were solved with several calls"
        )
    if any(trial.simulated or trial.checked_only for trial in trials):  # not what the ablation only notes
        notes.append(
            "trials with checked or simulated calls stay unsolved, and nothing is learned from them"
            " (but see `practicum curate --include-simulated`)"
        )
    return notes


def all_broke(trials: Sequence[Trial]) -> bool:
    """Whether trials were made, and every one of them broke off."""
    return bool(trials) and all(trial.outcome is Outcome.BROKEN for trial in trials)


def broken_notes(trials: Sequence[Trial]) -> list[str]:
    """Return why trials broke, for those that are still to be made; nothing where there are none."""
    made = {(trial.episode_id, trial.number) for trial in trials if trial.outcome is not Outcome.BROKEN}
    broken = [
        trial
        for trial in trials
        if trial.outcome is Outcome.BROKEN and (trial.episode_id, trial.number) not in made
    ]
    if not broken:
        return []
    places = len({(trial.episode_id, trial.number) for trial in broken})
    reason = broken[-1].reflection.reason if broken[-1].reflection else "no reason was recorded"
    what = "1 trial" if places == 1 else f"{places} trials"
    return [f"{what} broke off; the same command makes what is missing. The last one: {reason}"]


def left_alone_notes(trials: Sequence[Trial], planned: Mapping[str, int]) -> list[str]:
    """Return a line for each tool of whose trials some were not begun, since others broke in a row.

    Args:
        trials: Those of the plan, of one tool each.
        planned: How many trials each tool was to have, without those that saturation left out.
    """
    begun = Counter(tool for tool, _, _ in {(each.tool, each.episode_id, each.number) for each in trials})
    return [
        f"{tool}: {count - begun[tool]} trials were not begun, since those before broke one after the other;"
        " the same command makes them"
        for tool, count in planned.items()
        if begun[tool] < count
    ]


def saturation_notes(saturated: Mapping[str, int], episodes: int) -> list[str]:
    """Return a line for each tool that was saturated, at most `MOST_SATURATED`; see `Practice.saturated`."""
    notes = [
        f"{tool}: saturated after episode {last} of {episodes}; the others were left out"
        for tool, last in saturated.items()
    ]
    hidden = len(notes) - MOST_SATURATED
    return [*notes[:MOST_SATURATED], *([f"{hidden} more tools were saturated: --json"] if hidden > 0 else [])]


def _calls(trials: Sequence[Trial]) -> Counter[Mode]:
    """Count calls by what became of them; those that fit no tool's schema did not get that far."""
    return Counter(
        step.observation.mode
        for trial in trials
        for step in (*trial.probes, *trial.steps)
        if step.call is not None and step.observation.error not in FITS_NO_TOOL
    )


def _sums(trials: Sequence[Trial], lessons: Sequence[Summary]) -> dict[str, Any]:
    outcomes = Counter(trial.outcome for trial in trials)
    usage = sum([*(trial.usage for trial in trials), *(each.usage for each in lessons)], Usage())
    return {
        "trials": len(trials),
        **{outcome.value: outcomes[outcome] for outcome in Outcome},
        "of_several_tools": sum(bool(trial.others) for trial in trials),
        "distinct_queries": len({trial.query for trial in trials if trial.query}),
        "model_calls": usage.model_calls,
        "tokens_in": usage.prompt_tokens,
        "tokens_out": usage.completion_tokens,
        "calls": {mode.value: count for mode, count in sorted(_calls(trials).items())},
        "seconds": round(sum(trial.seconds for trial in trials), 1),
    }
