"""What the served graphs are made of, and how long it stays open."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar

from practicum.graph.adapted import adapted_model
from practicum.graph.executing import make_executor
from practicum.graph.exploration import exploration_graph, steps_at_most
from practicum.graph.memory_steps import Memory
from practicum.graph.options import ExplorationOptions
from practicum.graph.planning import choose_strategy
from practicum.graph.remembering import learning_notice
from practicum.graph.serving import serve_agent
from practicum.graph.traced import shown, trial_at
from practicum.hostile import use
from practicum.memory_store.home import Home, journal_path, open_to_answer
from practicum.memory_store.served import CHAMPION, named_serving
from practicum.models import load_chat_model
from practicum.models.cache import cache_dir
from practicum.models.caller import ModelCaller
from practicum.models.embedders import load_embedder
from practicum.settings import Settings
from practicum.tools.catalog import Catalog, Tool, in_fresh_sandboxes
from practicum.tools.executor import Executor
from practicum.tools.policy import Rules
from practicum.tools.policy_file import load_policy
from practicum.tools.redaction_file import read_redaction
from practicum.tools.sources import load_tools
from practicum.tools.threads import to_the_end
from practicum.tools.turns import Turns
from practicum.tracing import trial_callbacks

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

    from practicum.memory_store.embedding import Embedder

T = TypeVar("T")
EXPECTED_TRIALS = 100
"""An episode of more trials than that needs a ``recursion_limit`` of its own."""


class Closing(Protocol):
    """What can be closed."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Closing)


class Once(Generic[T]):
    """Opened by the first thread that asks, and kept as long as the process lives."""

    def __init__(self, open_: Callable[[], T]) -> None:
        self._open = open_
        self._mutex = threading.Lock()
        self._kept: list[T] = []

    def get(self) -> T:
        """Return it; what fails is tried again by the next who asks."""
        with self._mutex:
            if not self._kept:
                self._kept.append(self._open())
            return self._kept[0]


class Shared(Generic[C]):
    """Open while somebody uses it: opened by the first, closed by the last; threads do not matter."""

    def __init__(self, open_: Callable[[], C]) -> None:
        self._open = open_
        self._mutex = threading.Lock()
        self._users = 0
        self._kept: C | None = None

    def enter(self) -> C:
        """Return it; `leave` must follow."""
        with self._mutex:
            if self._kept is None:
                self._kept = self._open()
            self._users += 1
            return self._kept

    async def enter_to_the_end(self) -> C:
        """Return it, from another thread; cancelled meanwhile, it is left again."""
        entering = asyncio.ensure_future(asyncio.to_thread(self.enter))
        try:
            return await asyncio.shield(entering)
        except asyncio.CancelledError:
            while not entering.done():
                with suppress(asyncio.CancelledError):  # told twice, it is left all the same
                    await asyncio.wait([entering])
            if entering.exception() is None:
                await to_the_end(self.leave)
            raise

    def leave(self) -> None:
        """Close it if nobody else uses it."""
        with self._mutex:
            self._users -= 1
            if self._kept is not None and not self._users:
                kept, self._kept = self._kept, None  # whatever closing comes to, the next one opens it anew
                kept.close()


@dataclass(frozen=True)
class AgentParts:
    """The agent, and what its runs enter."""

    graph: CompiledStateGraph[Any, None, Any, Any]
    catalog: Catalog
    open_until_the_end: ExitStack
    """The home, which is read from as long as the agent serves."""
    turns: Turns = field(default_factory=Turns)

    @classmethod
    def open(cls) -> Self:
        """Open the home for reading, and make the agent of it.

        Raises:
            SetupError: a setting can't be used.
        """
        settings = Settings()
        with ExitStack() as stack:
            model = load_chat_model(settings.model, timeout_s=settings.model_timeout)
            policy = load_policy(file=settings.config).in_service()
            catalog = load_tools(settings.tool_sources, policy).require_usable()
            embedder, learn = _embedder(settings), settings.learn_in_service
            if learn:
                _make_home(settings, embedder)
                logging.getLogger("practicum").warning(learning_notice(settings.home))
            opened = open_to_answer(settings.home, embedder, chroma_url=settings.chroma_url)
            home = stack.enter_context(opened)
            serving = named_serving(home, CHAMPION)
            adapted = adapted_model(home, model, serving)
            with in_fresh_sandboxes(catalog.tools, 0):  # each run enters its own
                graph = serve_agent(home, adapted, catalog, serving, approve="interrupt", learn=learn)
            return cls(graph, catalog, stack.pop_all())


@dataclass(frozen=True)
class ExplorationParts:
    """What episodes of one tool share."""

    home: Home
    tool: Tool
    caller: ModelCaller
    executor: Executor
    options: ExplorationOptions
    open_with_it: ExitStack
    turns: Turns = field(default_factory=Turns)

    def graph(self) -> CompiledStateGraph[Any, None, Any, Any]:
        """Return the graph of one episode: calls that hold a secret wait in it, so that none is shared."""
        graph = exploration_graph(
            self.caller,
            self.tool,
            self.executor,
            Memory(self.home.journal, self.home.long_term),
            options=self.options,
            notes=self.home.journal.notes(self.tool.name),
        )
        limit = steps_at_most(self.options, EXPECTED_TRIALS)
        callbacks = trial_callbacks(trial_at(self.options.strategy), shown)
        return graph.with_config(recursion_limit=limit, callbacks=callbacks)

    def close(self) -> None:
        """Give the home back."""
        self.open_with_it.close()


def open_exploring() -> ExplorationParts:
    """Open the home for writing, to explore the first tool.

    Raises:
        SetupError: a setting can't be used, or another process writes.
    """
    settings = Settings()
    embedder = _embedder(settings)
    with ExitStack() as stack:
        opened = Home.open(settings.home, embedder, write=True, chroma_url=settings.chroma_url)
        return _exploring(settings, stack.enter_context(opened), stack)


def open_reading() -> ExplorationParts:
    """Return the same over a home that is open for reading, for whoever only looks at the graph."""
    settings = Settings()
    embedder = _embedder(settings)
    with ExitStack() as stack:
        opened = open_to_answer(settings.home, embedder, chroma_url=settings.chroma_url)
        return _exploring(settings, stack.enter_context(opened), stack)


def _exploring(settings: Settings, home: Home, stack: ExitStack) -> ExplorationParts:
    model = load_chat_model(settings.model, timeout_s=settings.model_timeout)
    catalog = load_tools(settings.tool_sources, load_policy(file=settings.config)).require_usable()
    tool = catalog.tools[0]
    return ExplorationParts(
        home,
        tool,
        ModelCaller(model, name=settings.model, log=home.journal),
        make_executor([tool], Rules(), log=home.journal),
        ExplorationOptions(strategy=choose_strategy("auto", model)),
        stack.pop_all(),
    )


def _make_home(settings: Settings, embedder: Embedder) -> None:
    """Make the home where there is none: what is answered is kept there, and not in an empty one."""
    if not journal_path(settings.home).exists():
        with Home.open(settings.home, embedder, write=True, chroma_url=settings.chroma_url):
            pass


def _embedder(settings: Settings) -> Embedder:
    use(read_redaction(settings.config))
    return load_embedder(settings.embedder, cache_dir=cache_dir(), timeout_s=settings.model_timeout)
