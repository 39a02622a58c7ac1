"""Where GGUF and Hugging Face keep the same tensors: names, and the order of the rows of q and k.

Source: llama.cpp's ``convert_hf_to_gguf.py``, and the name tables of its ``gguf`` package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_Number = TypeVar("_Number", bound="np.generic")

MODEL_TYPES = {"llama": "llama", "mistral": "llama"}
"""From ``model_type`` of a config.json to the GGUF architecture."""


def gguf_names(layers: int) -> Any:
    """Return the gguf package's table of names for ``layers`` blocks; ask it with `gguf_name`."""
    import gguf

    return gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, layers)


def gguf_name(name: str, names: Any) -> str | None:
    """Return what GGUF calls Hugging Face's tensor ``name``; None when it has no place there."""
    found: str | None = names.get_name(name, try_suffixes=(".weight", ".bias"))
    return found


def heads_to_permute(name: str, heads: int, key_heads: int) -> int | None:
    """Return the number of heads whose rows GGUF orders in its own way; None for other tensors.

    Args:
        name: GGUF's name of the tensor.
        heads: Attention heads.
        key_heads: Heads of the keys and values.
    """
    if ".attn_q." in name:
        return heads
    return key_heads if ".attn_k." in name else None


def permuted(weights: npt.NDArray[_Number], heads: int) -> npt.NDArray[_Number]:
    """Return the rows of q or k in GGUF's order: rotated pairs side by side.

    Args:
        weights: Shape (heads * head size, ...), as Hugging Face has them: a head's first half holds the
            first numbers of its pairs, the second half their partners.
        heads: Number of heads.
    """
    half = weights.shape[0] // heads // 2
    return weights.reshape(heads, 2, half, *weights.shape[1:]).swapaxes(1, 2).reshape(weights.shape)


def unpermuted(weights: npt.NDArray[_Number], heads: int) -> npt.NDArray[_Number]:
    """Undo `permuted`."""
    half = weights.shape[0] // heads // 2
    return weights.reshape(heads, half, 2, *weights.shape[1:]).swapaxes(1, 2).reshape(weights.shape)
