"""What the home keeps of episodes that workers have not ended, beside their trials: what they go on from.

It lies among the replies of models, by keys that begin with the episode's id: what the trial under way began
from, what its model calls came to, and that the episode ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from practicum.graph.done import planned_episodes, recorded_trials
from practicum.graph.memory_steps import Memory, broken_id
from practicum.graph.plan import Plan
from practicum.graph.workers.losses import next_trial
from practicum.graph.workers.messages import Executed, Kept, Recalled, Replied
from practicum.nodes.state import EpisodeInfo
from practicum.records import JsonObject, Trial, digest


def keep(memory: Memory, info: EpisodeInfo, broken: Sequence[Trial], event: Kept) -> None:
    """Keep what a worker told of the trial that it is at.

    Args:
        memory: Where it is kept.
        info: The episode of the trial.
        broken: Trials of the episode that broke in this run.
        event: What happened.
    """
    match event:
        case Executed():
            memory.journal.remember_execution(event.key, event.observation)
        case Replied():
            memory.journal.remember_reply(f"{_replies(info)}{event.key}", event.reply)
        case Recalled():
            memory.journal.remember_reply(_beginning_key(memory, info, broken), event.update)


def begun_trial(memory: Memory, info: EpisodeInfo, broken: Sequence[Trial]) -> JsonObject | None:
    """Return what the next trial of an episode began from; None where it was not begun yet."""
    return memory.journal.reply(_beginning_key(memory, info, broken))


def kept_replies(memory: Memory, info: EpisodeInfo) -> Mapping[str, JsonObject]:
    """Return what model calls of an episode came to, by key."""
    found = memory.journal.replies(_replies(info))
    return {key.removeprefix(_replies(info)): reply for key, reply in found.items()}


def keep_end(memory: Memory, info: EpisodeInfo) -> None:
    """Note that nothing of an episode is left, its lessons included, if its trials are all there."""
    if len(recorded_trials(info, memory)) >= info["trials"]:
        memory.journal.remember_reply(_end_key(info), {})


def owes_lessons(info: EpisodeInfo, plan: Plan, memory: Memory) -> bool:
    """Whether workers made all trials of an episode, and it was interrupted before its lessons were kept."""
    journal = memory.journal
    if len(recorded_trials(info, memory)) < plan.trials or not journal.replies(_beginnings(info)):
        return False
    return journal.reply(_end_key(info)) is None and not journal.summaries(info["id"])


def lessons_left(plan: Plan, memory: Memory) -> bool:
    """Whether some episode of a plan still owes its lessons."""
    return any(owes_lessons(info, plan, memory) for info in planned_episodes(plan, memory))


def _beginning_key(memory: Memory, info: EpisodeInfo, broken: Sequence[Trial]) -> str:
    """Name the beginning of an episode's next trial: another one for each time that the trial is tried."""
    made = [*recorded_trials(info, memory), *broken]
    name = broken_id(memory.journal, f"{info['id']}-{next_trial(made)}")
    return f"{_beginnings(info)}{digest(name, [trial.id for trial in made])}"


def _beginnings(info: EpisodeInfo) -> str:
    return f"{info['id']}-began-"


def _replies(info: EpisodeInfo) -> str:
    return f"{info['id']}-reply-"


def _end_key(info: EpisodeInfo) -> str:
    return f"{info['id']}-ended"
