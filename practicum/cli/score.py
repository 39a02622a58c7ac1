"""`practicum score`: predictions that someone else made, without a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from practicum.cli.options import AsJson, HomeOption, OptionalSources

if TYPE_CHECKING:
    from practicum.evaluation import Scores, WrongItem
    from practicum.evaluation.ste.scores import SteScores
    from practicum.records import Item, ToolSpec

FORMATS = ("practicum", "ste", "bfcl")


def score(
    file: Annotated[Path, typer.Argument(help="The predictions. The file is only read.")],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="What wrote it. practicum: a line an item, with its id and calls. ste: the reference code of"
            " the STE paper. bfcl: a result file of BFCL.",
        ),
    ],
    data: Annotated[
        str | None,
        typer.Option(help="practicum only: the queries with their calls, as for `practicum evaluate`."),
    ] = None,
    sources: OptionalSources = None,
    compat: Annotated[
        bool,
        typer.Option(
            "--compat",
            help="ste only: also compute the figures as they were published: an unknown tool is taken for the"
            " closest one, and the right tool counted of the well-formed calls only.",
        ),
    ] = False,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> int:
    """Score predictions against their known calls; print rates with denominators and 95 % intervals.

    Of the format practicum, strict wants equal arguments; lenient wants the same meaning. Of ste, strict
    reads a reply as the reference does; lenient takes the first JSON object of its first action. Results of
    bfcl are judged by its own checkers, each category against all of its items. Nothing of a home is read:
    --home may stand here as with every other command.

    Example: practicum score mistral.json --format ste --compat

    Example: practicum score mine.jsonl --format practicum --data almanac --tools almanac

    Example: practicum score BFCL_v4_simple_python_result.json --format bfcl
    """
    from practicum.errors import SetupError

    del home
    if form not in FORMATS:
        raise SetupError(
            f"there is no scoring of the format {form!r}", f"use --format {' or '.join(FORMATS)}"
        )
    if form == "ste":
        _refuse(form, {"--data": data, "--tools": sources})
        _score_ste(file, compat=compat, as_json=as_json)
    elif form == "bfcl":
        _refuse(form, {"--data": data, "--tools": sources, "--compat": compat})
        _score_bfcl(file, as_json=as_json)
    else:
        _refuse(form, {"--compat": compat})
        _score_predictions(file, data, sources, as_json=as_json)
    return 0


def _refuse(form: str, options: dict[str, object]) -> None:
    from practicum.errors import SetupError

    for name, given in options.items():
        if given:
            raise SetupError(f"{name} means nothing for --format {form}", f"leave {name} out")


def _score_predictions(file: Path, data: str | None, sources: list[str] | None, *, as_json: bool) -> None:
    from practicum.cli.wiring import print_json
    from practicum.evaluation import check_items, load_predictions, wrong_items
    from practicum.evaluation import score as score_items

    items, specs = _asked(data, sources)
    check_items(items, specs)
    predictions = load_predictions(file, ids={item.id for item in items})
    scores = score_items(items, predictions, specs)
    if as_json:
        print_json({"format": "practicum", "file": str(file), "data": data, **scores.figures()})
    else:
        _print(scores, wrong_items(items, predictions, scores))


def _asked(data: str | None, sources: list[str] | None) -> tuple[tuple[Item, ...], tuple[ToolSpec, ...]]:
    """Return the queries and the tools that predictions are scored against."""
    from practicum.cli.wiring import open_tools
    from practicum.errors import SetupError
    from practicum.evaluation.held_out import load_data

    if data is None or not sources:
        missing = "--tools" if data is not None else "--data"
        raise SetupError(
            f"{missing} is missing: what the predictions answer", "add --data FILE --tools SOURCE"
        )
    return load_data(data), open_tools(sources).require_usable().specs


def _print(scores: Scores, wrong: tuple[WrongItem, ...]) -> None:
    from practicum.cli.wiring import console
    from practicum.report import tables

    out = console()
    out.print(tables.scores_summary(scores), markup=False, emoji=False)
    out.print(tables.figures_table(scores))
    out.print(tables.tool_table(scores))
    if wrong:
        out.print(tables.wrong_table(wrong))


def _score_ste(file: Path, *, compat: bool, as_json: bool) -> None:
    from practicum.cli.wiring import print_json
    from practicum.evaluation.ste.data import load_ste
    from practicum.evaluation.ste.scores import score_ste

    scores = score_ste(load_ste(file), compat=compat)
    if as_json:
        print_json({"format": "ste", "file": str(file), **scores.figures()})
    else:
        _print_ste(scores, file.name)


def _score_bfcl(file: Path, *, as_json: bool) -> None:
    from practicum.cli.wiring import console, print_json
    from practicum.evaluation.suites.bfcl_results import score_results
    from practicum.report.tables import category_table

    found = score_results(file)
    if as_json:
        categories = {name: scores.figures() for name, scores in found.items()}
        print_json({"format": "bfcl", "file": str(file), "categories": categories})
    else:
        console().print(category_table(found, file.name))


def _print_ste(scores: SteScores, name: str) -> None:
    from practicum.cli.wiring import console
    from practicum.report import ste

    out = console()
    out.print(ste.summary(scores, name), markup=False, emoji=False)
    out.print(ste.figures_table(scores))
    if scores.cached is not None or scores.compat is not None:
        out.print(ste.published_table(scores))
    if scores.agreement:
        out.print(ste.agreement_table(scores))
