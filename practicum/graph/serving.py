"""What a home offers to those who answer: demonstrations, notes and lessons, of the champion or an arm."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from practicum.graph.agent import agent_graph
from practicum.graph.approval import Approve, make_allowed
from practicum.graph.planning import EMBEDDED_MOST_TOOLS, is_embedded, name_of
from practicum.graph.remembering import make_remember
from practicum.hostile import redact
from practicum.memory_store.candidates import Adapter, Serving
from practicum.memory_store.home import Home
from practicum.memory_store.practised import PractisedQueries
from practicum.memory_store.selection import ToolIndex
from practicum.memory_store.served import (
    served_adapter,
    served_demonstrations,
    served_lessons,
    served_notes,
    served_queries,
)
from practicum.models.cache import cache_dir
from practicum.models.caller import CALLS_AT_ONCE, ModelCaller
from practicum.nodes.decide import Decide, make_decide
from practicum.nodes.recollect import MOST_TOOLS, Recollect, make_recollect
from practicum.records import ToolSpec
from practicum.tools.catalog import Catalog, require_sandboxes
from practicum.tools.executor import Executor
from practicum.tools.policy import require_known

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langgraph.graph.state import CompiledStateGraph


def recollect_from(
    home: Home,
    specs: Sequence[ToolSpec],
    serving: Serving,
    *,
    embedded: bool = False,
    grounding: bool = False,
    most_tools: int | None = None,
) -> Recollect:
    """Return what selects tools, demonstrations and notes for a query.

    Args:
        home: Where demonstrations and notes come from.
        specs: The tools to choose from.
        serving: Which of them.
        embedded: Whether it is for a small model: fewer tools, and no choice of its own to call one.
        grounding: Whether only values found in the query will be offered.
        most_tools: Above so many, those nearest to the query are shown; None for what is usual.
    """
    chosen = served_demonstrations(home, serving)
    usual = EMBEDDED_MOST_TOOLS if embedded else MOST_TOOLS
    return make_recollect(
        specs,
        home.demonstrations(chosen) if chosen is not None else None,
        nearness=ToolIndex(specs, home.embedder),
        most_tools=usual if most_tools is None else most_tools,
        practised=_practised(home, serving, specs) if embedded else None,
        small=embedded,
        grounded=grounding,
        trained=_trained_without_documentation(served_adapter(home, serving)),
        lessons=served_lessons(home, serving, specs),
        notes=served_notes(home, serving),
    )


def _practised(home: Home, serving: Serving, specs: Sequence[ToolSpec]) -> PractisedQueries | None:
    """What the tools were asked in practice, where something serves that was learned from it."""
    queries = served_queries(home, serving, specs)
    cache = cache_dir() / "practised"
    return PractisedQueries(queries, home.embedder, cache=cache) if queries else None


def _trained_without_documentation(adapter: Adapter | None) -> dict[str, str] | None:
    """The schemas that an adapter learned, unless its prompts listed the tools, as service then does."""
    if adapter is None or adapter.training.get("options", {}).get("documented"):
        return None
    return adapter.schema_hashes


def decide_with(home: Home, model: ModelCaller, serving: Serving, *, grounding: bool) -> Decide:
    """Return the decision of a model, asked as its adapter was trained if it has one."""
    adapter = served_adapter(home, serving)
    return make_decide(model, grounding=grounding, trained_on=adapter.targets if adapter else None)


def serve_agent(
    home: Home,
    model: BaseChatModel,
    catalog: Catalog,
    serving: Serving,
    *,
    grounding: bool | None = None,
    approve: Approve = "none",
    allow: Collection[str] = (),
    learn: bool = False,
    checkpointer: Any = None,
    concurrency: int = CALLS_AT_ONCE,
) -> CompiledStateGraph[Any, None, Any, Any]:
    """Return the agent with what serves; ``model`` has the adapter already. See `Practice.agent`.

    Raises:
        JournalError: conversations are to be kept, and the home's folder can't be written.
        SetupError: a tool works in a sandbox, and none was entered; or none is called as ``allow`` says.
    """
    require_sandboxes(catalog.tools)
    require_known(catalog.tools, allow)
    embedded = is_embedded(model)
    caller = ModelCaller(model, name=name_of(model), concurrency=concurrency)
    grounded = embedded if grounding is None else grounding
    graph = agent_graph(
        decide_with(home, caller, serving, grounding=grounded),
        recollect_from(home, catalog.specs, serving, embedded=embedded, grounding=grounded),
        Executor(catalog.tools),
        plain=embedded,
        allowed=make_allowed(catalog.tools, approve, allow),
        remember=make_remember(home.turn_log(), catalog.specs, name_of(model)) if learn else None,
        checkpointer=checkpointer,
    )
    about = {"serving": str(serving), "model": redact(caller.name), "tools": len(catalog)}
    return graph.with_config(run_name="agent", tags=["practicum", "agent"], metadata=about)
