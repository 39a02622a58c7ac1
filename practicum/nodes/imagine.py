"""Imagine, query-first: the model writes what a user could ask (section 3.1 of the STE paper)."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import HumanMessage

from practicum.models.caller import ChatModel
from practicum.nodes.memory_budget import MEMORY_TOKENS, memory_within
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


def make_imagine(
    model: ChatModel,
    spec: ToolSpec,
    *,
    notes: Sequence[Note] = (),
    memory_tokens: int = MEMORY_TOKENS,
    others: Sequence[ToolSpec] = (),
) -> Node:
    """Return the node that imagines one query for the tool, or for several, from both memories.

    Args:
        model: Who imagines.
        spec: The target tool.
        notes: Lessons of earlier episodes; those with the most evidence are shown.
        memory_tokens: What all that is remembered may cost of the prompt, in estimated tokens.
        others: Further tools: then the query needs more than one of them.
    """

    async def imagine(state: EpisodeState) -> EpisodeState:
        prompt = imagination_prompt(
            spec, state, notes, memory_tokens, marked=not model.takes_variants, others=others
        )
        reply = await model.ask([HumanMessage(content=prompt)], SCHEMA, temperature=TEMPERATURE)
        said = (reply.structured or {}).get("query")
        query = said.strip()[:QUERY_CHARACTERS] if isinstance(said, str) else ""
        feasible = bool(query)  # an unreadable imagination is a trial without a query
        return EpisodeState(query=query, feasible=feasible, usage=usage_after(state, reply.usage))

    return imagine


def imagination_prompt(
    spec: ToolSpec,
    state: EpisodeState,
    notes: Sequence[Note],
    memory_tokens: int = MEMORY_TOKENS,
    *,
    marked: bool = False,
    others: Sequence[ToolSpec] = (),
) -> str:
    """Return the prompt; its length is bounded, however much the memories hold.

    With ``marked`` it says which parts of them a tool returned.
    """
    view = LongTermView.from_dict(state.get("long_term", {}))
    memory = memory_within(
        memory_tokens,
        trials=earlier_trials(state),
        view=view,
        notes=notes,
        rejected=state.get("rejected", []),
    )
    tools = [
        {
            "name": each.name,
            "description": each.description,
            "parameters": canonical_json(each.parameters),
        }
        for each in (spec, *others)
    ]
    asked_for: JsonObject = {"tools": tools} if others else tools[0]
    return render(
        "imagine_combined" if others else "imagine_query",
        **asked_for,
        notes=memory.notes,
        past=memory.past,
        total=view.total,
        episode=memory.episode,
        rejected=memory.rejected,
        gaps=memory.gaps,
        offers=memory.offers,
        marked=marked,
    )
