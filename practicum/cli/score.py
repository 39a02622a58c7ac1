"""`practicum score`: predictions that someone else made, without a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from practicum.cli.options import AsJson

if TYPE_CHECKING:
    from practicum.evaluation.ste.scores import SteScores

FORMATS = ("ste", "bfcl")


def score(
    file: Annotated[Path, typer.Argument(help="The predictions. The file is only read.")],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="What wrote it. ste: the reference code of the STE paper; bfcl: a result file of BFCL.",
        ),
    ],
    compat: Annotated[
        bool,
        typer.Option(
            "--compat",
            help="Also compute the figures as they were published: an unknown tool is taken for the closest"
            " one, and the right tool counted of the well-formed calls only.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Score predictions against their known calls; print rates with denominators and 95 % intervals.

    BFCL's results are judged by its own checkers, each category against all of its items.
    Of ste, strict reads a reply as the reference does, and lenient its first JSON object.

    Example: practicum score mistral.json --format ste --compat

    Example: practicum score BFCL_v4_simple_python_result.json --format bfcl
    """
    from practicum.errors import SetupError

    if form not in FORMATS:
        raise SetupError(
            f"there is no scoring of the format {form!r}", f"use --format {' or '.join(FORMATS)}"
        )
    if form == "bfcl":
        _score_bfcl(file, compat=compat, as_json=as_json)
        return 0
    from practicum.cli.wiring import print_json
    from practicum.evaluation.ste.data import load_ste
    from practicum.evaluation.ste.scores import score_ste

    scores = score_ste(load_ste(file), compat=compat)
    if as_json:
        print_json({"format": form, "file": str(file), **scores.figures()})
    else:
        _print(scores, file.name)
    return 0


def _score_bfcl(file: Path, *, compat: bool, as_json: bool) -> None:
    from practicum.cli.wiring import console, print_json
    from practicum.errors import SetupError
    from practicum.evaluation.suites.bfcl_results import score_results
    from practicum.report.tables import category_table

    if compat:
        raise SetupError("--compat is for the format ste", "leave it out")
    found = score_results(file)
    if as_json:
        categories = {name: scores.figures() for name, scores in found.items()}
        print_json({"format": "bfcl", "file": str(file), "categories": categories})
    else:
        console().print(category_table(found, file.name))


def _print(scores: SteScores, name: str) -> None:
    from practicum.cli.wiring import console
    from practicum.report import ste

    out = console()
    out.print(ste.summary(scores, name), markup=False, emoji=False)
    out.print(ste.figures_table(scores))
    if scores.cached is not None or scores.compat is not None:
        out.print(ste.published_table(scores))
    if scores.agreement:
        out.print(ste.agreement_table(scores))
