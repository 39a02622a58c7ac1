"""The exploration graph: one episode of simulated trial and error on one tool.

        recall -> imagine -> screen -> attempt <-> observe
           ^         ^_________|          |
           |        (near-duplicate)      v
        record <----------------------- reflect
           |
           v   (all trials done)
        summarize -> keep

`recall`, `screen`, `record` and `keep` are the steps that touch memory; the
others are the nodes of the method, each made from its dependencies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from practicum.errors import ProviderError
from practicum.graph.aside import aside
from practicum.graph.memory_steps import Memory, make_keep, make_recall, make_record, make_screen
from practicum.graph.options import ExplorationOptions
from practicum.graph.sealed import OpeningExecutor, Sealed, SealingModel
from practicum.graph.timed import timed
from practicum.graph.traced import traced
from practicum.hostile import redact
from practicum.models.caller import ChatModel
from practicum.nodes.attempt import make_attempt
from practicum.nodes.imagine import make_imagine
from practicum.nodes.imagine_call import make_imagine_call
from practicum.nodes.imagine_chain import make_imagine_chain
from practicum.nodes.observe import make_observe
from practicum.nodes.reflect import make_accept, make_compare, make_reflect
from practicum.nodes.state import EpisodeState, Node
from practicum.nodes.summarize import make_summarize
from practicum.records import Note, Strategy, ToolSpec
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.executor import Executor

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph


def steps_at_most(options: ExplorationOptions, trials: int) -> int:
    """Return how many steps of the graph an episode can take: a bound against endless loops."""
    imaginings = 2 * (options.max_rejections + 1)
    attempts = 2 * options.max_calls + 1
    recall_reflect_record = 3
    return trials * (imaginings + attempts + recall_reflect_record) + 4  # a start, summarize, keep, an end


def exploration_graph(
    model: ChatModel,
    tool: Tool,
    executor: Executor,
    memory: Memory,
    *,
    options: ExplorationOptions | None = None,
    notes: Sequence[Note] = (),
    related: Sequence[str] | None = None,
    others: Sequence[Tool] = (),
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> CompiledStateGraph[EpisodeState, None, EpisodeState, EpisodeState]:
    """Return the state machine of one episode.

    Args:
        model: Imagines, attempts, reflects and summarizes.
        tool: The target; with ``others`` the one that leads.
        executor: Runs its calls.
        memory: The journal, and long-term memory.
        options: Strategy, bounds and ablations.
        notes: Lessons of earlier episodes, shown to query-first imagination.
        related: Tools whose results may hold values for this one's arguments; None for itself alone.
        others: Further tools, for an episode whose requests need several.
        checkpointer: Where the state is kept while an episode runs; None keeps nothing.
    """
    from langgraph.graph import END, START, StateGraph  # half a second that searching a home can do without

    options = options or ExplorationOptions()
    sealed = Sealed()
    model, executor = SealingModel(model, sealed), OpeningExecutor(executor, sealed)
    builder = StateGraph(EpisodeState)
    parts = _nodes(model, [tool, *others], executor, memory, options, notes, related)
    for name, node in parts.items():
        whole = traced(name, timed(name, _guarded(node)), options.strategy)
        builder.add_node(name, whole, input_schema=EpisodeState)  # said, since finding it out takes a while
    builder.add_conditional_edges(START, _next_trial, ["recall", "summarize"])
    builder.add_conditional_edges("recall", _after_recall, ["imagine", "record"])
    builder.add_edge("imagine", "screen")
    builder.add_conditional_edges("screen", _after_screen, ["imagine", "attempt", "reflect", "record"])
    builder.add_conditional_edges("attempt", _after_attempt, ["observe", "attempt", "reflect", "record"])
    builder.add_conditional_edges("observe", _after_observe, ["attempt", "record"])
    builder.add_edge("reflect", "record")
    builder.add_conditional_edges("record", _next_trial, ["recall", "summarize"])
    builder.add_edge("summarize", "keep")
    builder.add_edge("keep", END)
    return builder.compile(checkpointer=checkpointer, name=f"explore {tool.name}")


def _nodes(
    model: ChatModel,
    tools: Sequence[Tool],
    executor: Executor,
    memory: Memory,
    options: ExplorationOptions,
    notes: Sequence[Note],
    related: Sequence[str] | None,
) -> dict[str, Node]:
    spec, *others = [tool.spec for tool in tools]
    call_first = options.strategy is Strategy.CALL_FIRST
    reflect = make_compare(spec, others) if call_first else make_reflect(model)
    sandboxes = executor.sandboxes(tools)
    return {
        "recall": make_recall(memory, spec, options, related, others, sandboxed=bool(sandboxes)),
        "imagine": _imagine(model, tools, executor, options, notes),
        "screen": make_screen(memory, options),
        "attempt": _attempt(model, spec, others, options),
        "observe": make_observe(executor),
        "reflect": reflect if options.uses("reflection") else make_accept(),
        "record": make_record(memory, spec, options, model.name, others),
        "summarize": make_summarize(None if call_first else model, spec, others),
        "keep": make_keep(memory, model.name),
    }


def _imagine(
    model: ChatModel,
    tools: Sequence[Tool],
    executor: Executor,
    options: ExplorationOptions,
    notes: Sequence[Note],
) -> Node:
    spec, *others = [tool.spec for tool in tools]
    if options.strategy is not Strategy.CALL_FIRST:
        node = make_imagine(model, spec, notes=notes, memory_tokens=options.memory_tokens, others=others)
    elif others:
        node = make_imagine_chain(model, [spec, *others], executor, max_probes=options.max_calls)
    else:
        node = make_imagine_call(model, spec, executor, max_probes=options.max_calls)
    if not options.uses("short-term"):
        node = _without_short_term(node)
    if any(tool.effect is not Effect.READ_ONLY for tool in tools):
        # Around the ablation: what the trials changed is made anew.
        node = aside(node, executor, executor.sandboxes(tools))
    return node


def _attempt(
    model: ChatModel, spec: ToolSpec, others: Sequence[ToolSpec], options: ExplorationOptions
) -> Node:
    # A model that needs its calls sampled needs its values offered, too; and what it would
    # say about a result is not worth the time.
    call_first = options.strategy is Strategy.CALL_FIRST
    attempt = make_attempt(
        model,
        spec,
        max_calls=options.max_calls,
        grounding=call_first,
        plain=call_first,
        others=others,
    )
    return attempt if options.uses("short-term") else _without_short_term(attempt)


def _without_short_term(node: Node) -> Node:
    """The ablation: the node does not see the episode's earlier trials."""

    async def blind(state: EpisodeState) -> Any:
        return await node(EpisodeState(**{**state, "short_term": []}))

    return blind


