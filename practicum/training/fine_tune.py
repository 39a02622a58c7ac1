"""From a home's trials to a numbered adapter: examples, training, the merged file, the registry."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from practicum.errors import SetupError
from practicum.graph.adapted import GGUF
from practicum.memory_store.candidates import Adapter
from practicum.memory_store.home import Home
from practicum.models.weights import embedded_weights
from practicum.records import Item, ToolSpec
from practicum.training.adapters import FOLDER, register_adapter
from practicum.training.base import Base, find_base
from practicum.training.build_examples import build_examples
from practicum.training.examples import Example
from practicum.training.gguf_file import write_gguf
from practicum.training.learn import lessons_of
from practicum.training.lora import train_adapter
from practicum.training.merge import merge_adapter
from practicum.training.replay import mixed, trained_before
from practicum.training.training_options import TrainingOptions
from practicum.training.training_record import TrainingProgress, TrainingRecord

WORKPLACE = ".training"
"""Where an adapter is made within the home's `FOLDER`, until it has a number."""


def fine_tune(
    home: Home,
    specs: Sequence[ToolSpec],
    *,
    base: str,
    options: TrainingOptions,
    cache: Path,
    held_out: Sequence[Item] = (),
    only: Sequence[str] = (),
    answers: Mapping[str, str] | None = None,
    merge: Path | None = None,
    gguf: Path | None = None,
    watch: Callable[[TrainingProgress], None] | None = None,
) -> Adapter:
    """Fine-tune an adapter on what a home has practised, and register it as a candidate.

    Interrupted and called again with the same data and options it goes on where it was.

    Args:
        home: A home that is open for writing.
        specs: The tools as they are now.
        base: ``local``, a directory in Hugging Face form, or a hub id.
        options: How to train; its replay share is of the tools that earlier adapters were trained on.
        cache: Where the embedded model's trainable form is kept.
        held_out: Items that measure: nothing is learned from trials near them.
        only: The tools of this round; all without names. Earlier adapters' tools are replayed.
        answers: Requests that need no tool, with the model's own answers.
        merge: Also write base and adapter as one model, to this folder.
        gguf: Also write them as one GGUF file (the embedded base only).
        watch: Called before the first step and after each.

    Raises:
        SetupError: too little was practised, the base can't be trained, a place is taken.
    """
    _refuse_taken(merge, gguf)
    found = find_base(base, cache)
    if gguf is not None and not found.embedded:
        raise SetupError("--gguf is for the embedded base", "use --merge DIR and llama.cpp's converter")
    examples = _round(home, specs, only, held_out, answers, options)
    folder = home.path / FOLDER / WORKPLACE
    by_name = {spec.name: spec for spec in specs}
    record = train_adapter(
        examples, by_name, Path(found.source), folder, options, base_name=base, overwrite=True, watch=watch
    )
    _write_merged(folder, found, cache, merge, gguf)
    return register_adapter(
        home,
        folder,
        training=record.as_dict(),
        targets=record.targets,
        schema_hashes=record.schema_hashes,
        learned=[(each.query, each.call) for each in examples if each.split == "train"],
        lessons=lessons_of(home, specs, held_out, {each.id for each in examples if each.split != "train"}),
    )


def _round(
    home: Home,
    specs: Sequence[ToolSpec],
    only: Sequence[str],
    held_out: Sequence[Item],
    answers: Mapping[str, str] | None,
    options: TrainingOptions,
) -> list[Example]:
    """The examples of the tools of this round, with a share of those of earlier rounds' tools."""
    built = build_examples(home, specs, held_out=held_out, seed=options.seed, answers=answers)
    if not only:
        return list(built.kept)
    unknown = sorted(set(only) - {spec.name for spec in specs})
    if unknown:
        raise SetupError(f"there is no tool called {unknown[0]!r}", "`practicum tools` lists them")
    earlier = trained_before(home) - set(only)
    return mixed(built.kept, set(only), earlier, share=options.replay_share, seed=options.seed)


def _refuse_taken(*places: Path | None) -> None:
    """Refuse before hours of work what would be refused after them."""
    for place in places:
        if place is not None and place.exists():
            raise SetupError(f"{place} is there already", "name another place, or remove it")


def _write_merged(folder: Path, base: Base, cache: Path, merge: Path | None, gguf: Path | None) -> None:
    """Write the merged forms: for the embedded base always the GGUF, which its engine serves from."""
    if not base.embedded and merge is None:
        return
    aside = folder.with_name(f"{WORKPLACE}-merged")
    shutil.rmtree(aside, ignore_errors=True)
    merged = merge_adapter(folder, merge or aside, base=base.source)
    if base.embedded:
        written = write_gguf(merged, folder / GGUF, like=embedded_weights(cache))
        if gguf is not None:
            shutil.copyfile(written, gguf)
    shutil.rmtree(aside, ignore_errors=True)


def training_record(adapter: Adapter) -> TrainingRecord:
    """Return what is known of how an adapter was trained."""
    return TrainingRecord.from_dict(adapter.training)
