"""What a worker is told of the past, and what is kept of what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from practicum.graph.campaign import Progress, recorded_trials
from practicum.graph.memory_steps import Memory, broken_id
from practicum.graph.plan import Plan
from practicum.graph.steering import MOST_TRIALS
from practicum.graph.workers.messages import Assignment, Finished
from practicum.graph.workers.unfinished import begun_trial, keep_end, kept_replies
from practicum.memory_store.journal import Journal
from practicum.nodes.state import EpisodeInfo
from practicum.records import Mode, Outcome, Trial
from practicum.tools.catalog import Tool
from practicum.tools.sandbox import Sandbox


class WorkerKnowledge(Protocol):
    """What a worker was told before."""

    tool: str
    known: set[str]
    row: int


def assignment_for(
    told: WorkerKnowledge,
    info: EpisodeInfo,
    tools: Sequence[Tool],
    plan: Plan,
    memory: Memory,
    broken: Sequence[Trial],
) -> Assignment:
    """Return an episode with what a worker lacks for it, and note that it is told.

    That is all trials of the target, and of those whose values it may use the newest, as they are now.
    """
    tool, *others = tools
    journal, afresh = memory.journal, told.tool != tool.name
    if afresh:
        told.tool, told.known, told.row = tool.name, set(), 0
    newest = journal.last_rowid()
    lasting = [each.name for each in plan.tools if world_of(plan, each) is None]
    wanted = {trial.id: trial for trial in journal.trials(tool.name, since_rowid=told.row)}
    related = dict.fromkeys([*lasting, *(other.name for other in others)])
    wanted |= {trial.id: trial for trial in journal.newest_of(list(related), MOST_TRIALS)}
    lacking = [trial for trial in wanted.values() if trial.id not in told.known]
    told.known |= {trial.id for trial in lacking}
    told.row = newest
    begun = begun_trial(memory, info, broken)
    return Assignment(
        info=info,
        afresh=afresh,
        trials=tuple(sorted(lacking, key=lambda trial: trial.started_at)),
        notes=tuple(journal.notes(tool.name)) if afresh else (),
        executions=journal.executions(f"{info['id']}-"),
        broken=tuple(broken),
        begun=begun,
        replies=kept_replies(memory, info) if begun is not None else {},
    )


def world_of(plan: Plan, tool: Tool) -> Sandbox[Any] | None:
    """Return what an episode enters before the tool's calls are made; None where they are, or need, none."""
    return tool.sandbox if plan.decision(tool).how is Mode.LIVE else None


def keep_trial(journal: Journal, ended: Progress) -> Progress:
    """Record a trial that a worker made, under an id of its own if it is broken; return what was recorded."""
    trial = ended.trial
    if trial is None or journal.has_trial(trial.id):
        return ended
    if trial.outcome is Outcome.BROKEN:
        trial = trial.model_copy(
            update={"id": broken_id(journal, f"{trial.episode_id}-{trial.number}", trial.started_at)}
        )
    journal.record_trial(trial)
    return replace(ended, trial=trial)


async def keep_lessons(memory: Memory, info: EpisodeInfo, finished: Finished) -> None:
    """Record the lessons of an episode that ended, and move its trials into long-term memory."""
    for note in finished.notes:
        memory.journal.record_note(note)
    for summary in finished.summaries:
        memory.journal.record_summary(summary)
    made = recorded_trials(info, memory)
    known = [trial for trial in made if trial.id in finished.vectors]
    await memory.long_term.remember(known, [finished.vectors[trial.id] for trial in known])
    await memory.long_term.remember([trial for trial in made if trial.id not in finished.vectors])
    keep_end(memory, info)
