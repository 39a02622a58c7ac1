"""Training libraries without their bars, logs and calls home; what matters is reported by the trainer."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LOGGERS = (
    "transformers",
    "trl",
    "peft",
    "accelerate",
    "datasets",
    "torch.distributed",
    "bitsandbytes",
    "huggingface_hub",
)


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Silence what transformers, trl and peft print while they load and train; all is as before after it."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    with warnings.catch_warnings():
        # peft still asks for it by its old name.
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        import datasets
        from transformers.utils import logging as untyped

        transformers_logging: Any = untyped
        before = {name: logging.getLogger(name).level for name in LOGGERS}
        bars = not datasets.are_progress_bars_disabled(), transformers_logging.is_progress_bar_enabled()
        datasets.disable_progress_bars()
        transformers_logging.disable_progress_bar()
        for name in LOGGERS:
            logging.getLogger(name).setLevel(logging.ERROR)
        try:
            yield
        finally:
            for name, level in before.items():
                logging.getLogger(name).setLevel(level)
            if bars[0]:
                datasets.enable_progress_bars()
            if bars[1]:
                transformers_logging.enable_progress_bar()