def _guarded(node: Node) -> Node:
    """What nobody in the loop can mend breaks the trial, not the episode."""

    async def guarded(state: EpisodeState) -> Any:
        try:
            return await node(state)
        except ProviderError as error:
            return EpisodeState(broken=redact(str(error)))

    return guarded


# Routes are coroutines, though they wait for nothing: LangGraph calls plain functions in another thread.
async def _next_trial(state: EpisodeState) -> Literal["recall", "summarize"]:
    return "recall" if len(state.get("short_term", [])) < state["episode"]["trials"] else "summarize"


async def _after_recall(state: EpisodeState) -> Literal["imagine", "record"]:
    return "record" if state.get("broken") else "imagine"


async def _after_screen(state: EpisodeState) -> Literal["imagine", "attempt", "reflect", "record"]:
    if state.get("broken"):
        return "record"
    if not state.get("feasible", True):
        return "reflect"
    return "attempt" if state["query"] else "imagine"


async def _after_attempt(state: EpisodeState) -> Literal["observe", "attempt", "reflect", "record"]:
    if state.get("broken"):
        return "record"
    if state.get("pending"):
        return "observe"
    return "reflect" if state.get("answer") else "attempt"


async def _after_observe(state: EpisodeState) -> Literal["attempt", "record"]:
    return "record" if state.get("broken") else "attempt"
