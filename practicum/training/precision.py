"""The numbers that a training computes with."""

from __future__ import annotations

from typing import Literal

Precision = Literal["float32", "bfloat16"]
"""Of the base's weights and of what passes through it; an adapter's own weights are float32
(over a base in 4 bits bfloat16, as in QLoRA's paper)."""


def best_precision() -> Precision:
    """Return what is fastest here: bfloat16 on CUDA and on CPUs that multiply tiles of it (Intel's AMX).

    On other CPUs bfloat16 is several times slower than float32, also where single instructions for it exist.
    """
    import torch

    tiles = torch.cpu.get_capabilities().get("amx_bf16", False)
    return "bfloat16" if torch.cuda.is_available() or tiles else "float32"
