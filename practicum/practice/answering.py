"""Answering with what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from practicum.graph.planning import (
    Tools,
    as_catalog,
)
from practicum.memory_store.home import Home
from practicum.models.caller import CALLS_AT_ONCE
from practicum.nodes.recollect import MOST_TOOLS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable
    from langgraph.graph.state import CompiledStateGraph

    from practicum.graph.approval import Approve
    from practicum.graph.middleware import PracticumMiddleware
    from practicum.tools.langchain_tools import Toolish
    from practicum.tools.policy_file import PolicyFile


class Answering:
    """Answering with what was learned."""

    home: Home

    def agent(
        self,
        model: BaseChatModel,
        tools: Tools,
        *,
        learned: str = "champion",
        grounding: bool | None = None,
        approve: Approve = "none",
        allow: Collection[str] = (),
        policy: PolicyFile | None = None,
        learn: bool = False,
        checkpointer: Any = None,
        concurrency: int = CALLS_AT_ONCE,
    ) -> CompiledStateGraph[Any, None, Any, Any]:
        """Return the agent, a compiled LangGraph graph: messages in, messages out.

        It is run by ``ainvoke`` and ``astream``, or by ``invoke`` and ``stream``: the model, and tools that
        are coroutines, then run in a loop of this package's, in another thread.

        Args:
            model: Who answers.
            tools: What it may call.
            learned: What serves: ``champion`` (what the gate let through; nothing before that), ``base``
                (nothing), or candidates such as ``demos``, ``demos@3`` or ``demos+lora``, unproven or not.
            grounding: Offer only values found in the conversation; None: for the embedded model only.
            approve: What comes before a call of a tool that is destructive, or of which nobody said what it
                does: ``none``, ``interrupt`` (LangGraph's; see `practicum.graph.approval` for what it
                shows and how to go on), or ``refuse`` (the model is told that nobody could be asked).
            allow: Names of tools that are called without it.
            policy: What `practicum.toml` says of the tools (`practicum.tools.policy_file.load_policy`): their
                effects decide what ``approve`` is about. In service nothing is reset or copied.
            learn: Keep each turn, redacted, in the home's folder ``service``, for `reflect` to judge: only
                with the consent of those who talk with the agent.
            checkpointer: For conversations over several invocations; with ``interrupt`` and without one, runs
                wait in this process' memory.
            concurrency: Calls of the model at once; more runs than that wait for each other's.
        """
        from practicum.graph.approval import in_memory
        from practicum.graph.serving import serve_agent
        from practicum.memory_store.served import named_serving
        from practicum.tools.applying import with_policy

        catalog = as_catalog(tools).require_usable()
        catalog = with_policy(catalog, policy.in_service()) if policy is not None else catalog
        serving = named_serving(self.home, learned)
        adapted = self.adapted(model, learned)
        if approve == "interrupt" and checkpointer is None:
            checkpointer = in_memory()
        return serve_agent(
            self.home,
            adapted,
            catalog,
            serving,
            grounding=grounding,
            approve=approve,
            allow=allow,
            learn=learn,
            checkpointer=checkpointer,
            concurrency=concurrency,
        )

    def adapted(self, model: BaseChatModel, learned: str = "champion") -> BaseChatModel:
        """Return the model with the adapter of what serves; ``model`` itself without one.

        Raises:
            SetupError: the adapter is of another base, or ``model`` is on a server.
        """
        from practicum.graph.adapted import adapted_model
        from practicum.memory_store.served import named_serving

        return adapted_model(self.home, model, named_serving(self.home, learned))

    def middleware(
        self, *, learned: str = "champion", learn: bool = False, most_tools: int | None = MOST_TOOLS
    ) -> PracticumMiddleware:
        """Return middleware that shows what was learned in an agent made with `create_agent`.

        Args:
            learned: As for `agent`; an adapter is left to whoever loads the model.
            learn: As for `agent`.
            most_tools: Where more tools than that were practised, a model call is offered those nearest to
                the user's last message, beside those that it called before; None: all of them. Tools that
                what serves knows nothing about are always offered, and do not count.

        Raises:
            SetupError: ``most_tools`` is less than one.
        """
        from practicum.graph.middleware import LearningMiddleware, PracticumMiddleware
        from practicum.memory_store.selection import ToolIndex

        shown = {**self._shown(learned), "most_tools": most_tools}
        shown["nearness"] = lambda specs: ToolIndex(specs, self.home.embedder)
        return LearningMiddleware(self.home.turn_log(), **shown) if learn else PracticumMiddleware(**shown)

    def prompt(
        self, tools: Iterable[Toolish], *, learned: str = "champion", instructions: str = ""
    ) -> Runnable[Any, list[BaseMessage]]:
        """Return what puts what was learned before a conversation, for a graph of one's own.

        ``practice.prompt(tools) | model.bind_tools(tools)`` is called as the bound model was, with messages
        or with a state that has ``messages``, synchronously or not.

        Args:
            tools: What the model is bound to.
            learned: As for `agent`; an adapter is left to whoever loads the model.
            instructions: A system prompt, which comes first.
        """
        from practicum.graph.showing import make_prompt

        return make_prompt(tools, **self._shown(learned), instructions=instructions)

    def _shown(self, learned: str) -> dict[str, Any]:
        """What a model is shown of what was learned, and the schemas that its tools had in practice."""
        from practicum.memory_store.served import named_serving, served_demonstrations, served_notes

        serving = named_serving(self.home, learned)
        chosen = served_demonstrations(self.home, serving)
        notes = served_notes(self.home, serving)
        practised = {note.tool_schema_hash for note in notes}
        for each in chosen.demonstrations if chosen is not None else ():
            practised.update(each.schema_hashes.values())
        source = self.home.demonstrations(chosen) if chosen is not None else None
        return {"demonstrations": source, "notes": notes, "practised": practised}
