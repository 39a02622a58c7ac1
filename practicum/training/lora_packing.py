"""A batch as one sequence without padding, whose common beginning is computed once.

Prompts that list tools begin with the same system turn, often nine tenths of their tokens. So a batch
becomes one row: the beginning that its prompts share, then what is left of each example. Every token sees
the shared beginning and its own example, and keeps the position it has in that example. Keys and values of
the beginning are then the same for all, and so is its gradient's sum: losses and gradients are those of
the padded batch, but for the order of additions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

IGNORED = -100
"""The label of what is not trained on."""

PACKABLE = frozenset({"llama", "mistral", "qwen2", "qwen3", "smollm3", "olmo2"})
"""Architectures whose layers take any attention mask, and whose logits are the output layer's, unscaled."""
_WINDOWED = frozenset({"full_attention", "sliding_attention"})


@dataclass(frozen=True)
class PackingCollator:
    """Makes a batch of rows ``{"input_ids", "prompt_tokens"}``."""

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Return ids, labels and positions of shape (1, T), and the mask, (1, 1, T, T)."""
        sequences = [torch.as_tensor(row["input_ids"]) for row in rows]
        prompts = [int(row["prompt_tokens"]) for row in rows]
        shared = shared_length(sequences, prompts)
        lengths = [len(ids) - shared for ids in sequences]
        labels = [_labels(ids, prompt)[shared:] for ids, prompt in zip(sequences, prompts, strict=True)]
        positions = [torch.arange(shared, shared + length) for length in lengths]
        ignored = torch.full((shared,), IGNORED)
        return {
            "input_ids": torch.cat([sequences[0][:shared], *(ids[shared:] for ids in sequences)])[None],
            "labels": torch.cat([ignored, *labels])[None],
            "position_ids": torch.cat([torch.arange(shared), *positions])[None],
            "attention_mask": attention_mask(shared, lengths),
        }


def shared_length(sequences: Sequence[torch.Tensor], prompts: Sequence[int]) -> int:
    """Return how many tokens all prompts begin with; each keeps at least one, which predicts its reply."""
    most = min(prompts) - 1
    first = sequences[0][:most]
    for ids in sequences[1:]:
        differing = (ids[:most] != first).nonzero()
        if len(differing):
            most = int(differing[0])
            first = first[:most]
    return max(most, 0)


def attention_mask(shared: int, lengths: Sequence[int]) -> torch.Tensor:
    """Return which token sees which: those before it, of the shared beginning and of its own example."""
    owner = torch.cat([torch.zeros(shared), *(torch.full((n,), k + 1.0) for k, n in enumerate(lengths))])
    own = owner[:, None] == owner[None, :]
    mask = torch.tril(own | (owner == 0)[None, :])
    return mask[None, None]


def is_packable(config: Any, longest: int) -> bool:
    """Whether batches of this model may be packed.

    Args:
        config: The model's configuration.
        longest: Tokens of the longest example: a window that is shorter would be ignored.
    """
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    window = getattr(config, "sliding_window", None)
    known = config.model_type in PACKABLE and kinds <= _WINDOWED
    return known and (window is None or longest <= window)


def _labels(ids: torch.Tensor, prompt: int) -> torch.Tensor:
    labels = ids.clone()
    labels[:prompt] = IGNORED
    return labels
