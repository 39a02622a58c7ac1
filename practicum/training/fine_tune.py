"""From a home's trials to a numbered adapter: examples, training, the merged file, the registry."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from practicum.errors import JournalError, SetupError
from practicum.graph.adapted import GGUF
from practicum.memory_store.candidates import Adapter
from practicum.memory_store.home import Home
from practicum.models.weights import embedded_weights
from practicum.records import Lessons, ToolSpec
from practicum.training.adapters import FOLDER, register_adapter
from practicum.training.base import Base, base_hash, find_base
from practicum.training.examples import Example
from practicum.training.gguf_file import write_gguf
from practicum.training.learn import lessons_of
from practicum.training.lora import train_adapter
from practicum.training.merge import merge_adapter
from practicum.training.neighbours import nearest_others
from practicum.training.processes import is_first, wait_for_others
from practicum.training.rounds import Earlier, Round, examples_of, find_earlier
from practicum.training.training_record import TrainingProgress, TrainingRecord

WORKPLACE = ".training"
"""Where an adapter is made within the home's `FOLDER`, until it has a number."""


def fine_tune(
    home: Home,
    specs: Sequence[ToolSpec],
    wanted: Round,
    *,
    base: str,
    cache: Path,
    merge: Path | None = None,
    gguf: Path | None = None,
    watch: Callable[[TrainingProgress], None] | None = None,
) -> Adapter:
    """Fine-tune an adapter on what a home has practised, and register it as a candidate.

    Tools may arrive in rounds, each of which goes on from the adapter of the one before and replays a share
    of what that one knows (continual learning, section 5 of the STE paper). A tool whose schema changed
    since is not replayed: it is to be named again.

    Interrupted and called again with the same data and options it goes on where it was. Of several processes
    (`practicum.training.processes`) each calls it, and the first registers.

    Args:
        home: A home that is open for writing, in the first process at least.
        specs: The tools as they are now.
        wanted: What is to be trained, on what, and from where.
        base: ``local``, a directory in Hugging Face form, or a hub id.
        cache: Where the embedded model's trainable form is kept.
        merge: Also write base and adapter as one model, to this folder.
        gguf: Also write them as one GGUF file (the embedded base only).
        watch: Called before the first step and after each.

    Raises:
        SetupError: too little was practised, the base can't be trained, the earlier adapter has another
            rank or other targets, a place is taken.
        DataError: a line of the general instructions is broken.
        JournalError: files of the earlier adapter are gone or damaged.
    """
    _refuse_taken(merge, gguf)
    found = _trainable(base, cache, gguf)
    earlier = find_earlier(home, base_hash(found), wanted)
    examples, apart = examples_of(home, specs, wanted, earlier)
    folder = home.path / FOLDER / WORKPLACE
    record = train_adapter(
        examples,
        {spec.name: spec for spec in specs},
        Path(found.source),
        folder,
        wanted.options,
        base_name=found.name,
        neighbours=nearest_others(examples, home.embedder) if wanted.options.demonstration_share else None,
        start=earlier.start,
        overwrite=True,
        watch=watch,
    )
    wait_for_others()
    if is_first():
        _write_merged(folder, found, cache, merge, gguf)
        lessons = lessons_of(home, specs, wanted.held_out, apart)
        _register(home, folder, record, earlier, examples, lessons)
    wait_for_others()
    return _newest(home)


def _trainable(base: str, cache: Path, gguf: Path | None) -> Base:
    found = find_base(base, cache)
    if gguf is not None and not found.embedded:
        raise SetupError("--gguf is for the embedded base", "use --merge DIR and llama.cpp's converter")
    return found


def _register(
    home: Home,
    folder: Path,
    record: TrainingRecord,
    earlier: Earlier,
    examples: Sequence[Example],
    lessons: Mapping[str, Lessons],
) -> None:
    register_adapter(
        home,
        folder,
        training=record.as_dict(),
        targets=record.targets,
        schema_hashes={**earlier.schema_hashes, **record.schema_hashes},
        learned=earlier.learned_with(examples),
        lessons=lessons,
    )


def _newest(home: Home) -> Adapter:
    """The adapter that the first process registered; the others only read the home."""
    made = home.journal.adapter()
    if made is None:
        raise JournalError("the adapter is not in the registry", "run the same command again")
    return made


def _refuse_taken(*places: Path | None) -> None:
    """Refuse before hours of work what would be refused after them."""
    for place in places:
        if place is not None and place.exists():
            raise SetupError(f"{place} is there already", "name another place, or remove it")
        if place is not None and not place.absolute().parent.is_dir():
            raise SetupError(f"{place.parent}: there is no such folder", "make it, or name another place")


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
