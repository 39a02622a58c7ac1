"""For an agent the user already has: demonstrations and tool selection as LangChain middleware."""

from __future__ import annotations

import operator
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from typing import Any, cast

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.messages import AIMessage
from langchain_core.tools import BaseTool

from practicum.errors import SetupError
from practicum.graph.both_ways import run_here
from practicum.graph.planning import name_of
from practicum.graph.remembering import make_remember_with
from practicum.graph.showing import shown_before, specs_as_practised, with_rule
from practicum.memory_store.turn_log import TurnLog
from practicum.models.sendable import whole_messages
from practicum.nodes.decide import last_query
from practicum.nodes.recollect import (
    DEMONSTRATIONS,
    MOST_TOOLS,
    DemonstrationSource,
    Recollection,
    ToolSimilarity,
    make_recollect,
)
from practicum.records import Note, ToolSpec
from practicum.tracing import annotate


class PracticumMiddleware(AgentMiddleware[Any, Any]):
    """Shows the model, before each call, what practice left behind for the query at hand.

    Nothing is added to the agent's state: demonstrations precede the conversation in the request only,
    behind the instructions that it may begin with. Of many practised tools those nearest to the query are
    offered; a tool that practice knows nothing about, such as one that other middleware brings, always is.
    """

    def __init__(
        self,
        demonstrations: DemonstrationSource | None,
        *,
        nearness: Callable[[list[ToolSpec]], ToolSimilarity] | None = None,
        k: int = DEMONSTRATIONS,
        most_tools: int | None = MOST_TOOLS,
        notes: Sequence[Note] = (),
        practised: Collection[str] | None = None,
    ) -> None:
        """Take what is shown.

        Args:
            demonstrations: Where demonstrations come from; None for none.
            nearness: Makes the index that tools are selected by.
            k: How many demonstrations.
            most_tools: Above so many practised tools, the nearest are offered; None: all are.
            notes: Lessons in words.
            practised: Hashes of the schemas that the tools had in practice; None: all count as practised.

        Raises:
            SetupError: ``most_tools`` is less than one.
        """
        super().__init__()
        if most_tools is not None and most_tools < 1:
            raise SetupError(
                f"no model can choose among {most_tools} tools", "use 1 or more, or None for all"
            )
        self._practised = None if practised is None else frozenset(practised)
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
        return handler(run_here(self._prepared(request)))

    async def _prepared(self, request: ModelRequest[Any]) -> ModelRequest[Any]:
        specs, query = self._practised_of(self._specs(request)), last_query(request.messages)
        if not specs or not query.strip():
            return request
        recollect = make_recollect(
            specs,
            self._demonstrations,
            nearness=self._nearness_of(specs),
            k=self._k,
            most_tools=self._most_tools or len(specs),
            notes=self._notes,
        )
        found = await recollect(query)
        annotate(whole=True, demonstrations=[shown.id for shown in found.demonstrations])
        marked = not getattr(request.model, "supports_grounding", False)
        if found.demonstrations and marked:
            request = request.override(system_message=with_rule(request.system_message))
        messages = whole_messages(shown_before(request.messages, found, marked=marked))
        return request.override(messages=cast("list[Any]", messages), tools=_offered(request, specs, found))

    def _specs(self, request: ModelRequest[Any]) -> list[ToolSpec]:
        """The specs of the agent's tools; kept while they are the same, since each takes a millisecond."""
        tools = [tool for tool in request.tools if isinstance(tool, BaseTool)]
        known, specs = self._known
        if len(known) != len(tools) or not all(map(operator.is_, known, tools)):
            specs = specs_as_practised(tools, self._practised or frozenset())
            self._known = tools, specs
        return specs

    def _practised_of(self, specs: list[ToolSpec]) -> list[ToolSpec]:
        """Those of the tools that practice knows as they are now: of others nothing is said, or left out."""
        if self._practised is None:
            return specs
        return [spec for spec in specs if spec.schema_hash in self._practised]

    def _nearness_of(self, specs: list[ToolSpec]) -> ToolSimilarity | None:
        """The index of these tools where some must be left out; kept, since they rarely change."""
        if self._nearness is None or self._most_tools is None or len(specs) <= self._most_tools:
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


def _offered(request: ModelRequest[Any], specs: Sequence[ToolSpec], found: Recollection) -> list[Any]:
    """All tools but those of ``specs`` that were not selected, in their own order.

    One that the request makes the model call stays, and so does one that it has called before: it may be in
    the middle of something that the user's last words do not name.
    """
    left_out = {spec.name for spec in specs} - {spec.name for spec in found.tools}
    left_out -= {_forced(request.tool_choice), *_called(request.messages)}
    return [tool for tool in request.tools if not isinstance(tool, BaseTool) or tool.name not in left_out]


def _called(messages: Sequence[Any]) -> Iterator[str]:
    """The names of the tools that a conversation has calls of."""
    for message in messages:
        if isinstance(message, AIMessage):
            yield from (call["name"] for call in message.tool_calls)


def _forced(choice: Any) -> str:
    """The name of the tool that the model is made to call, in any provider's format; empty for none."""
    if not isinstance(choice, dict):
        return str(choice or "")
    function = choice.get("function")
    return str((function if isinstance(function, dict) else choice).get("name", ""))
