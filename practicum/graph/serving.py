"""What a home offers to those who answer: its demonstrations, and what they show of tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from practicum.graph.agent import agent_graph
from practicum.graph.planning import EMBEDDED_MOST_TOOLS, is_embedded, name_of
from practicum.memory_store.entries import DemonstrationSet
from practicum.memory_store.home import Home
from practicum.memory_store.selection import ToolIndex
from practicum.models.caller import ModelCaller
from practicum.nodes.decide import make_decide
from practicum.nodes.recollect import MOST_TOOLS, Recollect, make_recollect
from practicum.records import ToolSpec
from practicum.tools.catalog import Catalog
from practicum.tools.executor import Executor

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langgraph.graph.state import CompiledStateGraph


def chosen_set(home: Home, demos: str | None) -> DemonstrationSet | None:
    """Return the demonstration set ``demos@N``, or the ``newest`` if there is one; None for none."""
    return None if demos is None else home.demonstration_set(None if demos == "newest" else demos)


def recollect_from(
    home: Home,
    specs: Sequence[ToolSpec],
    *,
    demos: str | None = "newest",
    embedded: bool = False,
    grounding: bool = False,
) -> Recollect:
    """Return what selects tools and demonstrations for a query.

    Args:
        home: Where demonstrations come from.
        specs: The tools to choose from.
        demos: A set such as ``demos@3``, ``newest``, or None for no demonstrations.
        embedded: Whether it is for a small model: fewer tools, and no choice of its own to call one.
        grounding: Whether only values found in the query will be offered.
    """
    chosen = chosen_set(home, demos)
    return make_recollect(
        specs,
        home.demonstrations(chosen) if chosen is not None else None,
        nearness=ToolIndex(specs, home.embedder),
        most_tools=EMBEDDED_MOST_TOOLS if embedded else MOST_TOOLS,
        small=embedded,
        grounded=grounding,
        lessons=chosen.lessons if chosen is not None else None,
    )


def serve_agent(
    home: Home,
    model: BaseChatModel,
    catalog: Catalog,
    *,
    grounding: bool | None = None,
    checkpointer: Any = None,
) -> CompiledStateGraph[Any, None, Any, Any]:
    """Return the agent with the newest demonstrations; see `practicum.practice.Practice.agent`."""
    embedded = is_embedded(model)
    caller = ModelCaller(model, name=name_of(model))
    grounded = embedded if grounding is None else grounding
    return agent_graph(
        make_decide(caller, grounding=grounded),
        recollect_from(home, catalog.specs, embedded=embedded, grounding=grounded),
        Executor(catalog.tools),
        plain=embedded,
        checkpointer=checkpointer,
    )
