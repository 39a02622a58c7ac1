"""An adapter and its base as one model for other programs: a directory, a GGUF file."""

from __future__ import annotations

import shutil
from pathlib import Path

from practicum.errors import SetupError
from practicum.graph.adapted import GGUF
from practicum.memory_store.adapter_files import adapter_folder
from practicum.memory_store.candidates import Adapter, kind_of
from practicum.memory_store.home import Home
from practicum.models.weights import embedded_weights
from practicum.training.base import Base
from practicum.training.gguf_file import write_gguf
from practicum.training.merge import merge_adapter
from practicum.training.model_files import written_aside


def write_forms(
    home: Home,
    name: str,
    *,
    cache: Path,
    merge: Path | None = None,
    gguf: Path | None = None,
    base: str | None = None,
) -> Adapter:
    """Write the merged forms of an adapter that was trained before, and return the adapter.

    Args:
        home: The home that keeps it.
        name: Such as ``lora@1``.
        cache: Where the embedded model's trainable form is kept.
        merge: The folder of the merged model in Hugging Face form.
        gguf: The GGUF file (adapters of the embedded base only).
        base: Where the base is now, as `find_base` takes it; by default where it was when it was trained.

    Raises:
        SetupError: there is no such adapter, nothing is to be written, a place is taken, the base is gone.
        JournalError: files of the adapter are gone or damaged.
    """
    adapter = find_adapter(home, name)
    if merge is None and gguf is None:
        raise SetupError(
            f"nothing is to be written of {name}", "add --merge FOLDER, or --gguf FILE for the embedded base"
        )
    refuse_taken(merge, gguf)
    folder = adapter_folder(home, adapter)
    if gguf is not None and not (folder / GGUF).is_file():
        raise _only_embedded()
    if merge is not None:
        merge_adapter(folder, merge, base=base, cache=cache)
    if gguf is not None:
        _copy(folder / GGUF, gguf)
    return adapter


def find_adapter(home: Home, name: str) -> Adapter:
    """Return the adapter of this name.

    Raises:
        SetupError: there is none.
    """
    try:
        number = int(name.partition("@")[2]) if kind_of(name) == "lora" else 0
    except ValueError:
        number = 0
    found = home.journal.adapter(number) if number else None
    if found is None:
        raise SetupError(f"this home has no adapter {name!r}", "`practicum status` shows what there is")
    return found


def write_served(folder: Path, base: Base, cache: Path) -> None:
    """Write what serves a fresh adapter of the embedded base, its GGUF; others serve as they are.

    Args:
        folder: The adapter; the GGUF lies in it.
        base: What it was trained on.
        cache: Where the embedded model's own weights are.

    Raises:
        SetupError: the memory is not enough, or the disk is full.
    """
    if not base.embedded:
        return
    aside = folder.with_name(f"{folder.name}-merged")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        merged = merge_adapter(folder, aside, base=base.source)
        write_gguf(merged, folder / GGUF, like=embedded_weights(cache))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def refuse_taken(*places: Path | None) -> None:
    """Refuse before hours of work what would be refused after them."""
    for place in places:
        if place is not None and place.exists():
            raise SetupError(f"{place} is there already", "name another place, or remove it")
        if place is not None and not place.absolute().parent.is_dir():
            raise SetupError(f"{place.parent}: there is no such folder", "make it, or name another place")


def refuse_gguf(base: Base, gguf: Path | None) -> None:
    """Refuse a GGUF of a base whose own file is not at hand."""
    if gguf is not None and not base.embedded:
        raise _only_embedded()


def _only_embedded() -> SetupError:
    return SetupError("--gguf is for the embedded base", "use --merge DIR and llama.cpp's converter")


def _copy(file: Path, out: Path) -> None:
    with written_aside(out) as aside:
        shutil.copyfile(file, aside)
