"""Attempt: the model, given the query, calls the tool or answers."""

from __future__ import annotations

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from practicum.models.caller import ChatModel, Reply
from practicum.nodes.conversation import SHOWN_CHARACTERS, step_messages, trial_messages
from practicum.nodes.grounding import ground_tools
from practicum.nodes.plain_answer import plain_answer
from practicum.nodes.prompting import render
from practicum.nodes.state import EpisodeState, Node, earlier_trials, steps_of, trial_id, usage_after
from practicum.records import ErrorKind, Observation, Step, ToolSpec

PLAIN_CHARACTERS = 120
"""Bound of an earlier observation shown to the embedded model, whose time goes into reading."""
UNREADABLE_FIX = 'reply with one tool call, its arguments a JSON object such as {"value": 1}'


def make_attempt(
    model: ChatModel,
    spec: ToolSpec,
    *,
    max_calls: int,
    grounding: bool = False,
    plain: bool = False,
) -> Node:
    """Return the node that makes the next move of the trial.

    Args:
        model: Who attempts.
        spec: The target tool; its documentation is in context once.
        max_calls: At most so many tool calls a trial.
        grounding: Offer only values that the query or an earlier observation contains.
        plain: The first result is the answer, said without the model (see `plain_answer`).
    """

    async def attempt(state: EpisodeState) -> EpisodeState:
        steps = steps_of(state)
        if plain and steps and (steps[-1].observation.ok or len(steps) >= max_calls):
            last = steps[-1].observation
            return EpisodeState(answer=plain_answer(last.text) if last.ok else "(no answer)")
        choice = _choice(steps, max_calls)
        grounded = None
        if grounding and choice != "none":
            evidence = "\n".join([state["query"], *(step.observation.text for step in steps)])
            grounded = ground_tools([spec], evidence, variants=model.takes_variants)
        reply = await model.call(attempt_messages(state), tools=[spec], grounded=grounded, tool_choice=choice)
        return _update(state, reply, room=max_calls - len(steps), calls_allowed=choice != "none")

    return attempt


def attempt_messages(state: EpisodeState, *, clip_to: int = SHOWN_CHARACTERS) -> list[BaseMessage]:
    """Return the prompt: instructions, the episode's earlier trials in full, the query, the steps so far."""
    earlier = [message for trial in earlier_trials(state) for message in trial_messages(trial, clip_to)]
    steps = step_messages(steps_of(state), prefix=trial_id(state))
    return [SystemMessage(content=render("attempt")), *earlier, HumanMessage(content=state["query"]), *steps]


def _choice(steps: list[Step], max_calls: int) -> str:
    if len(steps) >= max_calls:
        return "none"
    return "auto" if steps else "any"


def _update(state: EpisodeState, reply: Reply, *, room: int, calls_allowed: bool) -> EpisodeState:
    update = EpisodeState(usage=usage_after(state, reply.usage), thought=reply.text)
    if reply.calls and calls_allowed:
        update["pending"] = [call.as_dict() for call in reply.calls[:room]]
    elif reply.unreadable and calls_allowed:
        text = f"Error: {reply.unreadable}; {UNREADABLE_FIX}"
        step = Step(
            thought=reply.text, call=None, observation=Observation(text=text, error=ErrorKind.UNREADABLE)
        )
        update["steps"] = [*state.get("steps", []), step.as_dict()]
    else:
        update["answer"] = reply.text.strip() or "(no answer)"
    return update
