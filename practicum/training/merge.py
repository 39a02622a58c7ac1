"""An adapter and its base become one model, in float32."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from practicum.errors import SetupError, first_line
from practicum.models.adapters import adapter_config, attach_adapter, damaged, of_another_base
from practicum.models.cache import cache_dir
from practicum.records import JsonObject
from practicum.training.base import EMBEDDED, Base, base_hash, find_base
from practicum.training.lora_base import is_memory
from practicum.training.model_files import written_aside
from practicum.training.packages import need_packages

RECORD = "training.json"


def merge_adapter(
    adapter: Path, out: Path, *, base: Path | str | None = None, cache: Path | None = None
) -> Path:
    """Merge a PEFT adapter into its base, and return the directory ``out``.

    Needs four bytes of memory for each weight of the base, and as much disk.

    Args:
        adapter: A directory with ``adapter_config.json`` and the adapter's weights.
        out: The directory to write, with weights in float32 and the tokenizer; it may exist if it is empty.
        base: The base as `find_base` takes it; by default the one that the adapter says it was trained on.
        cache: Where the embedded model's trainable form lies; by default `practicum.models.cache` says.

    Raises:
        SetupError: the adapter is damaged, or was trained on another base; the base is not found; ``out``
            is in the way; a package is missing; the memory is not enough; the disk is full.
    """
    need_packages("merging adapters", "torch", "transformers", "peft")
    config = adapter_config(adapter)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SetupError(f"{out} is in the way", "name another folder, or remove what is there")
    found = _base_of(adapter, config, base, cache or cache_dir())
    _check_hash(adapter, found)
    with written_aside(out) as aside, _memory_explained(adapter, found):
        _write_merged(adapter.absolute(), found, aside)
    return out


@contextmanager
def _memory_explained(adapter: Path, base: Base) -> Iterator[None]:
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_memory(error):
            raise
        raise SetupError(
            f"the memory was not enough to merge {adapter.name} into {base.name}: it takes four bytes for"
            " each weight",
            "end other programs, or merge where there is more memory; what was trained is kept",
        ) from error


def _read_json(path: Path) -> JsonObject:
    """Return the object in a file; an empty one when there is none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _base_of(adapter: Path, config: JsonObject, base: Path | str | None, cache: Path) -> Base:
    named = base or config.get("base_model_name_or_path") or ""
    if not named:
        raise SetupError(f"{adapter} does not say what it was trained on", "name its base")
    try:
        return find_base(named, cache)
    except SetupError as error:
        # A cache may always be deleted; what it held of the embedded model is made again.
        if base is None and _recorded_hash(adapter) == base_hash(EMBEDDED):
            return find_base(EMBEDDED, cache)
        raise SetupError(
            f"the base of the adapter {adapter.name} is not found: {error.message}",
            "name it (--base): a directory in Hugging Face form, a hub id, or `local` for the embedded model",
        ) from error


def _recorded_hash(adapter: Path) -> str | None:
    found = _read_json(adapter / RECORD).get("base_hash")
    return str(found) if found else None


def _check_hash(adapter: Path, base: Base) -> None:
    recorded = _recorded_hash(adapter)
    if recorded is not None and recorded != base_hash(base):
        raise of_another_base(adapter, base.name, f"its {RECORD} says that the base was another")


def _write_merged(adapter: Path, base: Base, directory: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with quiet():
        try:
            model: Any = AutoModelForCausalLM.from_pretrained(base.source, dtype=torch.float32)
        except (OSError, ValueError) as error:
            raise SetupError(f"{base.name} can't be loaded: {first_line(error)}", "check the base") from error
        merged = attach_adapter(model, adapter, base.name)
        try:
            merged = merged.merge_and_unload(safe_merge=True)
        except ValueError as error:
            raise damaged(adapter, first_line(error)) from error
        merged.save_pretrained(directory)
        trained = adapter if (adapter / "tokenizer.json").is_file() else base.source
        tokenizer: Any = AutoTokenizer.from_pretrained(trained)
        tokenizer.save_pretrained(directory)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers' progress bars off the terminal."""
    from transformers.utils import logging

    bars: Any = logging
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()
