"""PEFT adapters: what they say of themselves, and how they are put on their base."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

from practicum.errors import SetupError, first_line
from practicum.records import JsonObject

CONFIG = "adapter_config.json"


def is_adapter(directory: Path) -> bool:
    """Whether a directory holds an adapter and no whole model."""
    return (directory / CONFIG).is_file() and not (directory / "config.json").is_file()


def adapter_config(adapter: Path) -> JsonObject:
    """Return an adapter's ``adapter_config.json``.

    Raises:
        SetupError: there is none, or it can't be read.
    """
    path = adapter / CONFIG
    if not path.is_file():
        what = f"is no adapter: it has no {CONFIG}" if adapter.is_dir() else "does not exist"
        raise SetupError(f"{adapter} {what}", "name a directory that training wrote")
    try:
        config = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        config = None
    if not isinstance(config, dict) or not config.get("peft_type"):
        raise SetupError(f"{path} is damaged", "train the adapter again, or restore the file")
    return config


def base_named_by(adapter: Path) -> str:
    """Return the base that an adapter was trained on: the directory, or the hub id.

    Raises:
        SetupError: the adapter does not say, or the directory is not there.
    """
    named = str(adapter_config(adapter).get("base_model_name_or_path") or "")
    if not named:
        raise SetupError(
            f"{adapter} does not say what it was trained on", f"set base_model_name_or_path in its {CONFIG}"
        )
    path = Path(named).expanduser()
    looks_like_path = named.startswith((".", "/", "~")) or named.count("/") != 1
    if looks_like_path and not (path / "config.json").is_file():
        raise SetupError(
            f"the base of the adapter {adapter.name} is not found: {named}",
            f"restore it, or set base_model_name_or_path in {adapter / CONFIG} to where it is now",
        )
    return str(path.absolute()) if path.is_dir() else named


def count_weights(directory: Path) -> int:
    """Return about how many weights a model's directory holds, from the sizes of its files."""
    size = sum(path.stat().st_size for path in directory.glob("*.safetensors"))
    try:
        config = json.loads((directory / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return 0
    kind = config.get("dtype") or config.get("torch_dtype")
    return size // (4 if kind in {None, "float32"} else 2)


def with_adapter(model: Any, adapter: Path, base: str) -> Any:
    """Return the model with the adapter: merged in float32, beside the weights where merging would round.

    Raises:
        SetupError: as `attach_adapter`.
    """
    import torch

    attached = attach_adapter(model, adapter, base)
    if model.dtype is torch.float32:
        return attached.merge_and_unload()
    return attached.eval().get_base_model()


def attach_adapter(model: Any, adapter: Path, base: str) -> Any:
    """Return ``model`` as a PEFT model with the adapter on it.

    peft itself only warns of weights that are missing, and takes what is left for an adapter.

    Args:
        model: The base, loaded.
        adapter: A directory with ``adapter_config.json`` and the adapter's weights.
        base: Name of the base, for messages.

    Raises:
        SetupError: the adapter is damaged, or does not fit the base.
    """
    from peft import PeftModel
    from safetensors import SafetensorError

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Found missing adapter keys")
            # peft asks transformers in words that it will give up.
            warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`", category=FutureWarning)
            attached = PeftModel.from_pretrained(model, str(adapter))
        unused = _unused(attached, adapter)
    except (SafetensorError, OSError, UserWarning) as error:
        raise damaged(adapter, first_line(error)) from error
    except RuntimeError as error:
        if "size mismatch" not in str(error):
            raise
        raise of_another_base(adapter, base, "the shapes of its weights don't fit") from error
    except ValueError as error:
        raise of_another_base(adapter, base, first_line(error)) from error
    if unused:
        raise of_another_base(adapter, base, f"it has no place for {min(unused)}")
    return attached


def _unused(attached: Any, adapter: Path) -> set[str]:
    """Return the adapter's tensors that found no place, of which peft says nothing."""
    from peft import get_peft_model_state_dict
    from safetensors import safe_open

    file = adapter / "adapter_model.safetensors"
    if not file.is_file():
        return set()
    with safe_open(file, "numpy") as tensors:
        names = {name for name in tensors.keys() if "lora_" in name}  # noqa: SIM118 - it is no mapping
    return names - set(get_peft_model_state_dict(attached, save_embedding_layers=False))


def damaged(adapter: Path, why: str) -> SetupError:
    """Return the error for an adapter that can't be read."""
    return SetupError(
        f"the adapter {adapter.name} is damaged: {why}", "train it again, or restore its folder"
    )


def of_another_base(adapter: Path, base: str, why: str) -> SetupError:
    """Return the error for an adapter that was trained on another base."""
    return SetupError(
        f"the adapter {adapter.name} was not trained on {base}: {why}",
        "name the base that it was trained on, or train again",
    )
