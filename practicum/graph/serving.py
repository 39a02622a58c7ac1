"""What a home offers to those who answer: demonstrations, notes and lessons, of the champion or an arm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from practicum.errors import SetupError
from practicum.graph.agent import agent_graph
from practicum.graph.planning import EMBEDDED_MOST_TOOLS, is_embedded, name_of
from practicum.memory_store.candidates import KINDS, Adapter, NoteSet, Serving, kind_of
from practicum.memory_store.entries import DemonstrationSet
from practicum.memory_store.home import Home
from practicum.memory_store.selection import ToolIndex
from practicum.models.caller import ModelCaller
from practicum.nodes.decide import Decide, make_decide
from practicum.nodes.recollect import MOST_TOOLS, Recollect, make_recollect
from practicum.records import Lessons, Note, ToolSpec
from practicum.tools.catalog import Catalog, require_sandboxes
from practicum.tools.executor import Executor

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langgraph.graph.state import CompiledStateGraph

NOTHING, CHAMPION = "base", "champion"
_HOW = {"demos": "practicum curate", "notes": "practicum curate", "lora": "practicum train"}


def named_serving(home: Home, learned: str) -> Serving:
    """Return what a name stands for, with versions.

    Args:
        home: The home.
        learned: ``champion`` (what the gate let through), ``base`` (nothing), or parts joined by ``+``:
            ``demos``, ``notes`` and ``lora`` for the newest of each kind, ``demos@3`` for that one.

    Raises:
        SetupError: a part is unknown, or not there yet.
    """
    if learned == CHAMPION:
        return home.journal.champion() or Serving()
    serving = Serving()
    for part in learned.split("+"):
        if part.strip() != NOTHING:
            serving = serving.with_part(_named_part(home, part.strip()))
    return serving


def _named_part(home: Home, part: str) -> str:
    if part in KINDS:
        newest = _version(home, part, None)
        if newest is None:
            raise SetupError(f"this home has no {part} yet", f"run `{_HOW[part]}` first")
        return f"{part}@{newest.version}"
    try:
        kind = kind_of(part)
    except ValueError:
        fix = "use base, demos, notes, lora, champion, a version such as demos@2, or several joined by +"
        raise SetupError(f"there is no part {part!r} to serve", fix) from None
    if _version(home, kind, int(part.partition("@")[2])) is None:
        raise SetupError(f"this home has no {part}", "`practicum status` shows what there is")
    return part


def _version(home: Home, kind: str, number: int | None) -> DemonstrationSet | NoteSet | Adapter | None:
    """The candidate of this kind and number, the newest without a number."""
    journal = home.journal
    if kind == "demos":
        return journal.demonstration_set(number)
    return journal.note_set(number) if kind == "notes" else journal.adapter(number)


def served_demonstrations(home: Home, serving: Serving) -> DemonstrationSet | None:
    """Return the demonstration set of what serves, None without one."""
    return home.demonstration_set(serving.demos) if serving.demos else None


def _served_lessons(home: Home, serving: Serving) -> dict[str, Lessons]:
    """What the trials behind the demonstrations, else behind the adapter, taught about arguments."""
    chosen = served_demonstrations(home, serving) or served_adapter(home, serving)
    return chosen.lessons if chosen is not None else {}


def served_notes(home: Home, serving: Serving) -> tuple[Note, ...]:
    """Return the notes of what serves."""
    found = home.journal.note_set(int(serving.notes.partition("@")[2])) if serving.notes else None
    return found.notes if found is not None else ()


def served_adapter(home: Home, serving: Serving) -> Adapter | None:
    """Return the adapter of what serves, None without one."""
    return home.journal.adapter(int(serving.lora.partition("@")[2])) if serving.lora else None


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
        small=embedded,
        grounded=grounding,
        trained=_trained_without_documentation(served_adapter(home, serving)),
        lessons=_served_lessons(home, serving),
        notes=served_notes(home, serving),
    )


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
    checkpointer: Any = None,
) -> CompiledStateGraph[Any, None, Any, Any]:
    """Return the agent with what serves; ``model`` has the adapter already. See `Practice.agent`.

    Raises:
        SetupError: a tool works in a sandbox, and none was entered.
    """
    require_sandboxes(catalog.tools)
    embedded = is_embedded(model)
    caller = ModelCaller(model, name=name_of(model))
    grounded = embedded if grounding is None else grounding
    return agent_graph(
        decide_with(home, caller, serving, grounding=grounded),
        recollect_from(home, catalog.specs, serving, embedded=embedded, grounding=grounded),
        Executor(catalog.tools),
        plain=embedded,
        checkpointer=checkpointer,
    )
