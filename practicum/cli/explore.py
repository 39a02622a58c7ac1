"""`practicum explore`: simulated trial and error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from practicum.cli.budgets import MaxCost, MaxModelCalls, MaxSeconds, Prices
from practicum.cli.options import (
    Allow,
    AsJson,
    EmbedderName,
    HomeOption,
    Model,
    RecordOption,
    ReplayOption,
    Sources,
    ToolNames,
)

if TYPE_CHECKING:
    from practicum.graph.campaign import Plan
    from practicum.graph.engine import Engine
    from practicum.practice import Practice
    from practicum.records import Trial
    from practicum.tools.cassettes import Cassettes

MOST_EPISODES = 10_000
"""Of a tool; and of an episode the trials: a plan is counted one by one."""
MOST_SEED = 2**63 - 1
"""What the journal takes."""


def explore(
    sources: Sources,
    tool: ToolNames = None,
    model: Model = None,
    episodes: Annotated[int, typer.Option(min=1, max=MOST_EPISODES, help="Episodes a tool.")] = 15,
    trials: Annotated[int, typer.Option(min=1, max=MOST_EPISODES, help="Trials an episode.")] = 4,
    max_calls: Annotated[int, typer.Option(min=1, help="Tool calls a trial, at most.")] = 4,
    combine: Annotated[
        int,
        typer.Option(
            min=1,
            max=4,
            help="Also make episodes of so many tools that feed each other, for requests that need several"
            " calls: each tool leads one for every three of its own. 1: none.",
        ),
    ] = 1,
    strategy: Annotated[
        str, typer.Option(help="auto, query-first or call-first; auto is call-first for the embedded model.")
    ] = "auto",
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, help="Tools explored side by side: 8, or with --engine ray one for each core."),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            help="Where episodes run: local (in this process), or ray (in worker processes, each with one"
            " tool at a time, here or on the cluster that RAY_ADDRESS names; see docs/capacity.md)."
        ),
    ] = "local",
    max_cost: MaxCost = None,
    price: Prices = None,
    max_model_calls: MaxModelCalls = None,
    max_seconds: MaxSeconds = None,
    effects: Annotated[
        str,
        typer.Option(
            help="What becomes of calls that may change something: dry-run (only checked), replay (answered"
            " from --replay DIR), simulate (the model says what could come back) or refuse (stop here)."
            " `practicum tools` shows which tools this is about."
        ),
    ] = "dry-run",
    allow: Allow = None,
    record: RecordOption = None,
    replay: ReplayOption = None,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Leave out execution, short-term, long-term or reflection. Repeatable."),
    ] = None,
    stop_when_saturated: Annotated[
        bool,
        typer.Option(
            help="End a tool's episodes early when three in a row brought nothing new. The same command"
            " without it makes the episodes that were left out."
        ),
    ] = False,
    seed: Annotated[
        int, typer.Option(min=-MOST_SEED, max=MOST_SEED, help="Another seed is another exploration.")
    ] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan; call nothing.")] = False,
    embedder: EmbedderName = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> int:
    """Practise with tools: imagine queries, try calls, observe, reflect, remember.

    The same command again goes on where it was interrupted, and practises anew a tool that changed.
    Exit status 1 if every trial broke off.
    Only what changes nothing, or can be reset, runs; docs/effects.md says how to say so.
    With --model none calls are sampled, executed and phrased, and nobody is asked: many values, to train on.

    Example: practicum explore --tools almanac:everyday --episodes 6

    Example: practicum explore --tools my_tools.py --combine 2

    Example: practicum explore --tools my_tools.py --effects simulate --allow send_mail

    Example: practicum explore --tools my_tools.py --engine ray

    Example: practicum explore --tools my_tools.py --model none --episodes 100
    """
    from practicum.cli.budgets import open_budget, require_known_price, tell_spent
    from practicum.cli.effects import tell_plan
    from practicum.cli.engines import open_engine, require_engine
    from practicum.cli.places import maybe_meant
    from practicum.cli.planned import print_plan
    from practicum.cli.wiring import open_model, open_practice, open_tools, read_policy, run, use_redaction
    from practicum.graph.planning import make_plan
    from practicum.tools.cassettes import open_cassettes
    from practicum.tools.policy import Taping

    require_engine(engine)
    catalog = open_tools(sources, read_policy(), tuple(tool or ()))
    use_redaction()  # before anything is read that redacts what it keeps
    cassettes = open_cassettes(maybe_meant(record), maybe_meant(replay))
    chosen, spec = open_model(model, needed=False)
    budget = open_budget(
        spec,
        max_cost=max_cost,
        prices=price,
        max_model_calls=max_model_calls,
        max_seconds=max_seconds,
    )
    require_known_price(budget, chosen, spec)
    plan = make_plan(
        catalog,
        chosen,
        model_name=spec,
        episodes=episodes,
        trials=trials,
        max_calls=max_calls,
        strategy=strategy,
        allow=allow or (),
        without=without or (),
        seed=seed,
        effects=effects,
        taping=cassettes.taping if cassettes is not None else Taping.NOT,
        stop_when_saturated=stop_when_saturated,
        combine=combine,
    )
    tell_plan(plan, cassettes)
    if dry_run:
        print_plan(plan, chosen, budget, home, as_json=as_json)
        return 0
    elsewhere = open_engine(
        engine, plan, sources, spec, embedder=embedder, record=record, replay=replay, budget=budget
    )
    with open_practice(home, embedder) as practice:
        run(_explore(practice, plan, chosen, budget, concurrency, cassettes, elsewhere))
        tell_spent(budget)
        return _print_result(practice, plan, as_json=as_json)


async def _explore(
    practice: Practice,
    plan: Plan,
    model: Any,
    budget: Any,
    concurrency: int | None,
    cassettes: Cassettes | None,
    engine: Engine | None,
) -> None:
    from practicum.cli.progress import watch_exploration
    from practicum.tools.policy import Taping

    left = practice.left(plan)
    _tell_changes(practice.changed(plan))
    if await practice.is_done(plan, engine):
        _tell_done(plan.total, recording=cassettes is not None and cassettes.taping is not Taping.REPLAY)
    with watch_exploration(plan.total, plan.total - left) as watch:
        await practice.run(
            plan,
            model,
            concurrency=concurrency,
            budget=budget,
            cassettes=cassettes,
            watch=watch,
            engine=engine,
        )


def _tell_done(total: int, *, recording: bool) -> None:
    from practicum.cli.wiring import console

    told = f"nothing is left to do: all {total} trials of this plan were made before"
    more = ", and nothing is recorded: name another --seed, or more --episodes" if recording else ""
    console(stderr=True).print(told + more, markup=False)


def _tell_changes(changed: Sequence[str]) -> None:
    from practicum.cli.wiring import console

    for name in changed:
        console(stderr=True).print(
            f"{name}: its schema changed since it was practised; it is practised again,"
            " and what was tried before is not recalled",
            markup=False,
        )


def _print_result(practice: Practice, plan: Plan, *, as_json: bool) -> int:
    """Print what was done, and return the exit status."""
    from practicum.cli.wiring import console, print_json
    from practicum.report.exploration import (
        all_broke,
        broken_notes,
        exploration_notes,
        exploration_table,
        exploration_totals,
        left_alone_notes,
        saturation_notes,
    )

    trials, lessons = practice.trials_of(plan), practice.lessons_of(plan)
    saturated = practice.saturated(plan)
    if as_json:
        ended = {"saturated_after": saturated} if plan.stop_when_saturated else {}
        print_json({**exploration_totals(trials, lessons), **ended})
        return int(all_broke(trials))
    console().print(exploration_table(trials, lessons))
    alone = [trial for trial in trials if not trial.others]
    planned = {tool.name: saturated.get(tool.name, plan.episodes) * plan.trials for tool in plan.tools}
    for note in [
        *broken_notes(trials),
        *left_alone_notes(alone, planned),
        *exploration_notes(trials),
        *saturation_notes(saturated, plan.episodes),
    ]:
        console().print(note, markup=False)
    console().print(_next(plan, trials), markup=False)
    return int(all_broke(trials))


def _next(plan: Plan, trials: Sequence[Trial]) -> str:
    from practicum.models.silent import NONE
    from practicum.records import Outcome
    from practicum.training.evidence import confirmed_trial

    if plan.model_name == NONE:
        if not any(map(confirmed_trial, trials)):
            return "no execution confirmed a call: `practicum memory show ID` tells what came of each"
        return "next: `practicum train` learns from the calls that execution confirmed"
    if not any(trial.outcome is Outcome.SOLVED for trial in trials):
        return "nothing was solved: `practicum memory list` and `memory show ID` tell what was tried"
    return "next: `practicum curate` turns what was solved into demonstrations"
