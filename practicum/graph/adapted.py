"""The model of what serves: as it came, or with an adapter of the home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import SetupError
from practicum.memory_store.adapter_files import adapter_folder
from practicum.memory_store.candidates import Serving
from practicum.memory_store.home import Home
from practicum.memory_store.served import served_adapter
from practicum.models.directory_hash import directory_hash
from practicum.models.loader import load_chat_model, require_chat_model

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

GGUF = "model.gguf"
"""The merged model beside an adapter of the embedded base, which its engine reads without torch."""


def adapted_model(
    home: Home, model: BaseChatModel, serving: Serving, *, cache: Path | None = None
) -> BaseChatModel:
    """Return the model that serves: ``model`` itself where no adapter does.

    Args:
        home: Where adapters lie.
        model: The base model.
        serving: What serves.
        cache: Where converted weights are kept; by default `practicum.models.cache` says.

    Raises:
        SetupError: the adapter is of another base, or ``model`` is on a server, or no chat model at all.
        JournalError: files of the adapter are gone or damaged.
    """
    require_chat_model(model)
    adapter = served_adapter(home, serving)
    if adapter is None:
        return model
    from practicum.models.adapters import base_named_by
    from practicum.models.local import LocalChatModel

    base = str(adapter.training.get("base", ""))
    named = base if base == "local" or base.startswith("local:") else f"local:{base}"
    if not isinstance(model, LocalChatModel):
        raise SetupError(
            f"{serving.lora} can't be attached to a model on a server",
            f"use the base it was trained on: --model {named}",
        )
    folder = adapter_folder(home, adapter)
    if (folder / GGUF).is_file():
        trained_on, spec = "local", f"local:{folder / GGUF}"
    else:
        trained_on, spec = base_named_by(folder), f"local:{folder}"
    if model.base != trained_on:
        raise SetupError(f"{serving.lora} is an adapter for another base: {base}", f"use --model {named}")
    _require_weights(serving, trained_on, adapter.training.get("base_hash"))
    return load_chat_model(spec, cache_dir=cache)


def _require_weights(serving: Serving, base: str, trained_on: object) -> None:
    """Refuse a base whose weights are not those that the adapter was trained on.

    Raises:
        SetupError: the directory holds others now.
    """
    directory = Path(base)
    if not directory.is_absolute() or trained_on is None or directory_hash(directory) == trained_on:
        return
    raise SetupError(
        f"{base} holds other weights than those that {serving.lora} was trained on",
        "put those back, or train again on these",
    )
