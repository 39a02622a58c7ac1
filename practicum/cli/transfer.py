"""`practicum memory export` and `import`: what a home holds as a file, or as a dataset at LangSmith."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from practicum.cli.options import AsJson, EmbedderName, HomeOption

STANDARD_OUTPUT = Path("-")


def export(
    file: Annotated[Path | None, typer.Argument(help="A .jsonl file, or - for standard output.")] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            "--langsmith",
            metavar="DATASET",
            help="Make a dataset of this name at LangSmith, of the trials that execution confirmed: queries"
            " and their calls, redacted. What is there already is not sent again.",
        ),
    ] = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Write everything recorded to a file, one object a line; or confirmed trials to a LangSmith dataset.

    Example: practicum memory export practice.jsonl

    Example: practicum memory export - | gzip > practice.jsonl.gz

    Example: practicum memory export --langsmith my-tools
    """
    from practicum.cli.streams import was_closed
    from practicum.cli.wiring import console, print_json
    from practicum.errors import SetupError

    if file is None and dataset is None:
        raise SetupError(
            "export needs a FILE to write", "name one, such as practice.jsonl, or --langsmith NAME"
        )
    if as_json and file == STANDARD_OUTPUT:
        raise SetupError("--json and what - writes can't both be on standard output", "name a file to write")
    if file == STANDARD_OUTPUT and was_closed("stdout"):
        raise SetupError(
            "standard output is closed, so that nothing can be written to -", "name a file to write"
        )
    done: dict[str, Any] = _send(dataset, home) if dataset is not None else {}
    if file is not None:
        done |= _written(file, home)
    if as_json:
        print_json(done)
        return
    out = console(stderr=file == STANDARD_OUTPUT)
    for line in _lines(done):
        out.print(line, markup=False)


def import_(
    file: Annotated[Path, typer.Argument(help="A file that `memory export` wrote.")],
    embedder: EmbedderName = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Add what another home exported; what is here already is skipped.

    Example: practicum memory import practice.jsonl
    """
    from practicum.cli.wiring import console, open_practice, print_json

    with open_practice(home, embedder) as practice:
        imported = practice.import_(file)
    if as_json:
        print_json(imported.as_dict())
        return
    kinds = ", ".join(f"{count} of kind {kind}" for kind, count in imported.added.items())
    told = f"added {kinds or 'nothing'}; {imported.skipped} were here already"
    if imported.differing:
        told += f", {imported.differing} of them with other contents, which stay"
    console().print(told, markup=False)


def _written(file: Path, home: Path | None) -> dict[str, Any]:
    """Write the journal to a file or to standard output, and return what is told of it."""
    import sys

    from practicum.cli.wiring import console, open_journal
    from practicum.memory_store.transfer import export_to

    with open_journal(home) as journal:
        to_a_file = file != STANDARD_OUTPUT
        exported = journal.export(file) if to_a_file else export_to(journal, sys.stdout)
        sys.stdout.flush()
    for what in exported.left_out:
        console(stderr=True).print(f"note: left out: {what}", markup=False, soft_wrap=True)
    return {"file": str(file) if to_a_file else "standard output", "entries": exported.lines}


def _send(dataset: str, home: Path | None) -> dict[str, Any]:
    from practicum.cli.wiring import open_journal, require_words
    from practicum.errors import SetupError
    from practicum.training.dataset import confirmed, send

    name = require_words(dataset, "the dataset's name", "memory export --langsmith my-tools")
    with open_journal(home) as journal:
        rows, dropped = confirmed(journal)
    if not rows:
        raise SetupError(
            f"none of {dropped.total()} trials is confirmed, so that there is nothing to send",
            "`practicum explore` makes trials, `practicum curate` says what is wrong with those there are",
        )
    added = send(name, rows)
    left_out = dict(dropped.most_common())
    return {"dataset": name, "examples": len(rows), "added": added, "left_out": left_out}


def _lines(done: dict[str, Any]) -> list[str]:
    lines = []
    if "dataset" in done:
        why = ", ".join(f"{count} {reason}" for reason, count in done["left_out"].items())
        lines.append(f"{done['dataset']}: {done['examples']} examples, {done['added']} of them new")
        lines.append(f"left out: {why or 'none'}")
    if "file" in done:
        lines.append(f"wrote {done['entries']} entries to {done['file']}")
    return lines
