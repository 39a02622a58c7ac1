"""Imagine, query-first: the model writes what a user could ask (section 3.1 of the STE paper)."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import HumanMessage

from practicum.models.caller import ChatModel
from practicum.nodes.conversation import clip, transcript
from practicum.nodes.prompting import render
from practicum.nodes.state import EpisodeState, Node, earlier_trials, usage_after
from practicum.records import JsonObject, LongTermView, Note, ToolSpec, canonical_json

QUERY_CHARACTERS = 1000
TEMPERATURE = 0.9
"""High, so that the same view of memory leads to different queries."""

SCHEMA: JsonObject = {
    "title": "ImaginedQuery",
    "description": "A request that a user could make.",
    "type": "object",
    "properties": {"query": {"type": "string", "maxLength": QUERY_CHARACTERS}},
    "required": ["query"],
    "additionalProperties": False,
}


def make_imagine(model: ChatModel, spec: ToolSpec, *, notes: Sequence[Note] = ()) -> Node:
    """Return the node that imagines one query for the tool from both memories."""

    async def imagine(state: EpisodeState) -> EpisodeState:
        prompt = imagination_prompt(spec, state, notes)
        reply = await model.ask([HumanMessage(content=prompt)], SCHEMA, temperature=TEMPERATURE)
        said = (reply.structured or {}).get("query")
        query = said.strip()[:QUERY_CHARACTERS] if isinstance(said, str) else ""
        feasible = bool(query)  # an unreadable imagination is a trial without a query
        return EpisodeState(query=query, feasible=feasible, usage=usage_after(state, reply.usage))

    return imagine


def imagination_prompt(spec: ToolSpec, state: EpisodeState, notes: Sequence[Note]) -> str:
    """Return the prompt; its length is bounded, however many trials memory holds."""
    view = LongTermView.from_dict(state.get("long_term", {}))
    shown = {past.trial_id for past in view.nearest}
    return render(
        "imagine_query",
        name=spec.name,
        description=spec.description,
        parameters=canonical_json(spec.parameters),
        notes=[note.text for note in notes],
        nearest=[_gist(past.query, past.outcome) for past in view.nearest],
        sampled=[_gist(past.query, past.outcome) for past in view.sampled if past.trial_id not in shown],
        total=view.total,
        episode=[transcript(trial.query, trial.steps, trial.answer) for trial in earlier_trials(state)],
        rejected=state.get("rejected", []),
    )


def _gist(query: str, outcome: str) -> dict[str, str]:
    return {"query": clip(query, 300), "outcome": str(outcome)}
