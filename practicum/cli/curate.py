"""`practicum curate`: from trials to demonstrations, and to files for other trainers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from practicum.cli.budgets import KnownPrices, MaxCost, MaxModelCalls, MaxSeconds, tell_limit
from practicum.cli.options import (
    AsJson,
    EmbedderName,
    HeldOut,
    HomeOption,
    OptionalSources,
    require_origin,
    was_given,
)

if TYPE_CHECKING:
    from practicum.cli.curated import JudgeReport, Made
    from practicum.models.budget import Budget
    from practicum.practice import Practice
    from practicum.tools.catalog import Catalog
    from practicum.training.build_examples import Examples
    from practicum.training.paraphrase import Paraphrased


NO_TOOLS = (
    "note: this home does not keep the tools that were practised, so that nothing was learned about their"
    " arguments; name them with --tools"
)


def curate(
    context: typer.Context,
    sources: OptionalSources = None,
    held_out: HeldOut = None,
    judge: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Ask this model, too, whether each trial informs, is faithful and used the tool rightly;"
            " one no drops it. Unsolved trials whose call execution confirmed are asked about, too: training"
            " and exports learn from them. Thirty trials with known verdicts tell how far it agrees with"
            " people. Written as --model elsewhere, such as openai:gpt-4o.",
        ),
    ] = None,
    paraphrase: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Ask this model for other ways to say the queries that a model imagined, up to 140 examples"
            " a tool; each is checked: it must say the same values. Needs --tools.",
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also write training examples as JSON lines; those of other splits come beside it, such as"
            " calls.validation.jsonl. Needs --tools.",
        ),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="Who reads the file: trl, openai, sharegpt or dspy.")
    ] = "trl",
    answers: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Also export requests that need no tool, a tenth of all, with what this model answers: who"
            " is trained on calls alone learns to call.",
        ),
    ] = None,
    include_simulated: Annotated[
        bool,
        typer.Option(
            "--include-simulated",
            help="Also keep trials whose calls were simulated, or checked and never executed. Nothing but"
            " the model's own reflection speaks for them.",
        ),
    ] = False,
    origin: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Only trials of this origin: exploration, or service (what the agent did with --learn and"
            " `practicum reflect` judged). Default: both. Of --export it filters nothing.",
        ),
    ] = None,
    max_cost: MaxCost = None,
    price: KnownPrices = None,
    max_model_calls: MaxModelCalls = None,
    max_seconds: MaxSeconds = None,
    embedder: EmbedderName = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Filter trials into a set of demonstrations; print what was dropped and why.

    Limits are on what --judge and --paraphrase ask together. What was said before one was reached is kept,
    and the same command again asks about the rest.

    Example: practicum curate --held-out my_queries.jsonl

    Example: practicum curate --tools almanac --judge openai:gpt-4o --export calls.jsonl --format trl

    Example: practicum curate --judge openai:gpt-4o --max-cost 0.50
    """
    from practicum.cli.curated import curated_json, print_curated
    from practicum.cli.places import as_meant
    from practicum.cli.wiring import (
        console,
        held_out_items,
        open_practice,
        open_usable,
        print_json,
        require_journal,
    )
    from practicum.errors import SetupError
    from practicum.training.learn import unverified_of

    require_origin(origin)
    if export is not None:
        _refuse(export, format_, sources)
    about_export = {"--answers": answers is not None, "--format": was_given(context, "format_")}
    unheeded = [option for option, given in about_export.items() if given and export is None]
    if unheeded:
        raise SetupError(f"{unheeded[0]} is about what --export writes", "add --export FILE, or leave it out")
    if paraphrase is not None:
        _need_tools("--paraphrase", sources)
    limits = _Limits(max_cost, price, max_model_calls, max_seconds)
    budget = limits.open([spec for spec in (judge, paraphrase) if spec is not None])
    items = held_out_items(held_out)
    catalog = open_usable(sources) if sources else None
    require_journal(home)
    with open_practice(home, embedder) as practice:
        judged = _judge(practice, judge, catalog, budget, include_simulated) if judge else None
        said = _paraphrase(practice, paraphrase, catalog, budget) if paraphrase and catalog else None
        tell_limit(budget)
        options: dict[str, Any] = {
            "held_out": items,
            # What this judge said is kept by now; where it said nothing, what one said before still counts.
            "judgements": None,
            "include_simulated": include_simulated,
        }
        made = _made(practice, catalog, origin, options, exporting=export is not None)
        asked = {**options, "answers": _answers(practice, answers)} if answers else options
        written = _export(practice, catalog, asked, as_meant(export), format_) if export and catalog else None
        unverified = unverified_of(practice.home, made[0])
        if catalog is None and not practice.home.journal.practised_tools():
            console(stderr=True).print(NO_TOOLS, markup=False, soft_wrap=True)
    if as_json:
        figures = curated_json(made, judged, written, said)
        if budget.refused is not None:
            figures["budget"] = budget.refused.message
        print_json({**figures, "unverified": unverified} if include_simulated else figures)
        return
    print_curated(made, judged, written, said, unverified)


