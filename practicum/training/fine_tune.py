"""From a home's trials to a numbered adapter: examples, training, the merged file, the registry."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from practicum.errors import JournalError, SetupError
from practicum.memory_store.candidates import Adapter
from practicum.memory_store.home import Home
from practicum.records import Lessons, ToolSpec
from practicum.training.adapters import FOLDER, register_adapter, take_back
from practicum.training.base import Base, base_hash, find_base
from practicum.training.build_examples import require_trials
from practicum.training.examples import Example
from practicum.training.learn import lessons_of
from practicum.training.lora import require_trainable, train_adapter
from practicum.training.merged_forms import refuse_gguf, refuse_taken, write_forms, write_served
from practicum.training.neighbours import nearest_others
from practicum.training.processes import is_first, wait_for_others
from practicum.training.rounds import Earlier, Round, examples_of, find_earlier
from practicum.training.training_record import TrainingProgress, TrainingRecord

WORKPLACE = ".training"
"""Where an adapter is made within the home's `FOLDER`, until it has a number."""
MANY = 500
"""Trials from which making examples takes so long that it is told."""


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

    Interrupted and called again with the same data and options it goes on where it was. An adapter has its
    number before the forms for other programs are written (`write_forms` writes them later, too). Of several
    processes (`practicum.training.processes`) each calls it, and the first registers.

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
    refuse_taken(merge, gguf)
    require_trials(home)  # before the embedded model is converted
    found = _trainable(base, cache, gguf)
    earlier = find_earlier(home, base_hash(found), wanted)
    require_trainable(found, wanted.options, earlier.start)
    trials = home.journal.count_trials()
    if watch is not None and trials >= MANY:
        watch(TrainingProgress(step=0, steps=0, note=f"making examples of {trials:,} trials"))
    learned = examples_of(home, specs, wanted, earlier)
    examples = learned.chosen
    folder = home.path / FOLDER / WORKPLACE
    if is_first():
        take_back(home, folder)
    wait_for_others()
    record = train_adapter(
        examples,
        {spec.name: spec for spec in specs},
        Path(found.source),
        folder,
        wanted.options,
        base_name=found.name,
        neighbours=nearest_others(examples, home.embedder) if wanted.options.demonstration_share else None,
        start=earlier.start,
        dropped=learned.dropped,
        overwrite=True,
        watch=watch,
    )
    wait_for_others()
    if is_first():
        write_served(folder, found, cache)
        lessons = lessons_of(home, specs, wanted.held_out, learned.apart)
        made = _register(home, folder, record, earlier, examples, lessons)
        if merge or gguf:
            _write_forms(home, made, record.steps, cache, merge, gguf, watch)
    wait_for_others()
    return _newest(home)


def _trainable(base: str, cache: Path, gguf: Path | None) -> Base:
    found = find_base(base, cache)
    refuse_gguf(found, gguf)
    return found


def _register(
    home: Home,
    folder: Path,
    record: TrainingRecord,
    earlier: Earlier,
    examples: Sequence[Example],
    lessons: Mapping[str, Lessons],
) -> Adapter:
    return register_adapter(
        home,
        folder,
        training=record.as_dict(),
        targets=record.targets,
        schema_hashes={**earlier.schema_hashes, **record.schema_hashes},
        learned=earlier.learned_with(examples),
        lessons=lessons,
    )


def _write_forms(
    home: Home,
    made: Adapter,
    steps: int,
    cache: Path,
    merge: Path | None,
    gguf: Path | None,
    watch: Callable[[TrainingProgress], None] | None,
) -> None:
    """Write the merged forms of an adapter that has a number: whatever goes wrong, it stays."""
    name = f"lora@{made.version}"
    places = [
        part
        for option, place in (("--merge", merge), ("--gguf", gguf))
        if place
        for part in (option, str(place))
    ]
    later = shlex.join(["practicum", "train", "--home", str(home.path), "--adapter", name, *places])
    if watch is not None:
        note = f"{name} is kept; should writing its merged form be interrupted: {later}"
        watch(TrainingProgress(step=steps, steps=steps, note=note))
    try:
        write_forms(home, name, cache=cache, merge=merge, gguf=gguf)
    except SetupError as error:
        raise SetupError(
            f"{name} is kept, but its merged form is not written: {error.message}",
            f"{error.fix}; then {later}",
        ) from error


def _newest(home: Home) -> Adapter:
    """The adapter that the first process registered; the others only read the home."""
    made = home.journal.adapter()
    if made is None:
        raise JournalError("the adapter is not in the registry", "run the same command again")
    return made
