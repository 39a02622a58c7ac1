"""Export: examples as JSON lines for other trainers, in the form each of them reads.

- ``trl``: conversational prompt and completion (TRL's "Dataset formats and types"); tools are a JSON string.
- ``openai``: ``messages`` and ``tools`` of OpenAI's fine-tuning API; arguments are a JSON string.
- ``sharegpt``: ``conversations``, ``system`` and ``tools`` of LLaMA-Factory; tools are a JSON string.
- ``dspy``: flat rows for ``dspy.Example(**row).with_inputs("query", "tools")``; ``tool_calls`` is what
  ``dspy.ToolCalls`` is made from.

The files are exact. Where rows differ in their arguments, datasets reads them with a decoder of its own,
which is off by one unit in the last place for some decimals (0.3 becomes 0.30000000000000004).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from practicum.errors import DataError, SetupError, install
from practicum.models.replies import compact_json
from practicum.nodes.prompting import render
from practicum.nodes.spoken import in_schema_order
from practicum.records import JsonObject, ToolSpec, digest, plain_value
from practicum.tools.sanitize import redact
from practicum.training.examples import Example, Split
from practicum.training.model_files import written_aside

if TYPE_CHECKING:
    from datasets import Dataset

    from practicum.training.build_examples import Examples

ExportFormat = Literal["trl", "openai", "sharegpt", "dspy"]
FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
DSPY_INPUTS = ("query", "tools")
"""What ``with_inputs`` is given."""
TOOLS_A_ROW = 8
"""Tools that a row shows: its own one among others, so that choosing is learned, too."""


def rows(
    examples: Iterable[Example],
    specs: Sequence[ToolSpec],
    format: ExportFormat = "trl",  # noqa: A002 - the word of the command's option
    *,
    tools_a_row: int = TOOLS_A_ROW,
) -> Iterator[JsonObject]:
    """Yield each example as a row: JSON values, secrets blanked.

    Args:
        examples: What to write, in order.
        specs: The tools; a row shows its own and, drawn by its id, some of the others.
        format: Whose form.
        tools_a_row: Tools that a row shows at most.

    Raises:
        SetupError: the format is unknown, or an example is of a tool that is not among the tools.
    """
    make = _FORMATS[format_named(format)]
    known = {spec.name: _told(spec) for spec in specs}
    for example in examples:
        if example.tool is not None and example.tool not in known:
            raise SetupError(
                f"an example is of the tool {example.tool!r}, which is not there",
                "name its source with --tools",
            )
        yield make(_redacted(example, known), _shown(example, known, tools_a_row))


def format_named(name: str) -> ExportFormat:
    """Return the format of that name.

    Raises:
        SetupError: there is none.
    """
    for known in FORMATS:
        if known == name:
            return known
    raise SetupError(f"there is no export format {name!r}", f"use one of: {', '.join(FORMATS)}")


def export(
    examples: Iterable[Example],
    specs: Sequence[ToolSpec],
    file: Path,
    format: ExportFormat = "trl",  # noqa: A002 - the word of the command's option
    *,
    tools_a_row: int = TOOLS_A_ROW,
) -> int:
    """Write examples as JSON lines to a new file, and return how many rows it has.

    The file appears whole or not at all.

    Raises:
        SetupError: see `rows`; the disk is full.
        DataError: the file exists, or can't be written.
    """
    written = [compact_json(row) for row in rows(examples, specs, format, tools_a_row=tools_a_row)]
    content = "".join(f"{line}\n" for line in written).encode("utf-8", "replace")
    refuse_existing([file])
    try:
        with written_aside(file) as aside:
            aside.write_bytes(content)
            refuse_existing([file])  # another process may have written it meanwhile
    except OSError as error:
        fix = "name a file in a folder that exists and can be written to"
        raise DataError(f"{file}: {error.strerror or error}", fix) from error
    return len(written)


def export_splits(
    examples: Examples,
    specs: Sequence[ToolSpec],
    file: Path,
    format: ExportFormat = "trl",  # noqa: A002 - the word of the command's option
) -> dict[Path, int]:
    """Write the training split to ``file`` and the others beside it; return the rows of each file.

    ``calls.jsonl`` comes with ``calls.validation.jsonl`` and ``calls.test.jsonl``; a split without
    examples has no file.

    Raises:
        SetupError: see `rows`; or nothing is in the training split.
        DataError: one of the files exists (then none is written), or can't be written.
    """
    if not examples.of("train"):
        raise SetupError(
            f"all {len(examples.kept)} examples are kept for deciding and testing: there is none to train on",
            "practise more with `practicum explore`",
        )
    files = {split: path for split, path in split_files(file).items() if examples.of(split)}
    refuse_existing(files.values())
    return {path: export(examples.of(split), specs, path, format) for split, path in files.items()}


def split_files(file: Path) -> dict[Split, Path]:
    """Return where each split is written, given the file of the training split.

    Raises:
        DataError: it is a folder.
    """
    if not file.name or file.is_dir():
        raise DataError(f"{file}: is a folder", "name a file in it")
    others: tuple[Split, ...] = ("validation", "test")
    return {"train": file, **{split: file.with_name(f"{file.stem}.{split}{file.suffix}") for split in others}}


def refuse_existing(files: Iterable[Path]) -> None:
    """Raise DataError if one of ``files`` exists, or if there is no folder for it."""
    for path in files:
        if not path.parent.is_dir():
            raise DataError(f"{path.parent}: there is no such folder", "make it, or name another file")
        if path.exists():
            raise DataError(f"{path}: exists already", "name a new file; nothing is overwritten")


def to_dataset(
    examples: Iterable[Example],
    specs: Sequence[ToolSpec],
    format: ExportFormat = "trl",  # noqa: A002 - the word of the command's option
) -> Dataset:
    """Return the rows as a Hugging Face dataset, arguments as they are: no missing key becomes null.

    Raises:
        SetupError: see `rows`, or the package ``datasets`` is not installed.
    """
    try:
        from datasets import Dataset
    except ImportError as error:
        raise SetupError("the package datasets is not installed", install("train")) from error
    return Dataset.from_list(list(rows(examples, specs, format)), on_mixed_types="use_json")


def _trl(example: Example, tools: Sequence[ToolSpec]) -> JsonObject:
    return {
        "prompt": _prompt(example),
        "completion": [_assistant(example, _function(example))],
        # As text, which TRL reads: in a column of objects datasets would respell their numbers.
        "tools": compact_json([spec.as_openai() for spec in tools]),
    }


def _openai(example: Example, tools: Sequence[ToolSpec]) -> JsonObject:
    function = _function(example)
    if function is not None:
        function = {**function, "arguments": compact_json(function["arguments"])}
    last = _assistant(example, function, call_id=f"call_{digest(example.id, length=24)}")
    shown = {"tools": [spec.as_openai() for spec in tools], "parallel_tool_calls": False}
    return {"messages": [*_prompt(example), last], **(shown if tools else {})}


def _sharegpt(example: Example, tools: Sequence[ToolSpec]) -> JsonObject:
    function = _function(example)
    reply = (
        {"from": "gpt", "value": example.answer}
        if function is None
        else {"from": "function_call", "value": compact_json(function)}
    )
    return {
        "conversations": [{"from": "human", "value": example.query}, reply],
        "system": render("agent"),
        "tools": _tools_text(tools),
    }


def _dspy(example: Example, tools: Sequence[ToolSpec]) -> JsonObject:
    function = _function(example)
    calls = [{"name": function["name"], "args": function["arguments"]}] if function else []
    return {
        "query": example.query,
        "tools": _tools_text(tools),
        "tool_calls": calls,
        "answer": "" if function else example.answer,
    }


_FORMATS: Mapping[ExportFormat, Callable[[Example, Sequence[ToolSpec]], JsonObject]] = {
    "trl": _trl,
    "openai": _openai,
    "sharegpt": _sharegpt,
    "dspy": _dspy,
}


def _prompt(example: Example) -> list[JsonObject]:
    return [{"role": "system", "content": render("agent")}, {"role": "user", "content": example.query}]


def _assistant(example: Example, function: JsonObject | None, call_id: str | None = None) -> JsonObject:
    """Return the assistant's turn. Beside a call stands no text: what the trial answered came after it."""
    if function is None:
        return {"role": "assistant", "content": example.answer}
    made = {"type": "function", "function": function}
    return {"role": "assistant", "tool_calls": [made if call_id is None else {"id": call_id, **made}]}


