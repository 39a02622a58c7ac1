"""The graphs that langgraph.json names, made from settings alone: for LangGraph's own servers.

They read ``PRACTICUM_HOME``, ``PRACTICUM_MODEL``, ``PRACTICUM_EMBEDDER``, ``PRACTICUM_CHROMA_URL``,
``PRACTICUM_CONFIG``, ``PRACTICUM_LEARN_IN_SERVICE`` and ``PRACTICUM_TOOLS`` (sources separated by commas).
Whoever serves them adds the checkpointer, and asks for a graph each time a run begins or a state is read:
what takes long is opened once, and in a thread, since such a server refuses to wait in its event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

# Imported for good: the server reads the annotations to know what to pass.
from langgraph.graph.state import CompiledStateGraph
from langgraph_sdk.runtime import ServerRuntime

from practicum.graph.opened import AgentParts, ExplorationParts, Once, Shared, open_exploring, open_reading

SEED = 0
"""Of the state that tools with a sandbox find at the beginning of each run of the agent."""
_AGENT = Once(AgentParts.open)
_EXPLORING = Shared(open_exploring)
_READING = Once(open_reading)


@asynccontextmanager
async def agent(runtime: ServerRuntime[Any]) -> AsyncIterator[CompiledStateGraph[Any, None, Any, Any]]:
    """Give the agent with what the home's champion knows; a person is asked before what may be for good.

    What is promoted later serves after a restart. Each run finds tools with a sandbox in a fresh state.
    """
    parts = await asyncio.to_thread(_AGENT.get)
    if runtime.execution_runtime is None:
        yield parts.graph
        return
    async with parts.turns.episode(parts.catalog.sandboxes, SEED):
        yield parts.graph


@asynccontextmanager
async def explore(runtime: ServerRuntime[Any]) -> AsyncIterator[CompiledStateGraph[Any, None, Any, Any]]:
    """Give the exploration graph of the first tool: one episode, to look at and to run.

    Calls of a tool that may not run are checked, and not executed. The home is open for writing only while
    an episode runs: other commands can use it in between. Whoever only looks opens it for reading.
    """
    if runtime.execution_runtime is None:
        parts: ExplorationParts = await asyncio.to_thread(_READING.get)
        yield await asyncio.to_thread(parts.graph)
        return
    parts = await _EXPLORING.enter_to_the_end()
    try:
        async with parts.turns.episode(parts.executor.sandboxes([parts.tool]), SEED):
            yield await asyncio.to_thread(parts.graph)
    finally:
        await asyncio.to_thread(_EXPLORING.leave)
