"""The model of what serves: as it came, or with an adapter of the home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import SetupError
from practicum.graph.serving import served_adapter
from practicum.memory_store.candidates import Serving
from practicum.memory_store.home import Home

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
        SetupError: the adapter is of another base, is gone from the disk, or ``model`` is on a server.
    """
    adapter = served_adapter(home, serving)
    if adapter is None:
        return model
    from practicum.models.loader import load_chat_model
    from practicum.models.local import LocalChatModel
    from practicum.models.openvino_engine import OpenVinoEngine

    base = str(adapter.training.get("base", ""))
    if not isinstance(model, LocalChatModel):
        raise SetupError(
            f"{serving.lora} can't be attached to a model on a server",
            f"use the base it was trained on (--model {base}), or merge it: practicum train --merge DIR",
        )
    folder = home.path.joinpath(*adapter.folder.split("/"))
    if not folder.is_dir():
        raise SetupError(f"the folder of {serving.lora} is gone: {folder}", "train again, or roll back")
    trained_embedded = (folder / GGUF).is_file()
    if trained_embedded != isinstance(model.engine, OpenVinoEngine):
        raise SetupError(
            f"{serving.lora} is an adapter for another base: {base}", f"use --model {base or 'local'}"
        )
    return load_chat_model(f"local:{folder / GGUF if trained_embedded else folder}", cache_dir=cache)
