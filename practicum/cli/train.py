"""`practicum train`: from what was learned to a LoRA adapter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from practicum.cli.options import (
    AsJson,
    EmbedderName,
    HeldOut,
    HomeOption,
    OptionalSources,
    ToolNames,
    was_given,
)
from practicum.cli.train_options import (
    Accumulate,
    BaseOption,
    Batch,
    Demonstrations,
    Documented,
    Epochs,
    FinishedOption,
    FourBit,
    GeneralFile,
    Gguf,
    LearningRate,
    Merge,
    NoAnswers,
    PerTool,
    PrecisionOption,
    Rank,
    ReplayShare,
    SaveMemory,
    Seed,
    StartOption,
    TargetsOption,
)

if TYPE_CHECKING:
    from practicum.memory_store.candidates import Adapter
    from practicum.practice import Practice
    from practicum.tools.catalog import Catalog
    from practicum.training.rounds import Round
    from practicum.training.training_options import TrainingOptions

OF_FINISHED = frozenset({"--adapter", "--merge", "--gguf", "--base", "--embedder", "--home", "--json"})
"""Options that mean something for an adapter that was trained before."""
MOST_TOKENS = 128
"""Tokens of an answer that is learned: what is longer is cut before it is trained on."""


def train(
    context: typer.Context,
    base: BaseOption = "local",
    sources: OptionalSources = None,
    tool: ToolNames = None,
    replay: ReplayShare = 0.1,
    targets: TargetsOption = None,
    epochs: Epochs = 3,
    learning_rate: LearningRate = None,
    rank: Rank = 16,
    batch: Batch = 8,
    accumulate: Accumulate = 1,
    save_memory: SaveMemory = False,
    four_bit: FourBit = False,
    precision: PrecisionOption = None,
    documented: Documented = False,
    per_tool: PerTool = None,
    demonstrations: Demonstrations = 0.0,
    no_answers: NoAnswers = False,
    held_out: HeldOut = None,
    general: GeneralFile = None,
    start: StartOption = None,
    seed: Seed = 0,
    merge: Merge = None,
    gguf: Gguf = None,
    adapter: FinishedOption = None,
    embedder: EmbedderName = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Fine-tune a model on what was learned; the adapter is kept in the home.

    Killed and started again with the same options it goes on from its last checkpoint.

    With --tool it is a round: it trains on from the newest adapter, on these tools and a share of the
    examples of those that were trained before.

    Example: practicum train --base local --tools almanac:everyday --epochs 3
    """
    from practicum.cli.opening import DEFAULT_TOOLS
    from practicum.cli.places import maybe_meant
    from practicum.cli.wiring import held_out_items, open_usable, require_journal
    from practicum.training.rounds import General, Round

    _refuse_unheeded(context, adapter, bool(tool or general))
    base = _named_base(base)
    if adapter is not None:
        files = {"merge": merge, "gguf": gguf, "base": base if was_given(context, "base") else None}
        _write_forms(adapter, files, (home, embedder), as_json=as_json)
        return
    size = {"batch_size": batch, "accumulation": accumulate, "activation_checkpointing": save_memory}
    shown = {"documented": documented, "demonstration_share": demonstrations}
    wanted = Round(
        _options(
            targets=targets,
            **{**size, **shown, "quantized": four_bit, "precision": precision},
            **{"epochs": epochs, "learning_rate": learning_rate, "seed": seed},
            **{"replay_share": replay, "rank": rank},
        ),
        held_out=held_out_items(held_out),
        only=tuple(tool or ()),
        start=start,
        general=General(general) if general else None,
        per_tool=per_tool,
    )
    require_journal(home)
    _train(
        open_usable(sources or DEFAULT_TOOLS),
        wanted,
        {"base": base, "merge": maybe_meant(merge), "gguf": maybe_meant(gguf)},
        (home, embedder),
        ask_base=not no_answers,
        as_json=as_json,
    )


def _named_base(base: str) -> str:
    """Return the base without the prefix of a model spec, which names the same directory.

    A variable that was not set must not stand for the embedded model.
    """
    from practicum.errors import SetupError

    name = base.strip().removeprefix("local:").strip()
    if not name:
        raise SetupError(
            f"--base {base!r} names no model", "name `local`, a directory in Hugging Face form, or a hub id"
        )
    return name


