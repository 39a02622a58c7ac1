"""`practicum memory`: what was tried and learned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from practicum.cli import transfer
from practicum.cli.budgets import KnownPrices
from practicum.cli.options import AsJson, EmbedderName, HomeOption, OptionalSources, require_origin

if TYPE_CHECKING:
    from practicum.records import Trial

app = typer.Typer(
    help="What was tried and learned. Example: practicum memory search 'currency of a country'",
    no_args_is_help=True,
    rich_markup_mode=None,
)
TrialId = Annotated[str, typer.Argument(help="A trial's id, or enough of its beginning.")]
Reason = Annotated[str, typer.Option(help="Why.")]


@app.command("list")
def list_(
    tool: Annotated[str | None, typer.Option(help="Only this tool's.")] = None,
    outcome: Annotated[str | None, typer.Option(help="solved, unsolved or broken.")] = None,
    origin: Annotated[str | None, typer.Option(help="exploration or service.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest N.")] = 20,
    held_back: Annotated[
        bool,
        typer.Option("--quarantined", help="Only trials that hold text which reads like orders to a model."),
    ] = False,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """List trials, newest last.

    Example: practicum memory list --tool convert_units --outcome unsolved
    """
    from practicum.cli.wiring import console, open_journal, print_json
    from practicum.nodes.quarantine import quarantined
    from practicum.report.memory import trial_row, trial_table

    wanted = _outcome(outcome)
    require_origin(origin)
    with open_journal(home) as journal:
        found = [each for each in journal.trials(tool, outcome=wanted) if origin in (None, each.origin)]
    if held_back:
        found = [trial for trial in found if quarantined(trial) is not None]
    shown = found[-limit:]
    if as_json:
        print_json({"trials": [trial_row(trial) for trial in shown], "total": len(found)})
        return
    console().print(trial_table(shown))
    console().print(f"{len(shown)} of {len(found)} trials")


@app.command()
def show(trial_id: TrialId, home: HomeOption = None, as_json: AsJson = False) -> None:
    """Show one trial in full.

    Example: practicum memory show 3f2a
    """
    from practicum.cli.wiring import console, open_journal, print_json
    from practicum.nodes.quarantine import quarantined
    from practicum.report.memory import trial_text

    with open_journal(home) as journal:
        trial = journal.find(trial_id)
        review = journal.reviews().get(trial.id)
        judged = journal.judgements().get(trial.id)
    order = quarantined(trial)
    if as_json:
        more = {"review": review, "judgement": judged}
        said = {name: record.as_dict() if record else None for name, record in more.items()}
        print_json({**trial.as_dict(), **said, "quarantined": order})
        return
    text = trial_text(trial, review.verdict if review else None, order, judged)
    console().print(text, markup=False)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="What to look for; meaning counts, not words.")],
    tool: Annotated[str | None, typer.Option(help="Only this tool's.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 10,
    embedder: EmbedderName = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Find past queries by meaning, nearest first.

    Example: practicum memory search "how heavy is gold"
    """
    from practicum.cli.wiring import console, open_practice, print_json, require_words
    from practicum.report.memory import past_table

    wanted = require_words(text, "the text to look for", 'memory search "how heavy is gold"')
    with open_practice(home, embedder, write=False) as practice:
        found = practice.search(wanted, tool=tool, limit=limit)
        tried = practice.home.journal.count_trials()
    if as_json:
        print_json({"found": [{"tool": name, **past.as_dict()} for name, past in found]})
        return
    console().print(past_table(found))
    if not found and tried:
        console().print(
            "nothing was found; if the index lacks what the journal has, `practicum memory rebuild` fills it",
            markup=False,
        )


