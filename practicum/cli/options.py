"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder of what was tried and learned (default: PRACTICUM_HOME, or .practicum)."
    ),
]
Sources = Annotated[
    list[str],
    typer.Option(
        "--tools",
        help="Where tools come from: almanac, almanac:GROUP, mcp:FILE[#SERVER], openapi:FILE-OR-URL,"
        " toolbench:DIR, bfcl:CLASS, agentdojo:SUITE, file.py[:NAME] or package.module[:NAME]. Repeatable.",
    ),
]
OptionalSources = Annotated[
    list[str] | None,
    typer.Option("--tools", help="Where the tools come from; see `practicum explore --help`. Repeatable."),
]
ToolNames = Annotated[
    list[str] | None, typer.Option("--tool", help="Only the tool of this name. Repeatable.")
]
HeldOut = Annotated[
    list[Path] | None,
    typer.Option(
        "--held-out",
        help="Queries that measure: whatever is near them is not learned, and does not decide."
        " The almanac's own are always held out. Repeatable.",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="local, local:FILE.gguf, openai:NAME[@URL], scripted:FILE.jsonl or provider:name"
        " (default: PRACTICUM_MODEL, or local).",
    ),
]
EmbedderName = Annotated[
    str | None,
    typer.Option(
        "--embedder",
        help="minilm, st:FOLDER-OR-HUB-ID, openai:NAME[@URL] or hashing"
        " (default: PRACTICUM_EMBEDDER, or minilm).",
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", help="Run this tool although it may change something for good. Repeatable."),
]
RecordOption = Annotated[
    Path | None,
    typer.Option(
        "--record",
        metavar="DIR",
        help="Add what tools return to the cassettes in this folder. With --replay of the same folder, only"
        " what it lacks runs.",
    ),
]
ReplayOption = Annotated[
    Path | None,
    typer.Option(
        "--replay",
        metavar="DIR",
        help="Answer calls from the cassettes in this folder; no tool runs, and a call that was not recorded"
        " has no result. (explore --effects replay: only calls that may not run.)",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on stdout, and nothing else there.")
]


def was_given(context: typer.Context, name: str | None) -> bool:
    """Whether an option was typed: by where its value comes from, which may be the default's."""
    source = context.get_parameter_source(name) if name else None
    return source is not None and source.name == "COMMANDLINE"


def require_origin(name: str | None) -> None:
    """Refuse an origin that no trial has.

    Raises:
        SetupError: it is none.
    """
    from practicum.errors import SetupError
    from practicum.records import ORIGINS

    if name is not None and name not in ORIGINS:
        raise SetupError(f"there is no origin {name!r}", f"use {' or '.join(ORIGINS)}")
