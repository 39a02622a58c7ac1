"""Trying calls without consequences: in a copy of the episode's state, or in one that is made anew after."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from practicum.errors import ProviderError
from practicum.nodes.state import EpisodeState, Node
from practicum.records import Observation, ToolCall, Trial
from practicum.tools.entering import entered
from practicum.tools.executor import Executor
from practicum.tools.sandbox import Sandbox
from practicum.tools.threads import CHORES


def aside(node: Node, executor: Executor, sandboxes: Sequence[Sandbox[Any]]) -> Node:
    """Let a node try calls on a copy of the state: the attempt finds what imagining found.

    A state that can't be copied is made anew, and the episode's calls are made again in it.
    """
    changed = [sandbox for sandbox in sandboxes if not sandbox.copies]

    async def tried(state: EpisodeState) -> Any:
        async with AsyncExitStack() as copies:
            for sandbox in sandboxes:
                await copies.enter_async_context(entered(sandbox.aside()))
            try:
                update = await node(state)
            except ProviderError:  # the trial is broken, and the next one must not find what it left
                await _make_anew(state, executor, changed)
                raise
        if update.get("probes"):
            await _make_anew(state, executor, changed)
        return update

    return tried


async def _make_anew(state: EpisodeState, executor: Executor, sandboxes: Sequence[Sandbox[Any]]) -> None:
    if not sandboxes:
        return
    for sandbox in sandboxes:
        await CHORES.to_the_end(partial(sandbox.renew, state["episode"]["seed"]))
    for call, observation in _made_so_far(state):
        await executor.again(call, observation)


def _made_so_far(state: EpisodeState) -> list[tuple[ToolCall, Observation]]:
    """The episode's calls before the trial that is being imagined, those of broken trials included."""
    trials = [Trial.from_dict(trial) for trial in state.get("short_term", [])]
    steps = [step for trial in trials for step in trial.steps]
    return [(step.call, step.observation) for step in steps if step.call is not None]
