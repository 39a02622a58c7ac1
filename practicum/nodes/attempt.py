"""Attempt: the model, given the query, calls the tool or answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from practicum.models.caller import ChatModel, Reply
from practicum.nodes.conversation import SHOWN_CHARACTERS, step_messages, trial_messages
from practicum.nodes.forms import told_forms
from practicum.nodes.grounding.exemplified import learn_met
from practicum.nodes.harvest import vocabulary
from practicum.nodes.plain_answer import plain_answer
from practicum.nodes.prompting import render, with_data_rule
from practicum.nodes.spoken import offer, spoken_trial
from practicum.nodes.state import EpisodeState, Node, earlier_trials, steps_of, trial_id, usage_after
from practicum.records import ErrorKind, Lessons, Observation, Step, ToolCall, ToolSpec, Trial

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
    others: Sequence[ToolSpec] = (),
) -> Node:
    """Return the node that makes the next move of the trial.

    Args:
        model: Who attempts.
        spec: The target tool; its documentation is in context once.
        max_calls: At most so many tool calls a trial.
        grounding: Offer a model that decodes in-process only what the query or an observation says.
        plain: The first result is the answer, said without the model (see `plain_answer`); with ``others``
            the first that comes when as many tools as the query was phrased from returned something.
        others: Further tools: the query may need several.
    """
    specs = [spec, *others]

    async def attempt(state: EpisodeState) -> EpisodeState:
        steps = steps_of(state)
        last = steps[-1].observation if steps else None
        if plain and last and (_has_all(state, steps) or len(steps) >= max_calls):
            return EpisodeState(answer=plain_answer(last.text) if last.ok else "(no answer)")
        # A small model left to itself answers after the first call.
        choice = _choice(steps, max_calls, forced=plain and bool(others))
        if grounding and choice != "none" and model.takes_variants:
            reply = await _attempt_in_words(model, specs, state, choice)
            return _update(state, reply, room=max_calls - len(steps), calls_allowed=True)
        messages = attempt_messages(
            earlier_trials(state), state, marked=not model.takes_variants, several=bool(others)
        )
        reply = await model.call(messages, tools=specs, tool_choice=choice)
        return _update(state, reply, room=max_calls - len(steps), calls_allowed=choice != "none")

    return attempt


def _has_all(state: EpisodeState, steps: Sequence[Step]) -> bool:
    """Whether the last call was answered, and with it each tool that the query was phrased from."""
    answered = {step.call.name for step in steps if step.call and answers(step.observation)}
    wanted = {str(call["name"]) for call in state.get("chain", [])}
    return answers(steps[-1].observation) and wanted <= answered


def answers(observation: Observation) -> bool:
    """Whether a call returned something, or was right as far as its schema tells."""
    return observation.ok or observation.checked_only


async def _attempt_in_words(
    model: ChatModel, specs: Sequence[ToolSpec], state: EpisodeState, choice: str
) -> Reply:
    """Let a model that decodes under a grammar choose among the words of the query."""
    steps = steps_of(state)
    evidence = "\n".join([state["query"], *(step.observation.text for step in steps)])
    offered = offer(specs, evidence, {spec.name: _told_so_far(spec, state) for spec in specs})
    earlier = [spoken_trial(specs, trial) for trial in earlier_trials(state)]
    messages = attempt_messages(earlier, state, clip_to=PLAIN_CHARACTERS, several=len(specs) > 1)
    reply = await model.call(messages, tools=specs, grounded=offered.tools, tool_choice=choice)
    return replace(reply, calls=tuple(offered.meant(call) for call in reply.calls))


def _told_so_far(spec: ToolSpec, state: EpisodeState) -> Lessons:
    """Return what the past tells of a tool's arguments: closed sets, how texts are written, codes met."""
    tried = [step for trial in earlier_trials(state) for step in (*trial.probes, *trial.steps)]
    tried += [*(Step.from_dict(step) for step in state.get("probes", [])), *steps_of(state)]
    listed = vocabulary(spec, [], tried)
    return Lessons(
        tool_schema_hash=spec.schema_hash,
        vocabulary={name: tuple(members) for name, members in listed.items()},
        met=learn_met(spec, _known_calls(spec, state)),
        forms=state.get("known_forms", {}).get(spec.name, {}) | told_forms(spec, tried),
    )


def _known_calls(spec: ToolSpec, state: EpisodeState) -> list[ToolCall]:
    known = [ToolCall.from_dict(call) for call in state.get("known_calls", [])]
    made = [step.call for trial in earlier_trials(state) for step in trial.steps if step.observation.ok]
    return [call for call in (*known, *made) if call is not None and call.name == spec.name]


def attempt_messages(
    earlier: Sequence[Trial],
    state: EpisodeState,
    *,
    clip_to: int = SHOWN_CHARACTERS,
    marked: bool = False,
    several: bool = False,
) -> list[BaseMessage]:
    """Return the prompt: instructions, the episode's earlier trials in full, the query, the steps so far.

    With ``marked`` the instructions say that results are data; a result's role does it otherwise. With
    ``several`` they speak of more than one tool.
    """
    remembered = [message for trial in earlier for message in trial_messages(trial, clip_to)]
    steps = step_messages(steps_of(state), prefix=trial_id(state))
    query = HumanMessage(content=state["query"])
    plainly = render("attempt_combined" if several else "attempt")
    instructions = with_data_rule(plainly) if marked else plainly
    return [SystemMessage(content=instructions), *remembered, query, *steps]


def _choice(steps: list[Step], max_calls: int, *, forced: bool = False) -> str:
    if len(steps) >= max_calls:
        return "none"
    return "auto" if steps and not forced else "any"


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
