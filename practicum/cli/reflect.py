"""`practicum reflect`: judges what the agent did in service, with --learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from practicum.cli.budgets import MaxCost, MaxModelCalls, MaxSeconds, Prices
from practicum.cli.options import AsJson, EmbedderName, HomeOption, Model, OptionalSources

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FAILED = 1


def reflect(
    model: Model = None,
    judge: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Instead of --model: ask this model whether each answer informs, is faithful and used the"
            " tool rightly, as `practicum curate --judge` does, which then does not ask it again.",
        ),
    ] = None,
    sources: OptionalSources = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many turns, the oldest first.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Turns side by side.")] = 8,
    max_cost: MaxCost = None,
    price: Prices = None,
    max_model_calls: MaxModelCalls = None,
    max_seconds: MaxSeconds = None,
    embedder: EmbedderName = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> int:
    """Judge the turns that `serve`, `ask` and `chat` kept with --learn; each becomes a trial of the home.

    What execution shows comes first; a model is asked about the rest, once. The same command again goes on
    where it was interrupted. --tools shows a --judge what the tools are for. Then: `practicum curate`.

    Example: practicum reflect --model openai:gpt-4o

    Example: practicum reflect --judge openai:gpt-4o --tools my_tools.py --limit 200 --max-cost 1
    """
    from practicum.cli.budgets import open_budget, require_known_price, tell_spent
    from practicum.cli.wiring import (
        console,
        open_model,
        open_practice,
        open_tools,
        print_json,
        require_journal,
        run,
    )
    from practicum.errors import SetupError
    from practicum.report.service import reflected_figures, reflected_lines

    if model is not None and judge is not None:
        raise SetupError("--model and --judge are two ways to ask", "leave one of them out")
    catalog = open_tools(sources) if sources else None
    chosen, spec = open_model(judge or model)
    budget = open_budget(
        spec, max_cost=max_cost, prices=price, max_model_calls=max_model_calls, max_seconds=max_seconds
    )
    require_known_price(budget, chosen, spec)
    require_journal(home)
    with open_practice(home, embedder) as practice:
        _tell_if_embedded(chosen)
        result = run(
            practice.reflect(
                chosen,
                as_judge=judge is not None,
                tools=catalog,
                limit=limit,
                concurrency=concurrency,
                budget=budget,
                model_name=spec,
            )
        )
    tell_spent(budget)
    if as_json:
        print_json(reflected_figures(result))
    else:
        for line in reflected_lines(result):
            console().print(line, markup=False, soft_wrap=True)
    return FAILED if result.model_failed else 0


def _tell_if_embedded(model: BaseChatModel) -> None:
    from practicum.cli.wiring import console
    from practicum.graph.planning import is_embedded

    if is_embedded(model):
        said = (
            "note: the embedded model can't tell right from wrong; name a larger one with --model or --judge"
        )
        console(stderr=True).print(said, markup=False, soft_wrap=True)
