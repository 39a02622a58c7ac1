"""`practicum curate`: from trials to demonstrations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from practicum.cli.options import AsJson, EmbedderName, Home, OptionalSources

if TYPE_CHECKING:
    from practicum.training.curate import Curated


def curate(
    sources: OptionalSources = None,
    held_out: Annotated[
        list[Path] | None,
        typer.Option(
            help="Queries that measure: whatever is near them is dropped."
            " The almanac's own are always held out. Repeatable."
        ),
    ] = None,
    embedder: EmbedderName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Filter trials into a set of demonstrations; print what was dropped and why.

    Example: practicum curate --held-out my_queries.jsonl
    """
    from practicum.cli.wiring import console, open_practice, print_json
    from practicum.evaluation.data import load_items
    from practicum.evaluation.held_out import almanac_items
    from practicum.tools.sources import load_tools

    items = [*almanac_items(), *(item for path in held_out or () for item in load_items(path))]
    catalog = load_tools(sources) if sources else None
    with open_practice(home, embedder) as practice:
        curated, version = practice.curate(tools=catalog, held_out=items)
    if as_json:
        print_json(_as_json(curated, version))
        return
    out = console()
    out.print(f"demos@{version}: kept {len(curated.kept)} of {curated.seen} trials")
    if curated.rephrased:
        out.print(f"  added {len(curated.rephrased)}: other ways to say what was kept")
    for reason, count in curated.dropped.most_common():
        out.print(f"  dropped {count}: {reason}")
    out.print("next: `practicum evaluate --with base,demos` shows whether they help", markup=False)


def _as_json(curated: Curated, version: int) -> dict[str, Any]:
    return {
        "set": f"demos@{version}",
        "seen": curated.seen,
        "kept": len(curated.kept),
        "rephrased": len(curated.rephrased),
        "dropped": dict(curated.dropped.most_common()),
    }
