"""`practicum curate`: from trials to demonstrations, and to files for other trainers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from practicum.cli.options import AsJson, EmbedderName, HeldOut, Home, OptionalSources

if TYPE_CHECKING:
    from practicum.practice import Practice
    from practicum.tools.catalog import Catalog
    from practicum.training.build_examples import Examples
    from practicum.training.curate import Curated
    from practicum.training.judge import Judged
    from practicum.training.judge_labels import Agreement

    Asked = tuple[Judged, Agreement]


def curate(
    sources: OptionalSources = None,
    held_out: HeldOut = None,
    judge: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Ask this model, too, whether each trial informs, is faithful and used the tool rightly;"
            " one no drops it. Thirty trials with known verdicts tell how far it agrees with people."
            " Written as --model elsewhere, such as openai:gpt-4o.",
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also write training examples as JSON lines; FILE.validation and FILE.test come beside it."
            " Needs --tools.",
        ),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="Who reads the file: trl, openai, sharegpt or dspy.")
    ] = "trl",
    embedder: EmbedderName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Filter trials into a set of demonstrations; print what was dropped and why.

    Example: practicum curate --held-out my_queries.jsonl

    Example: practicum curate --tools almanac --judge openai:gpt-4o --export calls.jsonl --format trl
    """
    from practicum.cli.wiring import held_out_items, open_practice, open_tools, print_json

    if export is not None:
        _refuse(export, format_, sources)
    items = held_out_items(held_out)
    catalog = open_tools(sources) if sources else None
    with open_practice(home, embedder) as practice:
        judged = _judge(practice, judge, catalog) if judge else None
        options: dict[str, Any] = {"held_out": items, "judgements": judged[0].judgements if judged else None}
        curated, version = practice.curate(tools=catalog, **options)
        written = _export(practice, catalog, options, export, format_) if export and catalog else None
    if as_json:
        print_json(_as_json(curated, version, judged, written))
        return
    _print(curated, version, judged, written)


def _refuse(file: Path, form: str, sources: list[str] | None) -> None:
    """Say what is wrong with an export before anything is asked of a model, or registered."""
    from practicum.errors import SetupError
    from practicum.training.export import format_named, refuse_existing, split_files

    format_named(form)
    if not sources:
        raise SetupError("--export needs the tools", "name where they come from with --tools")
    refuse_existing(split_files(file).values())


def _judge(practice: Practice, spec: str, catalog: Catalog | None) -> Asked:
    from practicum.cli.wiring import open_model, run

    model, name = open_model(spec)

    async def ask() -> Asked:
        judged = await practice.judge(model, tools=catalog, model_name=name)
        return judged, await practice.judge_agreement(model, model_name=name)

    return run(ask())


def _export(
    practice: Practice, catalog: Catalog, options: dict[str, Any], file: Path, form: str
) -> tuple[Examples, dict[Path, int]]:
    from practicum.training.export import export_splits, format_named

    examples = practice.examples(catalog, **options)
    return examples, export_splits(examples, catalog.specs, file, format_named(form))


def _print(
    curated: Curated, version: int, judged: Asked | None, written: tuple[Examples, dict[Path, int]] | None
) -> None:
    from practicum.cli.wiring import console

    out = console()
    out.print(f"demos@{version}: kept {len(curated.kept)} of {curated.seen} trials")
    if curated.rephrased:
        out.print(f"  added {len(curated.rephrased)}: other ways to say what was kept")
    for reason, count in curated.dropped.most_common():
        out.print(f"  dropped {count}: {reason}")
    if curated.notes is not None:
        out.print(f"{curated.notes}: what was noted about the tools")
    if judged is not None:
        said, agreed = judged
        out.print(f"judge: {len(said.judgements)} trials judged, {said.not_judged} not judged and kept")
        out.print(f"  {_trust(agreed)}", markup=False)
    if written is not None:
        examples, files = written
        made = ", ".join(f"{count} {kind}" for kind, count in examples.counts.most_common())
        out.print(f"examples: {made}", markup=False)
        for reason, count in examples.dropped.most_common():
            out.print(f"  dropped {count}: {reason}")
        for file, count in files.items():
            out.print(f"  wrote {count} to {file}", markup=False)
    out.print("next: `practicum evaluate --with base,demos` shows whether they help", markup=False)


def _trust(agreed: Agreement) -> str:
    """Say how far the judge agrees with people."""
    labelled = agreed.judged + agreed.not_judged
    if agreed.accuracy is None:
        return (
            f"it judged none of {labelled} trials with known verdicts: how far it can be trusted is unknown"
        )
    kappa = f", kappa {agreed.kappa:.2f}" if agreed.kappa is not None else ""
    right = agreed.both_good + agreed.both_bad
    return f"it agrees with people on {right} of {agreed.judged} trials with known verdicts{kappa}"


def _as_json(
    curated: Curated,
    version: int,
    judged: Asked | None,
    written: tuple[Examples, dict[Path, int]] | None,
) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "set": f"demos@{version}",
        "seen": curated.seen,
        "kept": len(curated.kept),
        "rephrased": len(curated.rephrased),
        "notes": curated.notes,
        "dropped": dict(curated.dropped.most_common()),
    }
    if judged is not None:
        said, agreed = judged
        figures["judge"] = {
            "judgements": {name: judgement.as_dict() for name, judgement in said.judgements.items()},
            "not_judged": said.not_judged,
            "agreement": {"accuracy": agreed.accuracy, "kappa": agreed.kappa, **agreed.as_dict()},
        }
    if written is not None:
        examples, files = written
        figures["examples"] = {
            "counts": dict(examples.counts),
            "dropped": dict(examples.dropped.most_common()),
            "chained": {tool: list(names) for tool, names in examples.chained.items()},
            "files": {str(file): count for file, count in files.items()},
        }
    return figures