def _function(example: Example) -> JsonObject | None:
    if example.call is None:
        return None
    return {"name": example.call.name, "arguments": example.call.arguments}


def _tools_text(tools: Sequence[ToolSpec]) -> str:
    return compact_json([spec.as_openai()["function"] for spec in tools])


def _shown(example: Example, known: Mapping[str, ToolSpec], most: int) -> list[ToolSpec]:
    """Return the tools of a row, the same ones in every run, in the order of the catalog."""
    others = [name for name in known if name != example.tool]
    own = [example.tool] if example.tool is not None else []
    room = min(max(most - len(own), 0), len(others))
    drawn = {*own, *random.Random(f"tools/{example.id}").sample(others, room)}
    return [spec for name, spec in known.items() if name in drawn]


def _redacted(example: Example, known: Mapping[str, ToolSpec]) -> Example:
    call = example.call
    if call is not None:
        arguments = (
            in_schema_order(known[call.name], plain_value(call.arguments))
            if call.name in known
            else call.arguments
        )
        call = call.model_copy(update={"arguments": _clean(arguments)})
    changes = {"query": redact(example.query), "answer": redact(example.answer), "call": call}
    return example.model_copy(update=changes)


def _told(spec: ToolSpec) -> ToolSpec:
    """Return what is told of a tool without secrets."""
    changes = {"description": redact(spec.description), "parameters": _clean(spec.parameters)}
    return spec.model_copy(update=changes)


def _clean(value: Any) -> Any:
    """Return JSON with secrets blanked; what JSON has no spelling for (NaN) is written as text."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {redact(str(key)): _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