def _made(
    practice: Practice,
    catalog: Catalog | None,
    origin: str | None,
    options: dict[str, Any],
    *,
    exporting: bool,
) -> Made:
    """Return the demonstration set; an empty one where no trial passes, and calls are exported all the same.

    What execution confirmed teaches other trainers, whether or not the trial was solved.
    """
    from practicum.cli.wiring import console
    from practicum.training.learn import NothingPassed

    try:
        return practice.curate(tools=catalog, origin=origin, **options)
    except NothingPassed as nothing:
        if not exporting:
            raise
        console(stderr=True).print(f"no demonstrations were made: {nothing.message}", markup=False)
        return nothing.curated, None


def _refuse(file: Path, form: str, sources: list[str] | None) -> None:
    """Say what is wrong with an export before anything is asked of a model, or registered."""
    from practicum.training.export import format_named, refuse_existing, split_files

    format_named(form)
    _need_tools("--export", sources)
    refuse_existing(split_files(file).values())


def _need_tools(option: str, sources: list[str] | None) -> None:
    from practicum.errors import SetupError

    if not sources:
        raise SetupError(f"{option} needs the tools", "name where they come from with --tools")


def _answers(practice: Practice, spec: str) -> dict[str, str]:
    from practicum.cli.wiring import open_model, run

    model, _ = open_model(spec)
    return run(practice.no_call_answers(model))


class _Limits(NamedTuple):
    """What a user allows models to take."""

    max_cost: float | None
    price: list[str] | None
    max_model_calls: int | None
    max_seconds: float | None

    def open(self, specs: list[str]) -> Budget:
        """Return the budget that these models share; refuse limits where none is asked, before any is."""
        from practicum.cli.budgets import open_budget, require_known_price
        from practicum.cli.wiring import open_model
        from practicum.errors import SetupError
        from practicum.models.prices import read_prices

        given = [name for name, value in self._asdict().items() if value is not None]
        if given and not specs:
            option = f"--{given[0].replace('_', '-')}"
            raise SetupError(
                f"{option} limits nothing here: no model is asked", "add --judge or --paraphrase"
            )
        budget = open_budget(
            specs[0] if specs else "",
            max_cost=self.max_cost,
            max_model_calls=self.max_model_calls,
            max_seconds=self.max_seconds,
        )
        budget.prices = {
            name: price for spec in specs for name, price in read_prices(self.price or (), spec).items()
        }
        for spec in specs:
            require_known_price(budget, *open_model(spec))
        return budget


def _paraphrase(practice: Practice, spec: str, catalog: Catalog, budget: Budget) -> Paraphrased:
    from practicum.cli.wiring import open_model, run

    model, name = open_model(spec)
    return run(practice.paraphrase(model, catalog, model_name=name, budget=budget))


def _judge(
    practice: Practice, spec: str, catalog: Catalog | None, budget: Budget, include_simulated: bool
) -> JudgeReport:
    from practicum.cli.wiring import open_model, run

    model, name = open_model(spec)

    async def ask() -> JudgeReport:
        judged = await practice.judge(
            model, tools=catalog, model_name=name, budget=budget, include_simulated=include_simulated
        )
        return judged, await practice.judge_agreement(model, model_name=name, budget=budget)

    return run(ask())


def _export(
    practice: Practice, catalog: Catalog, options: dict[str, Any], file: Path, form: str
) -> tuple[Examples, dict[Path, int]]:
    from practicum.training.export import export_splits, format_named

    examples = practice.examples(catalog, **options)
    return examples, export_splits(examples, catalog.specs, file, format_named(form))
