"""`practicum evaluate`: does it use tools better?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from practicum.cli.budgets import MaxCost, MaxModelCalls, MaxSeconds, Prices, tell_spent
from practicum.cli.options import (
    Allow,
    AsJson,
    EmbedderName,
    HomeOption,
    Model,
    OptionalSources,
    RecordOption,
    ReplayOption,
)
from practicum.errors import SetupError

if TYPE_CHECKING:
    from practicum.cli.measuring import EvaluateOptions, Running
    from practicum.evaluation.ladder import Ladder
    from practicum.practice import Practice
    from practicum.records import Item
    from practicum.tools.catalog import Catalog

T = TypeVar("T")

Data = Annotated[
    str | None,
    typer.Option(
        help="A .jsonl file of queries with their calls, almanac, almanac:GROUP, almanac:missing; or a"
        " benchmark that brings its own tools, bfcl:CATEGORY or agentdojo:SUITE."
    ),
]
Arms = Annotated[
    str | None,
    typer.Option(
        "--with",
        help="What the model is given: base, demos, demos@N, notes, lora, demos+lora; comma-separated"
        " (default: base,demos; base for a benchmark).",
    ),
]
Grounding = Annotated[
    str, typer.Option(help="on, off or both: offer values found in the query by the resolvers.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first N queries.")]
Concurrency = Annotated[
    int,
    typer.Option(
        min=1,
        help="Queries side by side. The time a query is wall time divided by queries, that"
        " many at once, without loading the model; with 1 it is how long one is waited for.",
    ),
]
JudgedBy = Annotated[
    str | None,
    typer.Option(
        "--judge",
        help="A model, as for --model, that decides where only free texts differ and their words leave it"
        " open. Counted apart, beside strict and lenient.",
    ),
]
ExecuteOption = Annotated[
    bool,
    typer.Option("--execute", help="Also execute calls of read-only tools, and compare what they return."),
]
Attack = Annotated[
    str | None,
    typer.Option(help="agentdojo only: important_instructions or direct, hidden in what tools return."),
]
Leaks = Annotated[
    bool,
    typer.Option(
        "--check-leaks",
        help="Measure nothing: compare the queries with everything tried and learned; exit status 1 if any"
        " is in it, exactly or nearly.",
    ),
]
Compare = Annotated[
    tuple[str, str] | None,
    typer.Option(
        metavar="RUN_A RUN_B",
        help="Measure nothing: compare two kept runs (run-7, a file, or run-7:ARM);"
        " exit status 1 if RUN_B is significantly worse.",
    ),
]
Experiment = Annotated[
    str | None,
    typer.Option(
        "--langsmith",
        metavar="DATASET",
        help="Also record each arm as an experiment at LangSmith, over a dataset of this name, which gets the"
        " queries that it lacks; redacted.",
    ),
]
Runs = Annotated[bool, typer.Option("--runs", help="Measure nothing: list the kept runs.")]


def evaluate(
    context: typer.Context,
    data: Data = None,
    sources: OptionalSources = None,
    model: Model = None,
    arms: Arms = None,
    grounding: Grounding = "off",
    limit: Limit = None,
    concurrency: Concurrency = 16,
    max_cost: MaxCost = None,
    price: Prices = None,
    max_model_calls: MaxModelCalls = None,
    max_seconds: MaxSeconds = None,
    judge: JudgedBy = None,
    execute: ExecuteOption = False,
    allow: Allow = None,
    record: RecordOption = None,
    replay: ReplayOption = None,
    attack: Attack = None,
    langsmith: Experiment = None,
    check_leaks: Leaks = False,
    compare: Compare = None,
    runs: Runs = False,
    embedder: EmbedderName = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> int:
    """Run a model on queries with known calls; print the ladder with denominators and 95 % intervals.

    Every finished run is kept in the home. An interrupted one goes on with the same command.

    Example: practicum evaluate --data almanac:everyday --tools almanac:everyday --grounding both

    Example: practicum evaluate --compare run-1 run-2:demos

    Example: practicum evaluate --data my_queries.jsonl --tools my_tools.py --langsmith my-queries

    Example: practicum evaluate --data bfcl:simple_python --limit 100 --model openai:NAME
    """
    from practicum.cli import runs as kept
    from practicum.cli.evaluate_suites import evaluate_suite, only_of_items
    from practicum.cli.measuring import EvaluateOptions, Running
    from practicum.evaluation.suites import is_suite

    if runs or compare is not None:
        kept.refuse_measuring(context)
    if compare is not None:
        return kept.compare(compare, home, as_json=as_json)
    if runs:
        return kept.list_runs(home, as_json=as_json)
    named = _given(data, "--data")
    limits = (max_cost, tuple(price or ()), max_seconds)
    given = EvaluateOptions(
        named, arms, grounding, limit, model, concurrency, max_model_calls, embedder, home, as_json, *limits
    )
    if is_suite(named):
        only_of_items(
            named,
            {
                "--tools": sources,
                "--judge": judge,
                "--execute": execute,
                "--allow": allow,
                "--record": record,
                "--replay": replay,
                "--langsmith": langsmith,
            },
        )
        return evaluate_suite(given, attack=attack, check_leaks=check_leaks)
    if attack:
        raise SetupError("--attack is for agentdojo", "leave it out, or name --data agentdojo:SUITE")
    running = Running(execute, tuple(allow or ()), record, replay)
    return _evaluate(
        given, _given(sources, "--tools"), judge, running, check_leaks=check_leaks, dataset=langsmith
    )


def _given(value: T | None, option: str) -> T:
    """Return the value of an option that only measuring needs."""
    if not value:
        example = "--data almanac:everyday --tools almanac:everyday"
        raise SetupError(f"Missing option '{option}'", f"name queries and tools ({example}), or see --help")
    return value


def _evaluate(
    given: EvaluateOptions,
    sources: list[str],
    judge: str | None,
    running: Running,
    *,
    check_leaks: bool,
    dataset: str | None,
) -> int:
    from practicum.cli.effects import tell_evaluation
    from practicum.cli.measuring import leaks, print_ladder
    from practicum.cli.opening import tell_stale, tell_unread
    from practicum.cli.wiring import (
        console,
        open_model,
        open_practice,
        open_tools,
        read_policy,
        require_journal,
        run,
    )
    from practicum.evaluation.experiment import require_langsmith, send_ladder
    from practicum.evaluation.held_out import load_data

    names = given.names("base,demos")
    items = load_data(given.data)[: given.limit]
    catalog = open_tools(sources, read_policy())
    cassettes = running.cassettes
    if set(names) - {"base"}:
        require_journal(given.home)  # opening it would make an empty home, perhaps by a slip
    with open_practice(given.home, given.embedder) as practice:
        if check_leaks:
            return leaks(practice, items, as_json=given.as_json)
        if dataset is not None:
            require_langsmith(dataset)
        chosen, spec = given.opened()
        tell_evaluation(catalog, running.rules, cassettes, items)
        tell_stale(practice.home, names, catalog.specs)
        tell_unread(practice.home, names)
        options = {
            "model": chosen,
            "model_name": spec,
            "arms": names,
            "grounding": given.grounding,
            "concurrency": given.concurrency,
            "judge": open_model(judge) if judge else None,
            "execute": running.execute,
            "allow": running.allow,
            "cassettes": cassettes,
            "budget": given.budget,
            "keep": given.asked(names, tools=sources, judge=judge, **running.asked),
        }
        ladder = run(_measure(practice, items, catalog, options))
    tell_spent(given.budget)
    status = print_ladder(ladder, as_json=given.as_json)
    if dataset is not None:
        for name in send_ladder(ladder, items, dataset, spec):
            console(stderr=given.as_json).print(f"experiment at LangSmith: {name}", markup=False)
    return status


async def _measure(
    practice: Practice, items: tuple[Item, ...], catalog: Catalog, options: dict[str, Any]
) -> Ladder:
    from practicum.cli.progress import watch_evaluation

    with watch_evaluation() as watch:
        return await practice.evaluate(items, catalog, on_progress=watch, **options)
