"""Reflect: was the query fulfilled? The model's own view of its trial, never a judge's.

Query-first asks the model for a structured verdict. Call-first compares: the
pair is good only if the model came back to the call that the query was phrased from.
"""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import HumanMessage

from practicum.models.caller import ChatModel
from practicum.nodes.conversation import transcript
from practicum.nodes.prompting import render
from practicum.nodes.state import EpisodeState, Node, steps_of, usage_after
from practicum.records import JsonObject, Reflection, Step, ToolCall, ToolSpec

SCHEMA: JsonObject = {
    "title": "Reflection",
    "description": "Whether the request was fulfilled, and why.",
    "type": "object",
    "properties": {"reason": {"type": "string", "maxLength": 400}, "solved": {"type": "boolean"}},
    "required": ["reason", "solved"],
    "additionalProperties": False,
}
NOTHING_CONFIRMED = "no call was confirmed by execution"
UNREADABLE = "the reflection could not be read"


def make_reflect(model: ChatModel) -> Node:
    """Return the node that asks the model to judge its own trial.

    Where a call was kept from running, it judges the calls; the trial is not solved by that.
    """

    async def reflect(state: EpisodeState) -> EpisodeState:
        steps = steps_of(state)
        checked_only = any(step.observation.checked_only for step in steps)
        if not (_any_result(steps) or checked_only):
            return _reflection(solved=False, reason=NOTHING_CONFIRMED)
        marked = not model.takes_variants
        told = transcript(state["query"], steps, state.get("answer", ""), marked=marked)
        name = "reflect_unexecuted" if checked_only else "reflect"
        prompt = render(name, transcript=told, marked=marked)
        reply = await model.ask([HumanMessage(content=prompt)], SCHEMA)
        found = reply.structured or {"solved": False, "reason": UNREADABLE}
        update = _reflection(solved=found.get("solved") is True, reason=str(found.get("reason", ""))[:400])
        return EpisodeState(**update, usage=usage_after(state, reply.usage))

    return reflect


def make_compare(spec: ToolSpec, others: Sequence[ToolSpec] = ()) -> Node:
    """Return the node that solves a call-first trial only if the model came back to the imagined call.

    Of several tools it must have come back to every call of the chain, in order.
    """
    if others:
        return _make_compare_chain([spec, *others])

    async def reflect(state: EpisodeState) -> EpisodeState:
        imagined, suffix = _phrased(state)
        if not state.get("feasible", True) or imagined is None:
            return _reflection(solved=False, reason=NOTHING_CONFIRMED)
        results = [step.call for step in steps_of(state) if step.call and _answered(step)]
        if not results:
            return _reflection(solved=False, reason="no call of the attempt succeeded")
        different = differences(spec, imagined, results[-1])
        if different:
            return _reflection(solved=False, reason=f"the model came back to another call: {different}")
        return _reflection(solved=True, reason=f"the model came back to the imagined call{suffix}")

    return reflect


def _make_compare_chain(specs: Sequence[ToolSpec]) -> Node:
    known = {spec.name: spec for spec in specs}

    async def reflect(state: EpisodeState) -> EpisodeState:
        chain = [ToolCall.from_dict(call) for call in state.get("chain", [])]
        if not state.get("feasible", True) or not chain:
            return _reflection(solved=False, reason=NOTHING_CONFIRMED)
        _, suffix = _phrased(state)
        made = iter([step.call for step in steps_of(state) if step.call and _answered(step)])
        for expected in chain:  # each is looked for behind the one before it
            spec = known[expected.name]
            if not any(not differences(spec, expected, call) for call in made):
                reason = f"the model did not come back to {expected.signature} in its turn"
                return _reflection(solved=False, reason=reason[:400])
        return _reflection(
            solved=True, reason=f"the model came back to all {len(chain)} imagined calls{suffix}"
        )

    return reflect


def make_accept() -> Node:
    """Return the node of the ablation without reflection: whatever returned a result is solved."""

    async def reflect(state: EpisodeState) -> EpisodeState:
        solved = _any_result(steps_of(state))
        return _reflection(solved=solved, reason="a call returned a result" if solved else NOTHING_CONFIRMED)

    return reflect


def differences(spec: ToolSpec, expected: ToolCall, actual: ToolCall) -> str:
    """Return in words where two calls of a tool differ in meaning; empty when they do not."""
    from practicum import values

    if expected.name != actual.name:
        return f"{actual.name} was called instead of {expected.name}"
    wrong = []
    for parameter, schema in spec.properties.items():
        default = schema.get("default")
        want, got = expected.arguments.get(parameter, default), actual.arguments.get(parameter, default)
        if not values.equivalent(parameter, schema, want, got):
            wrong.append(f"{parameter} is {got!r} instead of {want!r}")
    return "; ".join(wrong)


def _phrased(state: EpisodeState) -> tuple[ToolCall | None, str]:
    """Return the call that the query was phrased from, and what to say of an unconfirmed one."""
    if state.get("imagined") is not None:
        return ToolCall.from_dict(state["imagined"] or {}), ""
    probes = [Step.from_dict(probe) for probe in state.get("probes", [])]
    if not probes or not _answered(probes[-1]):
        return None, ""
    return probes[-1].call, ", which nothing confirmed: it was not executed"


def _answered(step: Step) -> bool:
    """Whether a call returned something, or was right as far as its schema tells."""
    return step.observation.ok or step.observation.checked_only


def _any_result(steps: list[Step]) -> bool:
    return any(step.observation.ok for step in steps)


def _reflection(*, solved: bool, reason: str) -> EpisodeState:
    return EpisodeState(reflection=Reflection(solved=solved, reason=reason).as_dict())
