"""For an agent the user already has: demonstrations and tool selection as LangChain middleware."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.messages import SystemMessage
from langchain_core.tools import BaseTool

from practicum.graph.planning import name_of
from practicum.graph.remembering import make_remember_with
from practicum.memory_store.turn_log import TurnLog
from practicum.nodes.conversation import demonstration_messages
from practicum.nodes.decide import last_query, notes_text
from practicum.nodes.prompting import with_data_rule
from practicum.nodes.recollect import MOST_TOOLS, DemonstrationSource, ToolSimilarity, make_recollect
from practicum.records import Note, ToolSpec
from practicum.tools.langchain_tools import make_catalog
from practicum.tracing import annotate


class PracticumMiddleware(AgentMiddleware[Any, Any]):
    """Shows the model, before each call, what practice left behind for the query at hand.

    Nothing is added to the agent's state: demonstrations precede the conversation in the request only.
    """

    def __init__(
        self,
        demonstrations: DemonstrationSource | None,
        *,
        nearness: Callable[[list[ToolSpec]], ToolSimilarity] | None = None,
        k: int = 4,
        most_tools: int = MOST_TOOLS,
        notes: Sequence[Note] = (),
    ) -> None:
        super().__init__()
        self._notes = tuple(notes)
        self._demonstrations = demonstrations
        self._nearness = nearness
        self._k = k
        self._most_tools = most_tools
        self._indexed: tuple[tuple[str, ...], ToolSimilarity] | None = None

    async def awrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        return await handler(await self._prepared(request))

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        return handler(_run(self._prepared(request)))

    async def _prepared(self, request: ModelRequest[Any]) -> ModelRequest[Any]:
        known = [tool for tool in request.tools if isinstance(tool, BaseTool)]
        specs = list(make_catalog(known).specs)
        recollect = make_recollect(
            specs,
            self._demonstrations,
            nearness=self._nearness_of(specs),
            k=self._k,
            most_tools=self._most_tools,
            notes=self._notes,
        )
        found = await recollect(last_query(request.messages))
        annotate(whole=True, demonstrations=[shown.id for shown in found.demonstrations])
        chosen = {spec.name for spec in found.tools}
        known_names = {spec.name for spec in specs}
        # A tool given as a provider's own dict, or one that could not be read, is left alone.
        tools = [
            tool
            for tool in request.tools
            if not isinstance(tool, BaseTool) or tool.name in chosen or tool.name not in known_names
        ]
        marked = not getattr(request.model, "supports_grounding", False)
        if found.demonstrations and marked:
            request = request.override(system_message=_with_data_rule(request.system_message))
        messages = [*demonstration_messages(found.demonstrations), *request.messages]
        if found.notes:
            messages.insert(0, SystemMessage(content=notes_text(found.notes, marked=marked)))
        return request.override(messages=cast("list[Any]", messages), tools=tools)

    def _nearness_of(self, specs: list[ToolSpec]) -> ToolSimilarity | None:
        """The index of these tools where some must be left out; kept, since they rarely change."""
        if self._nearness is None or len(specs) <= self._most_tools:
            return None
        key = tuple(spec.schema_hash for spec in specs)
        if self._indexed is None or self._indexed[0] != key:
            self._indexed = key, self._nearness(specs)
        return self._indexed[1]


class LearningMiddleware(PracticumMiddleware):
    """The same, which also keeps the turns that the agent answers (`practicum.graph.remembering`).

    A class of its own: the hook after the agent is a step of the agent's graph, which only who learns needs.
    """

    def __init__(self, log: TurnLog, demonstrations: DemonstrationSource | None, **options: Any) -> None:
        super().__init__(demonstrations, **options)
        self._hashes: dict[str, str] = {}
        self._model = ""
        self._remember = make_remember_with(log, self._hashes, lambda: self._model)

    async def _prepared(self, request: ModelRequest[Any]) -> ModelRequest[Any]:
        known = make_catalog([tool for tool in request.tools if isinstance(tool, BaseTool)])
        self._hashes.update((spec.name, spec.schema_hash) for spec in known.specs)
        self._model = name_of(request.model)
        return await super()._prepared(request)

    def after_agent(self, state: Any, runtime: Any) -> None:
        del runtime
        self._remember(state["messages"])

    async def aafter_agent(self, state: Any, runtime: Any) -> None:
        self.after_agent(state, runtime)


def _with_data_rule(own: SystemMessage | None) -> SystemMessage:
    """The agent's own instructions, with the rule that what tools return is data."""
    return SystemMessage(content=with_data_rule(str(own.text) if own is not None else "").strip())


def _run(work: Any) -> Any:
    """Run a coroutine from synchronous code, whether or not this thread has a running loop."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()
