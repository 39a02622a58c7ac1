"""The agent of the commands that answer, open until they end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from practicum.graph.approval import Approve
    from practicum.memory_store.candidates import Serving
    from practicum.memory_store.home import Home
    from practicum.practice import Practice
    from practicum.records import ToolSpec
    from practicum.tools.catalog import Catalog

LearnedOption = Annotated[
    str,
    typer.Option(
        "--with",
        help="What was learned: champion (what was promoted), base (nothing), demos, demos@2, demos+lora ...",
    ),
]
AskApproval = Annotated[
    bool,
    typer.Option(
        "--approve/--no-approve",
        help="Before a call of a tool that may change something for good, ask; where nobody can be asked,"
        " do not execute it.",
    ),
]
AllowCalls = Annotated[
    list[str] | None, typer.Option("--allow", help="Call this tool without asking. Repeatable.")
]
Learn = Annotated[
    bool | None,
    typer.Option(
        "--learn/--no-learn",
        help="Keep conversations, redacted, in the home, for `practicum reflect` to judge. Only with the"
        " consent of those who talk with the agent (default: PRACTICUM_LEARN_IN_SERVICE, or not).",
    ),
]
DEFAULT_TOOLS = ["almanac"]
SANDBOX_SEED = 0
"""Of the state that a benchmark's tools work on in a conversation."""


@dataclass(frozen=True)
class Opened:
    """An agent that may be asked, in fresh sandboxes."""

    agent: Any
    catalog: Catalog
    model: str
    """As ``--model`` names it."""
    serving: str
    """What it has learned, such as ``demos@2``, or ``base``."""


@contextmanager
def open_agent(
    sources: list[str] | None,
    model: str | None,
    learned: str,
    embedder: str | None,
    home: Path | None,
    *,
    approve: Approve = "none",
    allow: list[str] | None = None,
    learn: bool | None = None,
    concurrency: int | None = None,
) -> Iterator[Opened]:
    """Open the home for reading, and make the agent of it.

    ``concurrency``: Calls of the model at once; None: as many as is usual.
    """
    from practicum.cli.wiring import open_model, open_served, open_tools, read_policy, read_settings
    from practicum.memory_store.served import named_serving

    chosen, spec = open_model(model)
    learns = read_settings().learn_in_service if learn is None else learn
    with open_served(home, embedder, make=learns) as found:
        serving = named_serving(found, learned)
        _warm_up(chosen, found, serving)
        from practicum.models.caller import CALLS_AT_ONCE
        from practicum.practice import Practice
        from practicum.tools.catalog import in_fresh_sandboxes

        practice = Practice(found)
        catalog = open_tools(sources or DEFAULT_TOOLS, read_policy().in_service())
        _tell_what_serves(practice, learned)
        tell_stale(found, [learned], catalog.specs)
        with in_fresh_sandboxes(catalog.tools, SANDBOX_SEED):
            agent = practice.agent(
                chosen,
                catalog,
                learned=learned,
                approve=approve,
                allow=allow or (),
                learn=learns,
                concurrency=concurrency or CALLS_AT_ONCE,
            )
            if learns:
                _tell_that_it_learns(found)
            yield Opened(agent, catalog, spec, str(serving))


def _warm_up(model: BaseChatModel, home: Home, serving: Serving) -> None:
    """Let a local model load in the background while the rest is imported: that takes longest."""
    from practicum.cli.wiring import warm_up

    if serving.lora is None:
        warm_up(model)
        return
    from practicum.graph.adapted import adapted_model

    warm_up(adapted_model(home, model, serving))


def tell_if_empty(home: Path | None) -> None:
    """Say on stderr that there is nothing in the home that was named: it may be a slip."""
    from practicum.cli.wiring import console
    from practicum.memory_store.home import journal_path

    if home is not None and not journal_path(home).is_file():
        console(stderr=True).print(
            f"note: nothing was practised in {home}; the model answers by itself",
            markup=False,
            soft_wrap=True,
        )


def tell_stale(home: Home, learned: Sequence[str], specs: Sequence[ToolSpec]) -> None:
    """Say on stderr of which tools, as they are now, nothing that was learned will be used."""
    from practicum.cli.wiring import console
    from practicum.memory_store.served import named_serving
    from practicum.training.candidates import candidates, stale_tools

    parts = dict.fromkeys(part for each in learned for part in named_serving(home, each).names)
    known = {each.name: each for each in candidates(home)} if parts else {}
    for part in parts:
        if stale := stale_tools(known[part], specs):
            console(stderr=True).print(
                f"note: {', '.join(stale)} changed since {part} was learned: the model is asked about"
                f" {'it' if len(stale) == 1 else 'them'} as if nothing had been learned",
                markup=False,
                soft_wrap=True,
            )


def tell_unread(home: Home, learned: Sequence[str] = ()) -> None:
    """Say on stderr which adapters' examples can't be compared with what measures; not of those measured.

    Using a damaged adapter is an error, which says what there is to do.
    """
    from practicum.cli.wiring import console
    from practicum.memory_store.served import named_serving
    from practicum.training.candidates import unread_adapters

    measured = {part for each in learned for part in named_serving(home, each).names}
    unread = [name for name in unread_adapters(home) if name not in measured]
    if unread:
        console(stderr=True).print(
            f"note: {', '.join(unread)} {'is' if len(unread) == 1 else 'are'} damaged: what was learned there"
            " can't be compared with what measures",
            markup=False,
            soft_wrap=True,
        )


def _tell_that_it_learns(home: Home) -> None:
    """Say on stderr, before the first answer, that conversations are kept."""
    from practicum.cli.wiring import console
    from practicum.graph.remembering import learning_notice

    console(stderr=True).print(learning_notice(home.path), markup=False, soft_wrap=True)


def _tell_what_serves(practice: Practice, learned: str) -> None:
    """Say on stderr that nothing learned serves yet, where something was learned."""
    from practicum.cli.wiring import console

    if learned == "champion" and practice.home.journal.champion() is None:
        newest = practice.home.journal.demonstration_set()
        if newest is not None:
            name = f"demos@{newest.version}"
            hint = f"nothing learned serves yet: `practicum promote {name}`, or try it with --with {name}"
            console(stderr=True).print(hint, style="dim", markup=False)
