"""A later round goes on from the adapter of an earlier one: its weights are where the training begins."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practicum.errors import SetupError
from practicum.training.training_options import ResolvedOptions
from practicum.training.training_record import FILE_NAME, TrainingRecord

WEIGHTS = "adapter_model.safetensors"
_HASH = 16
_ANEW = "or train all tools together from the base, without --tool"


@dataclass(frozen=True)
class Start:
    """The adapter that a training begins from."""

    name: str
    """Such as ``lora@1``."""
    folder: Path
    """With ``adapter_config.json``, the weights and the training's record; it is only read."""

    @property
    def hash(self) -> str:
        """What tells its weights from others'; 16 hexadecimal digits.

        Raises:
            SetupError: there are none.
        """
        try:
            with (self.folder / WEIGHTS).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()[:_HASH]
        except OSError as error:
            raise SetupError(
                f"{self.name} can't be trained further: {error.strerror or error}",
                f"train it again, {_ANEW}",
            ) from error


def check_start(start: Start, base_hash: str, options: ResolvedOptions) -> None:
    """Refuse an adapter that a training with these options can't go on from.

    Raises:
        SetupError: it is of another base, rank or scale, it writes arguments in another way, or its record
            can't be read.
    """
    try:
        record = TrainingRecord.read(start.folder)
    except (OSError, ValueError) as error:
        raise SetupError(
            f"{start.name} can't be trained further: its {FILE_NAME} can't be read",
            f"train it again, {_ANEW}",
        ) from error
    if record.base_hash != base_hash:
        raise SetupError(
            f"{start.name} was trained on another base: {record.base}", f"use --base {record.base}, {_ANEW}"
        )
    for what in ("rank", "alpha", "targets"):
        its, wanted = getattr(record.options, what), getattr(options, what)
        if its != wanted:
            raise SetupError(
                f"this round would go on from {start.name}, whose {what} is {its}, with {wanted}",
                f"use the {what} {its}, {_ANEW}",
            )


def continued(model: Any, start: Start, source: str) -> Any:
    """Return a loaded base with the adapter on it, ready to be trained further.

    Args:
        model: The base, as `practicum.training.lora_base.load_weights` returns it.
        start: The adapter.
        source: What the base was loaded from: the adapter may name a place where it was once.

    Raises:
        SetupError: the adapter is damaged, or does not fit the base.
    """
    from practicum.models.adapters import attach_adapter

    attached = attach_adapter(model, start.folder, source)
    for name, weight in attached.named_parameters():
        weight.requires_grad_("lora_" in name)
    config = attached.peft_config[attached.active_adapter]
    config.inference_mode = False
    config.base_model_name_or_path = source
    return attached.train()