@app.command()
def stats(
    tool: Annotated[
        str | None, typer.Option(help="What was tried of this tool: parameters, values, pairs, errors.")
    ] = None,
    sources: OptionalSources = None,
    price: KnownPrices = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Count what there is, by tool and outcome, and its cost; with --tool, what was tried of one.

    Give --tools as well to see the parameters that were never given.

    Example: practicum memory stats --tool convert_units --tools almanac
    """
    from practicum.cli.coverage import show_coverage
    from practicum.cli.wiring import console, open_journal, print_json
    from practicum.errors import SetupError
    from practicum.memory_store.turn_files import turns_waiting
    from practicum.models.prices import read_prices
    from practicum.report.memory import stats_table, stats_text
    from practicum.report.solved_costs import solved_costs

    if tool is not None or sources:
        if price:
            raise SetupError("what was tried of one tool has no cost that --price could say", "leave one out")
        show_coverage(tool, sources or (), home, as_json=as_json)
        return
    prices = read_prices(price or (), "")
    with open_journal(home) as journal:
        found, waiting = journal.stats(), turns_waiting(journal)
    costs = solved_costs(found.usage, prices)
    if as_json:
        print_json({**found.as_dict(), "per_solved": costs.as_dict(), "turns_waiting": waiting})
        return
    console().print(stats_table(found, costs))
    told = [f"{waiting} turns of service wait for `practicum reflect`"] if waiting else []
    for note in (stats_text(found), *told, *costs.notes()):
        console().print(note, markup=False, soft_wrap=True)


@app.command()
def notes(
    tool: Annotated[str | None, typer.Option(help="Only this tool's.")] = None,
    limit: Annotated[
        int, typer.Option(min=1, help="At most so many, of each tool the strongest first.")
    ] = 40,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """List lessons by tool and parameter, with the trials that support them, and those that serve.

    Notes are shown beside a tool's description, and never change it. `practicum curate` makes a candidate
    of them, `practicum promote notes@N` lets it serve.

    Example: practicum memory notes --tool convert_units
    """
    from practicum.cli.wiring import console, open_journal, print_json
    from practicum.report.notes import note_rows, note_table

    with open_journal(home) as journal:
        found, champion = journal.notes(tool), journal.champion()
        serving = champion.notes if champion is not None else None
        served = journal.note_set(int(serving.partition("@")[2])) if serving else None
    rows = note_rows(found, served.notes if served is not None else ())
    if as_json:
        print_json({"notes": rows[:limit], "total": len(rows), "serving": serving})
        return
    if rows:
        console().print(note_table(rows[:limit]))
    console().print(f"{len(rows[:limit])} of {len(rows)} notes; serving: {serving or 'none'}", markup=False)


@app.command()
def approve(trial_id: TrialId, reason: Reason = "", home: HomeOption = None, as_json: AsJson = False) -> None:
    """Let a trial become a demonstration although its reflection says no.

    A trial that is quarantined can't be approved: `practicum memory show` says why it is.

    Example: practicum memory approve 3f2a --reason "the answer is right"
    """
    _review(trial_id, "approved", reason, home, as_json=as_json)


@app.command()
def reject(trial_id: TrialId, reason: Reason = "", home: HomeOption = None, as_json: AsJson = False) -> None:
    """Keep a trial from becoming a demonstration.

    Example: practicum memory reject 3f2a --reason "wrong year"
    """
    _review(trial_id, "rejected", reason, home, as_json=as_json)


@app.command()
def rebuild(embedder: EmbedderName = None, home: HomeOption = None, as_json: AsJson = False) -> None:
    """Build the Chroma index anew from the journal.

    Example: practicum memory rebuild
    """
    from practicum.cli.wiring import console, open_practice, print_json, require_journal

    require_journal(home)
    with open_practice(home, embedder) as practice:
        count = practice.rebuild()
    if as_json:
        print_json({"indexed": count})
        return
    console().print(f"the index holds {count} past queries, as the journal does")


app.command("export")(transfer.export)
app.command("import")(transfer.import_)


def _review(trial_id: str, verdict: Any, reason: str, home: Path | None, *, as_json: bool) -> None:
    from practicum.cli.wiring import console, open_journal, print_json, require_journal
    from practicum.tracing import give_feedback, trial_run_id

    require_journal(home)
    with open_journal(home, write=True) as journal:
        trial: Trial = journal.find(trial_id)
        if verdict == "approved":
            _refuse_quarantined(trial)
        journal.record_review(trial.id, verdict, reason)
    give_feedback(trial_run_id(trial), "review", score=verdict == "approved", value=verdict, comment=reason)
    if as_json:
        print_json({"id": trial.id, "verdict": verdict, "reason": reason})
        return
    console().print(f"{verdict} {trial.id}: {trial.query}", markup=False)
    if verdict == "approved" and not any(step.call and step.observation.ok for step in trial.steps):
        told = "note: none of its calls returned anything: there is nothing to learn from it"
        console(stderr=True).print(told, markup=False, soft_wrap=True)


def _refuse_quarantined(trial: Trial) -> None:
    """Refuse what holds an order to a model: learned from, it could be obeyed.

    Raises:
        SetupError: the trial does.
    """
    from practicum.errors import SetupError
    from practicum.nodes.quarantine import quarantined

    order = quarantined(trial)
    if order is not None:
        raise SetupError(
            f"trial {trial.id} is quarantined and can't be approved: it holds {order!r}, which reads like an"
            " order to a model",
            f"look at it with `practicum memory show {trial.id}`; nothing is learned from it",
        )


def _outcome(name: str | None) -> Any:
    from practicum.errors import SetupError
    from practicum.records import Outcome

    if name is None:
        return None
    try:
        return Outcome(name)
    except ValueError:
        raise SetupError(f"there is no outcome {name!r}", "use solved, unsolved or broken") from None
