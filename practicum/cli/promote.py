"""`practicum promote`, `rollback` and `status`: what serves, and the gate before it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from practicum.cli.budgets import (
    MaxCost,
    MaxModelCalls,
    MaxSeconds,
    Prices,
    open_budget,
    require_known_price,
    tell_spent,
)
from practicum.cli.options import (
    Allow,
    AsJson,
    EmbedderName,
    HeldOut,
    HomeOption,
    Model,
    OptionalSources,
    Sources,
)

if TYPE_CHECKING:
    from practicum.evaluation.gate import GateVerdict
    from practicum.practice import Practice
    from practicum.records import Item
    from practicum.tools.catalog import Catalog

REFUSED = 1


def promote(
    candidate: Annotated[str, typer.Argument(help="What asks to serve: demos@N, notes@N or lora@N.")],
    sources: Sources,
    data: Annotated[
        list[str] | None,
        typer.Option(
            help="Queries with their calls that nothing was learned from: a .jsonl file, almanac or"
            " almanac:GROUP; 20 at least that need different calls, since phrasings of one call count once."
            " Default: what this home's practice set apart. Repeatable."
        ),
    ] = None,
    held_out: HeldOut = None,
    model: Model = None,
    min_gain: Annotated[
        float, typer.Option(min=0, max=0.99, help="Gain in the rate of correct answers worth a change.")
    ] = 0.0,
    alone: Annotated[
        bool, typer.Option("--alone", help="Serve it without what the champion has of other kinds.")
    ] = False,
    max_cost: MaxCost = None,
    price: Prices = None,
    max_model_calls: MaxModelCalls = None,
    max_seconds: MaxSeconds = None,
    allow: Allow = None,
    embedder: EmbedderName = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> int:
    """Let a candidate serve if it proves better than what serves now; exit status 1 if it does not.

    Example: practicum promote demos@2 --tools my_tools.py --data validation.jsonl
    """
    from practicum.cli.wiring import (
        console,
        held_out_items,
        open_model,
        open_practice,
        open_tools,
        print_json,
        run,
    )
    from practicum.training.registry import challenge

    items = _items(data) if data else None
    measuring = held_out_items(held_out)
    catalog = open_tools(sources)
    _require_home(home)
    with open_practice(home, embedder) as practice:
        _, serving = challenge(practice.home, candidate, alone=alone)  # refused before a model is loaded
        chosen, spec = open_model(model)
        budget = open_budget(
            spec,
            max_cost=max_cost,
            prices=price,
            max_model_calls=max_model_calls,
            max_seconds=max_seconds,
        )
        require_known_price(budget, chosen, spec)
        options = {
            "budget": budget,
            "held_out": measuring,
            "model": chosen,
            "model_name": spec,
            "items": items,
            "min_gain": min_gain,
            "alone": alone,
            "allow": allow or (),
        }
        verdict: GateVerdict = run(_measured(practice, candidate, catalog, options))
    tell_spent(budget)
    if as_json:
        print_json({"candidate": candidate, "serving": serving.as_dict(), **verdict.as_dict()})
    else:
        console().print(f"{candidate}: {verdict.reason}", markup=False, soft_wrap=True)
    return 0 if verdict.promoted else REFUSED


async def _measured(
    practice: Practice, candidate: str, catalog: Catalog, options: dict[str, Any]
) -> GateVerdict:
    from practicum.cli.progress import watch_evaluation

    with watch_evaluation() as watch:
        return await practice.promote(candidate, catalog, on_progress=watch, **options)


def rollback(embedder: EmbedderName = None, home: HomeOption = None, as_json: AsJson = False) -> None:
    """Let serve again what served before the last promotion.

    Example: practicum rollback
    """
    from practicum.cli.wiring import console, open_practice, print_json

    _require_home(home)
    with open_practice(home, embedder) as practice:
        serving = practice.rollback()
    if as_json:
        print_json({"champion": serving.as_dict()})
        return
    console().print(f"champion: {serving}", markup=False)


def status(
    sources: OptionalSources = None,
    embedder: EmbedderName = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what serves, every candidate with its verdict, and which tools changed since.

    Example: practicum status --tools my_tools.py
    """
    from practicum.cli.wiring import console, open_practice, open_usable, print_json
    from practicum.report.registry import status_row, status_table, status_text

    catalog = open_usable(sources) if sources else None
    with open_practice(home, embedder, write=False) as practice:
        found = practice.status(catalog)
    if as_json:
        print_json(status_row(found))
        return
    console().print(status_text(found), markup=False, soft_wrap=True)
    if found.standings:
        console().print(status_table(found))


def _items(data: list[str]) -> list[Item]:
    """Read all files; an id that stands in several is made unlike by the number of its file."""
    from practicum.evaluation.held_out import load_data

    parts = [load_data(name) for name in data]
    if len(parts) == 1:
        return list(parts[0])
    return [
        item.model_copy(update={"id": f"{number}:{item.id}"})
        for number, part in enumerate(parts, 1)
        for item in part
    ]


def _require_home(home: Path | None) -> None:
    """Refuse to write where nothing was practised: opening for writing would make an empty home."""
    from practicum.cli.wiring import open_journal

    with open_journal(home):
        pass
