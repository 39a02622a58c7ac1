"""`practicum evaluate`: does it use tools better?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from practicum.cli.options import AsJson, EmbedderName, Home, Model, OptionalSources

if TYPE_CHECKING:
    from practicum.evaluation.ladder import Ladder
    from practicum.practice import Practice
    from practicum.records import Item

T = TypeVar("T")


def evaluate(
    data: Annotated[
        str | None,
        typer.Option(
            help="A .jsonl file of queries with their calls, almanac, almanac:GROUP or almanac:missing."
        ),
    ] = None,
    sources: OptionalSources = None,
    model: Model = None,
    arms: Annotated[
        str, typer.Option("--with", help="What the model is given: base, demos, demos@N; comma-separated.")
    ] = "base,demos",
    grounding: Annotated[
        str, typer.Option(help="on, off or both: offer values found in the query by the resolvers.")
    ] = "off",
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N queries.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Queries side by side.")] = 16,
    max_model_calls: Annotated[int | None, typer.Option(min=1, help="Stop before more model calls.")] = None,
    judge: Annotated[
        str | None,
        typer.Option(
            help="A model, as for --model, that decides where only free texts differ and their words leave it"
            " open. Counted apart, beside strict and lenient."
        ),
    ] = None,
    execute: Annotated[
        bool,
        typer.Option(
            "--execute", help="Also execute calls of read-only tools, and compare what they return."
        ),
    ] = False,
    check_leaks: Annotated[
        bool, typer.Option("--check-leaks", help="Only compare the queries with everything learned.")
    ] = False,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="RUN_A RUN_B",
            help="Measure nothing: compare two kept runs (run-7, a file, or run-7:ARM);"
            " exit status 1 if RUN_B is significantly worse.",
        ),
    ] = None,
    runs: Annotated[bool, typer.Option("--runs", help="Measure nothing: list the kept runs.")] = False,
    embedder: EmbedderName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> int:
    """Run a model on queries with known calls; print the ladder with denominators and 95 % intervals.

    Every finished run is kept in the home. An interrupted one goes on with the same command.

    Example: practicum evaluate --data almanac:everyday --tools almanac:everyday --grounding both

    Example: practicum evaluate --compare run-1 run-2:demos
    """
    from practicum.cli import runs as kept

    if runs or compare is not None:
        kept.refuse_measuring(data, sources)
    if compare is not None:
        return kept.compare(compare, home, as_json=as_json)
    if runs:
        return kept.list_runs(home, as_json=as_json)
    from practicum.cli.wiring import open_model, open_practice, run
    from practicum.evaluation.arms import plan_arms
    from practicum.evaluation.held_out import load_data
    from practicum.tools.sources import load_tools

    data, sources = _given(data, "--data"), _given(sources, "--tools")
    names = [name.strip() for name in arms.split(",") if name.strip()]
    plan_arms(names, grounding)  # refused before a home is made and a model loaded
    items = load_data(data)[:limit]
    catalog = load_tools(sources)
    with open_practice(home, embedder) as practice:
        if check_leaks:
            return _leaks(practice, items, as_json=as_json)
        chosen, spec = open_model(model)
        from practicum.evaluation.runs import Asked
        from practicum.models.budget import Budget

        asked = {"tools": sources, "with": names, "grounding": grounding, "limit": limit}
        options = {
            "model": chosen,
            "model_name": spec,
            "arms": names,
            "grounding": grounding,
            "concurrency": concurrency,
            "judge": open_model(judge) if judge else None,
            "execute": execute,
            "budget": Budget(max_model_calls=max_model_calls),
            "keep": Asked(data=data, options={**asked, "max_model_calls": max_model_calls}),
        }
        ladder = run(_evaluate(practice, items, catalog, options))
    _print(ladder, as_json=as_json)
    return 0


def _given(value: T | None, option: str) -> T:
    """Return the value of an option that only measuring needs."""
    from practicum.errors import SetupError

    if not value:
        example = "--data almanac:everyday --tools almanac:everyday"
        raise SetupError(f"Missing option '{option}'", f"name queries and tools ({example}), or see --help")
    return value


async def _evaluate(practice: Practice, items: Any, catalog: Any, options: dict[str, Any]) -> Ladder:
    from practicum.cli.progress import watch_evaluation

    with watch_evaluation() as watch:
        return await practice.evaluate(items, catalog, on_progress=watch, **options)


def _leaks(practice: Practice, items: tuple[Item, ...], *, as_json: bool) -> int:
    from practicum.cli.wiring import console, print_json
    from practicum.report.tables import leak_table

    report = practice.find_leaks(items)
    if as_json:
        print_json(report.as_dict())
    else:
        console().print(leak_table(report))
    return 1 if report.ids else 0


def _print(ladder: Ladder, *, as_json: bool) -> None:
    from practicum.cli.wiring import console, print_json
    from practicum.report.levels import levels_notes, levels_table
    from practicum.report.tables import ladder_table

    if as_json:
        print_json(ladder.figures())
    else:
        out = console()
        out.print(ladder_table(ladder))
        out.print(levels_table(ladder))
        for note in levels_notes(ladder):
            out.print(note, markup=False, emoji=False, soft_wrap=True)
    if ladder.run:
        console(stderr=as_json).print(f"kept as {ladder.run}", markup=False)
