"""How long a trial was under way: what its steps took, added up in the state.

A trial that was interrupted goes on hours later, and clocks are set meanwhile: when it began says nothing of
it. A step that is done again, since the process died before its checkpoint, finds replies and results that
are known: they count with what they took when they came.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from practicum.graph.begun import began_in_this_run, note_begun
from practicum.graph.traced import BEGINS, ENDS, STEPS
from practicum.models.reply_log import asking_for
from practicum.nodes.state import EpisodeState, Node, step_name
from practicum.records import Mode, Step

TIMED = STEPS - {ENDS}
"""The last step records what the others took."""


def timed(name: str, node: Node) -> Node:
    """Return the node, with what it took in what it changes; its model calls are known by its name."""

    async def measured(state: EpisodeState) -> Any:
        began, is_new = monotonic(), began_in_this_run(state.get("started_at"))
        with asking_for(step_name(name, state), is_new=is_new) as asking:
            update = await node(state)
        if name not in TIMED:
            return update
        if name == BEGINS:
            note_begun(update["started_at"])
        took = max(monotonic() - began, _of_calls(state, update)) + asking.known_s
        before = 0.0 if name == BEGINS else state.get("seconds", 0.0)
        return {**update, "seconds": before + took}

    return measured


def _of_calls(state: EpisodeState, update: Any) -> float:
    """What the calls took that a node made, now or before it was done again."""
    made = [*_added("probes", state, update), *_added("steps", state, update)]
    seen = [step.observation for step in made]
    return sum(each.seconds for each in seen if each.mode is Mode.LIVE)


def _added(key: str, state: Any, update: Any) -> list[Step]:
    return [Step.from_dict(step) for step in update.get(key, [])[len(state.get(key, [])) :]]
