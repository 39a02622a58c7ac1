"""Trials, past queries and counts as tables and text; computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from practicum.memory_store.entries import JournalStats
from practicum.records import SERVICE, Judgement, Outcome, PastQuery, Step, Trial

if TYPE_CHECKING:
    from rich.table import Table

    from practicum.report.solved_costs import SolvedCosts

ID_CHARACTERS = 20


def trial_row(trial: Trial) -> dict[str, Any]:
    """Return what a list of trials shows of one, JSON-ready."""
    call = trial.final_call
    several = {"others": list(trial.others), "calls": [each.signature for each in trial.returned]}
    return {
        "id": trial.id,
        "tool": trial.tool,
        "origin": trial.origin,
        "outcome": trial.outcome.value,
        "query": trial.query,
        "call": call.signature if call else None,
        **(several if trial.others else {}),
    }


def trial_table(trials: Sequence[Trial]) -> Table:
    """Return trials as a table, in the order given."""
    table = _table("id", "tool", "origin", "outcome", "query", "call")
    for trial in trials:
        row = trial_row(trial)
        calls = " -> ".join(row.get("calls", [])) or row["call"] or "-"
        query = trial.query or "(none)"
        _add(table, trial.id, " + ".join(trial.tools), trial.origin, row["outcome"], query, calls)
    return table


def past_table(found: Sequence[tuple[str, PastQuery]]) -> Table:
    """Return past queries with their tool and similarity as a table."""
    table = _table("similarity", "tool", "outcome", "query", "id")
    for tool, past in found:
        score = "-" if past.similarity is None else f"{past.similarity:.2f}"
        _add(table, score, tool, past.outcome.value, past.query, past.trial_id)
    return table


def stats_table(stats: JournalStats, costs: SolvedCosts) -> Table:
    """Return trials by tool and outcome as a table, with what each solved one took."""
    outcomes = [outcome.value for outcome in Outcome]
    table = _table("tool", *outcomes, "all", "tokens a solved trial", "cost of it")
    for tool, counts in stats.tools.items():
        cells = [str(counts.get(outcome, 0)) for outcome in Outcome]
        took = costs.tools[tool].cells() if tool in costs.tools else ("-", "-")  # of turns of service alone
        _add(table, tool, *cells, str(sum(counts.values())), *took)
    return table


def stats_text(stats: JournalStats) -> str:
    """Return the other counts of a journal in a line."""
    several = f" ({stats.of_several_tools} of several tools)" if stats.of_several_tools else ""
    others = {name: count for name, count in stats.origins.items() if name != "exploration"}
    more = "".join(f", {count} of the trials from {name}" for name, count in others.items())
    return (
        f"{stats.trials} trials{several} in {stats.episodes} episodes, {stats.notes} notes,"
        f" {stats.reviews} reviews, {stats.demonstration_sets} demonstration sets,"
        f" {stats.bytes / 1024:.0f} KiB{more}"
    )


def trial_text(
    trial: Trial, verdict: str | None, quarantined: str | None = None, judgement: Judgement | None = None
) -> str:
    """Return one trial in full as text.

    Args:
        trial: The trial.
        verdict: What a person said of it.
        quarantined: What in it reads like an order to a model.
        judgement: What a judge said of it.
    """
    lines = [
        f"trial {trial.id}: {trial.outcome.value}" + (f", {verdict} by review" if verdict else ""),
        *_made(trial),
        f"query: {trial.query or '(none)'}",
    ]
    if quarantined is not None:
        lines.append(
            f"quarantined: it holds {quarantined!r}, which reads like an order to a model;"
            " nothing is learned from it"
        )
    for number, call in enumerate(trial.chain, 1):
        lines.append(f"imagined call {number}: {call.signature}")
    if trial.imagined and not trial.chain:
        lines.append(f"imagined call: {trial.imagined.signature}")
    for title, steps in (("probe", trial.probes), ("step", trial.steps)):
        for number, step in enumerate(steps, 1):
            lines += _step_lines(f"{title} {number}", step)
    lines.append(f"answer: {trial.answer or '(none)'}")
    if trial.reflection:
        lines.append(
            f"reflection: {'solved' if trial.reflection.solved else 'not solved'}: {trial.reflection.reason}"
        )
    if judgement:
        by = f" by {judgement.judge}" if judgement.judge else ""
        lines.append(f"judged{by}: {judgement.objection or 'good'}: {judgement.reason}")
    usage = trial.usage
    if trial.origin == SERVICE:
        lines.append("cost: not known here, since the deployed agent paid for it")
        return "\n".join(lines)
    lines.append(
        f"cost: {usage.model_calls} model calls, {usage.prompt_tokens} + {usage.completion_tokens} tokens,"
        f" {trial.seconds:.1f} s"
    )
    return "\n".join(lines)


def _beside(trial: Trial) -> str:
    """The other tools of a trial's episode, in words."""
    return f" with {', '.join(trial.others)}" if trial.others else ""


def _made(trial: Trial) -> list[str]:
    """Say where a trial comes from."""
    if trial.origin == SERVICE:
        when = trial.started_at.isoformat(timespec="seconds")
        return [
            f"tool {trial.tool}, from service at {when}, turn {trial.number} of its conversation",
            f"model {trial.model}",
        ]
    return [
        f"tool {trial.tool}{_beside(trial)}, episode {trial.episode}, trial {trial.number}",
        f"strategy {trial.strategy.value}, model {trial.model}",
    ]


def _step_lines(title: str, step: Step) -> list[str]:
    thought = [f"{title}: {step.thought}"] if step.thought else []
    call = step.call.signature if step.call else "(unreadable)"
    how = "" if step.observation.mode.value == "live" else f" [{step.observation.mode.value}]"
    return [*thought, f"{title}: {call}", f"  ->{how} {step.observation.text}"]


def _table(*columns: str) -> Table:
    from practicum.report.narrow import NarrowTable

    table = NarrowTable()
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in {"outcome", "similarity"})
    return table


def _add(table: Table, *cells: str) -> None:
    from rich.markup import escape

    table.add_row(*(escape(cell) for cell in cells))
