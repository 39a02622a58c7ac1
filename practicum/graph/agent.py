"""The agent graph: recall -> decide <-> (approve ->) execute; messages in, messages out."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Literal, Protocol

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langgraph.graph import END, START, MessagesState, StateGraph

from practicum.graph.approval import Allowed
from practicum.graph.both_ways import BothWays
from practicum.graph.remembering import Remember
from practicum.graph.unanswered import in_place_of_all, refusal_message, tool_message, with_results
from practicum.models.caller import Reply
from practicum.nodes.attempt import UNREADABLE_FIX
from practicum.nodes.decide import Decide, last_query
from practicum.nodes.plain_answer import plain_answer
from practicum.nodes.recollect import Recollect, Recollection
from practicum.nodes.turns import NO_ANSWER
from practicum.records import Demonstration, Lessons, Note, ToolCall, ToolSpec
from practicum.tools.executor import Executor
from practicum.tracing import annotate

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

MAX_ROUNDS = 6
"""Default bound of decide-execute rounds for one query."""


class AgentState(MessagesState, total=False):
    """The conversation, and what was recollected for its last query."""

    tools: list[dict[str, Any]]
    demonstrations: list[dict[str, Any]]
    tool_choice: str
    lessons: dict[str, dict[str, Any]]
    documented: bool
    trained: bool
    notes: list[dict[str, Any]]
    rounds: int
    refused: dict[str, str]
    decided: list[str]


class _AgentNode(Protocol):
    """A step of the agent; LangGraph wants the parameter to be called ``state``."""

    async def __call__(self, state: AgentState) -> dict[str, Any]: ...


def agent_graph(
    decide: Decide,
    recollect: Recollect,
    executor: Executor,
    *,
    max_rounds: int = MAX_ROUNDS,
    plain: bool = False,
    allowed: Allowed | None = None,
    remember: Remember | None = None,
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> CompiledStateGraph[AgentState, None, AgentState, AgentState]:
    """Return the agent, compiled.

    Args:
        decide: The model's next move (`practicum.nodes.decide`).
        recollect: Selects tools and demonstrations for a query.
        executor: Runs tool calls; errors come back to the model.
        max_rounds: After so many rounds the model must answer.
        plain: The first result is the answer, said without the model (for the embedded model).
        allowed: Decides whether a call is executed (`practicum.graph.approval`); None: all are.
        remember: Keeps the turn when it is answered (`practicum.graph.remembering`); None: nothing is kept.
        checkpointer: For conversations over several invocations.
    """
    builder = StateGraph(AgentState)
    builder.add_node("recall", BothWays(_make_recall(recollect, asks=allowed is not None)))
    builder.add_node("decide", BothWays(_make_decision(decide, max_rounds=max_rounds, plain=plain)))
    builder.add_node("execute", BothWays(_make_execute(executor)))
    builder.add_edge(START, "recall")
    builder.add_edge("recall", "decide")
    if allowed is not None:
        builder.add_node("approve", BothWays(_make_approve(allowed)))
        builder.add_edge("approve", "execute")
    after = "execute" if allowed is None else "approve"
    end = END
    if remember is not None:
        end = "remember"
        builder.add_node("remember", BothWays(_make_remember(remember)))
        builder.add_edge("remember", END)
    builder.add_conditional_edges("decide", BothWays(_route), {"execute": after, "__end__": end})
    builder.add_edge("execute", "decide")
    return builder.compile(checkpointer=checkpointer, name="agent")


def _make_recall(recollect: Recollect, *, asks: bool) -> _AgentNode:
    async def recall(state: AgentState) -> dict[str, Any]:
        found = await recollect(last_query(state["messages"]))
        _tell_shown(found)
        healed = with_results(state["messages"], asks=asks, decided=state.get("decided", ()))
        return {
            "messages": [] if healed is None else in_place_of_all(healed),
            "tools": [spec.as_dict() for spec in found.tools],
            "demonstrations": [shown.as_dict() for shown in found.demonstrations],
            "tool_choice": found.tool_choice,
            "lessons": {tool: lessons.as_dict() for tool, lessons in found.lessons.items()},
            "documented": found.documented,
            "trained": found.trained,
            "notes": [note.as_dict() for note in found.notes],
            "rounds": 0,
        }

    return recall


def _tell_shown(found: Recollection) -> None:
    """Let the trace of the run say what was shown: demonstrations by their trials, notes by their ids."""
    shown: dict[str, Any] = {
        "demonstrations": [each.id for each in found.demonstrations],
        "notes": [note.id for note in found.notes],
    }
    annotate(**shown)
    annotate(whole=True, **shown)


def _make_decision(decide: Decide, *, max_rounds: int, plain: bool) -> _AgentNode:
    async def answer_or_call(state: AgentState) -> dict[str, Any]:
        result = _result(state) if plain else None
        if result is not None:
            return {"messages": [AIMessage(content=plain_answer(result))]}
        done = state.get("rounds", 0) >= max_rounds
        recollection = _recollection(state)
        choice = "none" if done or not recollection.tools else recollection.tool_choice
        reply = await decide(state["messages"], recollection, tool_choice=choice)
        if reply.unreadable and choice != "none":
            told = [*state["messages"], *_about_unreadable(reply)]
            reply = await decide(told, recollection, tool_choice=choice)
        # Some servers ignore the choice: a call that was not allowed would go on for ever.
        calls = () if choice == "none" else reply.calls
        return {"messages": [_message(reply.text, calls)], "rounds": state.get("rounds", 0) + 1}

    return answer_or_call


def _make_approve(allowed: Allowed) -> _AgentNode:
    """A step of its own: it begins anew when a person has answered, and what was executed would be again."""

    async def approve(state: AgentState) -> dict[str, Any]:
        calls = [
            (call["id"], ToolCall(name=call["name"], arguments=call["args"])) for call in _last_calls(state)
        ]
        why = {call_id: allowed(call, call_id) for call_id, call in calls}
        refused = {call_id: reason for call_id, reason in why.items() if reason is not None}
        return {"refused": refused, "decided": list(why)}

    return approve


def _make_execute(executor: Executor) -> _AgentNode:
    async def execute(state: AgentState) -> dict[str, Any]:
        refused = state.get("refused", {})
        made = [await _executed(executor, call, refused.get(call["id"])) for call in _last_calls(state)]
        return {"messages": made}

    return execute


def _make_remember(remember: Remember) -> _AgentNode:
    async def keep(state: AgentState) -> dict[str, Any]:
        remember(state["messages"])
        return {}

    return keep


async def _executed(executor: Executor, call: Any, refused: str | None) -> ToolMessage:
    if refused is not None:
        return refusal_message(call, refused)
    observation = await executor.execute(_call(call))
    return tool_message(call, observation.text, observation.error)


def _call(made: Any) -> ToolCall:
    return ToolCall(name=made["name"], arguments=made["args"])


# A coroutine, though it waits for nothing: LangGraph calls plain functions in another thread.
async def _route(state: AgentState) -> Literal["execute", "__end__"]:
    return "execute" if _last_calls(state) else "__end__"


def _message(text: str, calls: tuple[ToolCall, ...]) -> AIMessage:
    made = [{"name": c.name, "args": c.arguments, "id": f"call-{uuid.uuid4().hex[:12]}"} for c in calls]
    return AIMessage(content=text if text.strip() or made else NO_ANSWER, tool_calls=made)


def _about_unreadable(reply: Reply) -> list[BaseMessage]:
    """Tell the model once, outside of the conversation, what was wrong with its call."""
    said = AIMessage(content=reply.text or "(a call that could not be read)")
    return [said, HumanMessage(content=f"Error: {reply.unreadable}; {UNREADABLE_FIX}")]


def _recollection(state: AgentState) -> Recollection:
    return Recollection(
        tuple(ToolSpec.from_dict(spec) for spec in state.get("tools", [])),
        tuple(Demonstration.from_dict(shown) for shown in state.get("demonstrations", [])),
        state.get("tool_choice", "auto"),
        state.get("documented", True),
        {tool: Lessons.from_dict(lessons) for tool, lessons in state.get("lessons", {}).items()},
        tuple(Note.from_dict(note) for note in state.get("notes", [])),
        state.get("trained", False),
    )


def _last_calls(state: AgentState) -> list[Any]:
    last = state["messages"][-1]
    return list(last.tool_calls) if isinstance(last, AIMessage) else []


def _result(state: AgentState) -> str | None:
    """The text of the latest successful call made since the user's last message."""
    for message in reversed(state["messages"]):
        if isinstance(message, HumanMessage):
            return None
        if isinstance(message, ToolMessage) and message.status == "success":
            return str(message.text)
    return None
