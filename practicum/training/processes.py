"""Several processes that train one adapter, as ``accelerate launch`` starts them."""

from __future__ import annotations

import os


def is_first() -> bool:
    """Whether this is the process that writes; launchers number their processes in the environment."""
    return int(os.environ.get("RANK", "0")) == 0


def processes() -> int:
    """How many processes train together: with another number, a checkpoint's step is another one."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_sharded() -> bool:
    """Whether each process holds a part of the weights (FSDP), as the launcher says in the environment."""
    return os.environ.get("ACCELERATE_USE_FSDP", "false").lower() == "true"


def wait_for_others() -> None:
    """Return when every process has come here."""
    if processes() == 1:
        return
    import torch
    from accelerate import PartialState

    PartialState(cpu=not torch.cuda.is_available()).wait_for_everyone()