def _refuse_unheeded(context: typer.Context, adapter: str | None, is_round: bool) -> None:
    """Refuse options that would change nothing, rather than let somebody think that they did."""
    from practicum.errors import SetupError

    if adapter is not None:
        options = {each.name: each.opts[0] for each in context.command.params if each.opts}
        given = [option for name, option in options.items() if was_given(context, name)]
        others = [option for option in given if option not in OF_FINISHED]
        if others:
            raise SetupError(
                f"--adapter writes what was trained before, and {', '.join(others)} can change nothing there",
                "leave that out; or leave --adapter out, to train",
            )
    elif was_given(context, "replay") and not is_round:
        raise SetupError(
            "--replay is the share of a round, and this training is of all tools at once",
            "name this round's tools with --tool, or leave --replay out",
        )


def _write_forms(
    name: str, files: dict[str, Any], where: tuple[Path | None, str | None], *, as_json: bool
) -> None:
    from practicum.cli.wiring import console, open_practice, print_json

    with open_practice(*where, write=False) as practice:
        adapter = practice.write_adapter(name, **files)
    if as_json:
        print_json(adapter.as_dict())
        return
    for place in filter(None, (files["merge"], files["gguf"])):
        console().print(f"{name} and its base: {place}", markup=False, soft_wrap=True)


def _train(
    catalog: Catalog,
    wanted: Round,
    files: dict[str, Any],
    where: tuple[Path | None, str | None],
    *,
    ask_base: bool,
    as_json: bool,
) -> None:
    """Train in a home that is open: of several processes the first holds it, and speaks."""
    from practicum.cli.training_progress import watch_training
    from practicum.cli.wiring import open_practice, print_json
    from practicum.training.processes import is_first

    with open_practice(*where, write=is_first()) as practice, watch_training() as watch:
        if ask_base:
            wanted = replace(wanted, answers=lambda: _answers(practice, files["base"]))
        trained = practice.train(catalog, wanted, watch=watch, **files)
    if is_first() and as_json:
        print_json(trained.as_dict())
    elif is_first():
        _print(trained, practice.home.path, [files[form] for form in ("merge", "gguf") if files[form]])


def _answers(practice: Practice, base: str) -> dict[str, str] | None:
    """Return what the base says to requests that need no tool, so that it goes on answering them itself.

    Not the embedded model's: whether it calls a tool is decided for it (`practicum.nodes.recollect`).
    """
    from practicum.training.answers import base_answers
    from practicum.training.base import EMBEDDED, base_hash

    if base == EMBEDDED:
        return None
    return base_answers(practice.home, base_hash(base), lambda requests: _ask(practice, base, requests))


def _ask(practice: Practice, base: str, requests: Sequence[str]) -> dict[str, str]:
    from practicum.cli.wiring import console, run
    from practicum.models import load_chat_model
    from practicum.models.local import LocalChatModel

    model = load_chat_model(f"local:{base}")
    try:
        brief = model.model_copy(update={"max_tokens": MOST_TOKENS})
        answers = run(practice.no_call_answers(brief, requests))
    finally:
        if isinstance(model, LocalChatModel):
            model.engine.close()  # its weights would lie beside those that are trained
    usable = sum(map(bool, answers.values()))
    console(stderr=True).print(
        f"{usable} of {len(requests)} requests that need no tool were answered, to be learned, too"
    )
    return answers


def _options(**chosen: object) -> TrainingOptions:
    from practicum.errors import SetupError
    from practicum.training.training_options import TrainingOptions

    for name, known in (("targets", ("spans", "canonical")), ("precision", ("float32", "bfloat16"))):
        if chosen[name] is not None and chosen[name] not in known:
            raise SetupError(
                f"--{name} can't be {chosen[name]!r}", f"write --{name} {known[0]} or --{name} {known[1]}"
            )
    return TrainingOptions.from_dict(chosen)


def _print(trained: Adapter, home: Path, written: Sequence[Path]) -> None:
    from practicum.cli.wiring import console
    from practicum.report.words import duration
    from practicum.training.training_record import TrainingRecord

    record = TrainingRecord.from_dict(trained.training)
    out, plural = console(), "" if len(record.schema_hashes) == 1 else "s"
    out.print(
        f"lora@{trained.version}: {record.examples} examples of {len(record.schema_hashes)} tool{plural},"
        f" {record.steps} steps in {duration(record.seconds)}, loss {record.final_loss:.3f}"
    )
    if record.started_from:
        out.print(f"  went on from {record.started_from}", markup=False)
    for reason, count in record.left_out.items():
        out.print(f"  left out {count}: {reason}")
    out.print(f"  in {home / trained.folder}", markup=False, soft_wrap=True)
    for place in written:
        out.print(f"  with its base as one model: {place}", markup=False, soft_wrap=True)
    out.print("next: `practicum promote` lets it serve if it proves better", markup=False)
