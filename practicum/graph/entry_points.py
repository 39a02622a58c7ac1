"""The graphs that langgraph.json names, made from settings alone: for LangGraph's own servers.

They read ``PRACTICUM_HOME``, ``PRACTICUM_MODEL``, ``PRACTICUM_EMBEDDER`` and
``PRACTICUM_TOOLS`` (sources separated by commas). Whoever serves them adds the checkpointer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from practicum.graph.adapted import adapted_model
from practicum.graph.executing import make_executor
from practicum.graph.exploration import exploration_graph
from practicum.graph.memory_steps import Memory
from practicum.graph.options import ExplorationOptions
from practicum.graph.planning import choose_strategy
from practicum.graph.serving import serve_agent
from practicum.hostile import use
from practicum.memory_store.home import Home
from practicum.memory_store.served import CHAMPION, named_serving
from practicum.models import load_chat_model
from practicum.models.cache import cache_dir
from practicum.models.caller import ModelCaller
from practicum.models.embedders import load_embedder
from practicum.settings import Settings
from practicum.tools.catalog import require_sandboxes
from practicum.tools.policy import Rules
from practicum.tools.policy_file import load_policy
from practicum.tools.redaction_file import read_redaction
from practicum.tools.sources import load_tools

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph


def agent() -> CompiledStateGraph[Any, None, Any, Any]:
    """Return the agent with what the home's champion knows; a person is asked before what may be for good."""
    settings = Settings()
    model = load_chat_model(settings.model, timeout_s=settings.model_timeout)
    policy = load_policy(file=settings.config).in_service()
    catalog = load_tools(settings.tool_sources, policy).require_usable()
    home = _home(settings, write=False)
    serving = named_serving(home, CHAMPION)
    adapted = adapted_model(home, model, serving)
    return serve_agent(home, adapted, catalog, serving, approve="interrupt")


def explore() -> CompiledStateGraph[Any, None, Any, Any]:
    """Return the exploration graph of the first tool: one episode, to look at and to run.

    Calls of a tool that may not run are checked, and not executed.
    """
    settings = Settings()
    model = load_chat_model(settings.model, timeout_s=settings.model_timeout)
    policy = load_policy(file=settings.config)
    catalog = load_tools(settings.tool_sources, policy).require_usable()
    tool = catalog.tools[0]
    require_sandboxes([tool])
    home = _home(settings, write=True)
    return exploration_graph(
        ModelCaller(model, name=settings.model, log=home.journal),
        tool,
        make_executor([tool], Rules(), log=home.journal),
        Memory(home.journal, home.long_term),
        options=ExplorationOptions(strategy=choose_strategy("auto", model)),
        notes=home.journal.notes(tool.name),
    )


def _home(settings: Settings, *, write: bool) -> Home:
    use(read_redaction(settings.config))
    embedder = load_embedder(settings.embedder, cache_dir=cache_dir())
    return Home.open(settings.home, embedder, write=write, chroma_url=settings.chroma_url)
