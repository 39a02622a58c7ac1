"""For an agent the user already has: demonstrations and tool selection as LangChain middleware."""

from __future__ import annotations

import operator
from collections.abc import Awaitable, Callable, Collection, Sequence
from itertools import takewhile
from typing import Any, cast

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.messages import BaseMessage, SystemMessage
from langchain_core.tools import BaseTool

from practicum.graph.planning import name_of
from practicum.graph.remembering import make_remember_with
from practicum.memory_store.turn_log import TurnLog
from practicum.nodes.conversation import demonstration_messages
from practicum.nodes.decide import last_query, notes_text
from practicum.nodes.prompting import with_data_rule
from practicum.nodes.recollect import (
    MOST_TOOLS,
    DemonstrationSource,
    Recollection,
    ToolSimilarity,
    make_recollect,
)
from practicum.records import Note, ToolSpec
from practicum.tools.langchain_tools import function_spec, make_catalog
from practicum.tracing import annotate


class PracticumMiddleware(AgentMiddleware[Any, Any]):
    """Shows the model, before each call, what practice left behind for the query at hand.

    Nothing is added to the agent's state: demonstrations precede the conversation in the request only,
    behind the instructions that it may begin with.
    """

    def __init__(
        self,
        demonstrations: DemonstrationSource | None,
        *,
        nearness: Callable[[list[ToolSpec]], ToolSimilarity] | None = None,
        k: int = 4,
        most_tools: int = MOST_TOOLS,
        notes: Sequence[Note] = (),
        practised: Collection[str] = (),
    ) -> None:
        """Take what is shown.

        Args:
            demonstrations: Where demonstrations come from; None for none.
            nearness: Makes the index that tools are selected by.
            k: How many demonstrations.
            most_tools: Above so many tools, the nearest are selected.
            notes: Lessons in words.
            practised: Hashes of the schemas that the tools had in practice.
        """
        super().__init__()
        self._practised = frozenset(practised)
        self._notes = tuple(notes)
        self._demonstrations = demonstrations
        self._nearness = nearness
        self._k = k
        self._most_tools = most_tools
        self._indexed: tuple[tuple[str, ...], ToolSimilarity] | None = None
        self._known: tuple[list[BaseTool], list[ToolSpec]] = ([], [])

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
        specs = self._specs(request)
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
        marked = not getattr(request.model, "supports_grounding", False)
        if found.demonstrations and marked:
            request = request.override(system_message=_with_data_rule(request.system_message))
        messages = cast("list[Any]", _shown(request.messages, found, marked=marked))
        return request.override(messages=messages, tools=_offered(request, specs, found))

    def _specs(self, request: ModelRequest[Any]) -> list[ToolSpec]:
        """The specs of the agent's tools; kept while they are the same, since each takes a millisecond."""
        tools = [tool for tool in request.tools if isinstance(tool, BaseTool)]
        known, specs = self._known
        if len(known) != len(tools) or not all(map(operator.is_, known, tools)):
            specs = [self._as_practised(tool, spec) for tool, spec in _with_specs(tools)]
            self._known = tools, specs
        return specs

    def _as_practised(self, tool: BaseTool, spec: ToolSpec) -> ToolSpec:
        """The spec that the tool was practised with: its own, or that of the function it was made of."""
        if spec.schema_hash in self._practised:
            return spec
        other = function_spec(tool)
        return other if other is not None and other.schema_hash in self._practised else spec

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
        self._hashes.update((spec.name, spec.schema_hash) for spec in self._specs(request))
        self._model = name_of(request.model)
        return await super()._prepared(request)

    def after_agent(self, state: Any, runtime: Any) -> None:
        del runtime
        self._remember(state["messages"])

    async def aafter_agent(self, state: Any, runtime: Any) -> None:
        self.after_agent(state, runtime)


def _with_specs(tools: Sequence[BaseTool]) -> list[tuple[BaseTool, ToolSpec]]:
    """The tools that can be read, each with its spec."""
    specs = {spec.name: spec for spec in make_catalog(tools).specs}
    first = {tool.name: tool for tool in reversed(tools)}
    return [(first[name], spec) for name, spec in specs.items()]


def _offered(request: ModelRequest[Any], specs: Sequence[ToolSpec], found: Recollection) -> list[Any]:
    """The tools that were selected, in their own order.

    A tool given as a provider's own dict, one that could not be read and one that the request makes the
    model call are left alone.
    """
    left_out = {spec.name for spec in specs} - {spec.name for spec in found.tools}
    left_out.discard(_forced(request.tool_choice))
    return [tool for tool in request.tools if not isinstance(tool, BaseTool) or tool.name not in left_out]


def _forced(choice: Any) -> str:
    """The name of the tool that the model is made to call, in any provider's format; empty for none."""
    if not isinstance(choice, dict):
        return str(choice or "")
    return str((choice.get("function") or choice).get("name", ""))


def _shown(messages: Sequence[Any], found: Recollection, *, marked: bool) -> list[BaseMessage]:
    """The conversation with what was found before it, but for instructions that it begins with.

    Many providers take instructions only where a prompt begins.
    """
    head = list(takewhile(lambda message: isinstance(message, SystemMessage), messages))
    notes = [SystemMessage(content=notes_text(found.notes, marked=marked))] if found.notes else []
    return [*head, *notes, *demonstration_messages(found.demonstrations), *messages[len(head) :]]


def _with_data_rule(own: SystemMessage | None) -> SystemMessage:
    """The agent's own instructions, with the rule that what tools return is data.

    Instructions in blocks keep them: one may say up to where a provider is to cache the prompt.
    """
    if own is not None and isinstance(own.content, list):
        rule = {"type": "text", "text": with_data_rule("")}
        return own.model_copy(update={"content": [*own.content, rule]})
    return SystemMessage(content=with_data_rule(str(own.text) if own is not None else "").strip())


def _run(work: Any) -> Any:
    """Run a coroutine from synchronous code, whether or not this thread has a running loop."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor
    from contextvars import copy_context

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(copy_context().run, asyncio.run, work).result()
