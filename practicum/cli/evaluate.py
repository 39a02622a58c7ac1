"""`practicum evaluate`: does it use tools better?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from practicum.cli.options import AsJson, EmbedderName, Home, Model, OptionalSources

if TYPE_CHECKING:
    from practicum.evaluation.ladder import Ladder
    from practicum.practice import Practice
    from practicum.records import Item


def evaluate(
    data: Annotated[
        str,
        typer.Option(
            help="A .jsonl file of queries with their calls, almanac, almanac:GROUP or agentdojo:SUITE."
        ),
    ],
    sources: OptionalSources = None,
    model: Model = None,
    arms: Annotated[
        str | None,
        typer.Option(
            "--with",
            help="What the model is given: base, demos, demos@N; comma-separated"
            " (default: base,demos; base for agentdojo).",
        ),
    ] = None,
    grounding: Annotated[
        str, typer.Option(help="on, off or both: offer values found in the query by the resolvers.")
    ] = "off",
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N queries.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Queries side by side.")] = 16,
    max_model_calls: Annotated[int | None, typer.Option(min=1, help="Stop before more model calls.")] = None,
    attack: Annotated[
        str,
        typer.Option(help="agentdojo only: important_instructions or direct, hidden in what tools return."),
    ] = "none",
    check_leaks: Annotated[
        bool, typer.Option("--check-leaks", help="Only compare the queries with everything learned.")
    ] = False,
    embedder: EmbedderName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> int:
    """Run a model on queries with known calls; print the ladder with denominators and 95 % intervals.

    Example: practicum evaluate --data almanac:everyday --tools almanac:everyday --grounding both
    """
    from practicum.cli.evaluate_dojo import SUITE, evaluate_dojo
    from practicum.cli.wiring import open_model, open_practice, run
    from practicum.errors import SetupError
    from practicum.evaluation.arms import plan_arms
    from practicum.evaluation.held_out import load_data
    from practicum.models.budget import Budget
    from practicum.tools.sources import load_tools

    kind, _, suite = data.partition(":")
    chosen_arms = arms if arms is not None else "base" if kind == SUITE else "base,demos"
    names = [name.strip() for name in chosen_arms.split(",") if name.strip()]
    plans = plan_arms(names, grounding)  # refused before a home is made and a model loaded
    budget = Budget(max_model_calls=max_model_calls)
    if kind == SUITE:
        return evaluate_dojo(
            suite,
            attack=attack,
            model=model,
            plans=plans,
            limit=limit,
            concurrency=concurrency,
            budget=budget,
            embedder=embedder,
            home=home,
            as_json=as_json,
        )
    if not sources:
        raise SetupError("there are no tools to measure with", "name them with --tools")
    items = load_data(data)[:limit]
    catalog = load_tools(sources)
    with open_practice(home, embedder) as practice:
        if check_leaks:
            return _leaks(practice, items, as_json=as_json)
        chosen, spec = open_model(model)
        options = {
            "model": chosen,
            "model_name": spec,
            "arms": names,
            "grounding": grounding,
            "concurrency": concurrency,
            "budget": budget,
        }
        ladder = run(_evaluate(practice, items, catalog, options))
    _print(ladder, as_json=as_json)
    return 0


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
    from practicum.report.tables import ladder_table

    if as_json:
        print_json(ladder.figures())
        return
    console().print(ladder_table(ladder))
