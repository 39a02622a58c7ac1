"""Observe: execute what the attempt asked for; errors included, the result becomes the next step."""

from __future__ import annotations

from practicum.errors import ProviderError
from practicum.nodes.state import EpisodeState, Node, trial_id
from practicum.records import ABSENT, Observation, Step, ToolCall
from practicum.tools.executor import Executor


def require_available(observation: Observation) -> Observation:
    """Return what execution returned, unless it says nothing of the call: nothing is learned from that.

    Raises:
        ProviderError: what the tool stands on failed.
    """
    if observation.error in ABSENT:
        raise ProviderError(said_of(observation))
    return observation


def said_of(observation: Observation) -> str:
    """Return what an error says, without the word."""
    return observation.text.removeprefix("Error: ")


def make_observe(executor: Executor) -> Node:
    """Return the node that executes pending calls, each once however often the trial is resumed."""

    async def observe(state: EpisodeState) -> EpisodeState:
        steps = list(state.get("steps", []))
        thought = state.get("thought", "")
        for pending in state.get("pending", []):
            call = ToolCall.from_dict(pending)
            key = f"{trial_id(state)}/step-{len(steps)}"
            observation = await executor.execute(call, key=key)
            if observation.error in ABSENT:
                # What was called before it in this reply did run, and changed what it changed.
                return EpisodeState(steps=steps, pending=[], thought="", broken=said_of(observation))
            steps.append(Step(thought=thought, call=call, observation=observation).as_dict())
            thought = ""
        return EpisodeState(steps=steps, pending=[], thought="")

    return observe
