"""`practicum evaluate`: does it use tools better?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from practicum.cli.options import AsJson, EmbedderName, Home, Model, OptionalSources

if TYPE_CHECKING:
    from practicum.evaluation.ladder import Ladder
    from practicum.practice import Practice
    from practicum.records import Item

    Measure = Callable[..., Awaitable[Ladder]]


def evaluate(
    data: Annotated[
        str,
        typer.Option(
            help="A .jsonl file of queries with their calls, almanac, almanac:GROUP, or a benchmark that"
            " brings its own tools: bfcl:CATEGORY."
        ),
    ],
    sources: OptionalSources = None,
    model: Model = None,
    arms: Annotated[
        str | None,
        typer.Option(
            "--with",
            help="What the model is given: base, demos, demos@N; comma-separated (default: base,demos;"
            " base for a benchmark).",
        ),
    ] = None,
    grounding: Annotated[
        str, typer.Option(help="on, off or both: offer values found in the query by the resolvers.")
    ] = "off",
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N queries.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Queries side by side.")] = 16,
    max_model_calls: Annotated[int | None, typer.Option(min=1, help="Stop before more model calls.")] = None,
    check_leaks: Annotated[
        bool, typer.Option("--check-leaks", help="Only compare the queries with everything learned.")
    ] = False,
    embedder: EmbedderName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> int:
    """Run a model on queries with known calls; print the ladder with denominators and 95 % intervals.

    Example: practicum evaluate --data almanac:everyday --tools almanac:everyday --grounding both

    Example: practicum evaluate --data bfcl:simple_python --limit 100 --model openai:NAME
    """
    from practicum.cli.wiring import open_model, open_practice, run
    from practicum.evaluation.arms import plan_arms
    from practicum.evaluation.suites import is_suite

    usual = "base" if is_suite(data) else "base,demos"
    names = [name.strip() for name in (usual if arms is None else arms).split(",") if name.strip()]
    plan_arms(names, grounding)  # refused before a home is made and a model loaded
    items, measure, judged_by = _open_data(data, sources, limit)
    with open_practice(home, embedder) as practice:
        if check_leaks:
            return _leaks(practice, items, as_json=as_json)
        chosen, spec = open_model(model)
        from practicum.models.budget import Budget

        options = {
            "model": chosen,
            "model_name": spec,
            "arms": names,
            "grounding": grounding,
            "concurrency": concurrency,
            "budget": Budget(max_model_calls=max_model_calls),
        }
        ladder = run(_evaluate(practice, measure, options))
    _print(ladder, judged_by, as_json=as_json)
    return 0


def _open_data(
    data: str, sources: list[str] | None, limit: int | None
) -> tuple[tuple[Item, ...], Measure, str]:
    """Return what is asked, what measures it, and what "correct" means where a benchmark says."""
    from practicum.errors import SetupError
    from practicum.evaluation.held_out import load_data
    from practicum.evaluation.suites import is_suite, open_suite
    from practicum.tools.sources import load_tools

    if is_suite(data):
        if sources:
            raise SetupError(f"{data} brings its own tools", "leave out --tools")
        suite = open_suite(data).first(limit)
        items = tuple(task.item for task in suite.tasks)
        return items, lambda practice, **options: practice.evaluate_suite(suite, **options), suite.judged_by
    items = load_data(data)[:limit]
    if not sources:
        raise SetupError("the tools that the queries are for are not named", "add --tools, such as almanac")
    catalog = load_tools(sources)
    return items, lambda practice, **options: practice.evaluate(items, catalog, **options), ""


async def _evaluate(practice: Practice, measure: Measure, options: dict[str, Any]) -> Ladder:
    from practicum.cli.progress import watch_evaluation

    with watch_evaluation() as watch:
        return await measure(practice, on_progress=watch, **options)


def _leaks(practice: Practice, items: tuple[Item, ...], *, as_json: bool) -> int:
    from practicum.cli.wiring import console, print_json
    from practicum.report.tables import leak_table

    report = practice.find_leaks(items)
    if as_json:
        print_json(report.as_dict())
    else:
        console().print(leak_table(report))
    return 1 if report.ids else 0


def _print(ladder: Ladder, judged_by: str, *, as_json: bool) -> None:
    from practicum.cli.wiring import console, print_json
    from practicum.report.tables import ladder_table

    if as_json:
        print_json(ladder.figures())
        return
    console().print(ladder_table(ladder, judged_by=judged_by))
