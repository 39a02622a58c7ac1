"""The order of the examples; imported only to train."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch.utils.data import Sampler
from transformers import TrainerCallback

_POOL_BATCHES = 50
"""Batches that are made of the same random part of the examples: enough for like lengths to meet."""


class EpochSampler(Sampler[int]):
    """An order for each epoch that depends on seed and epoch alone, so that a resumed one is the same."""

    def __init__(self, lengths: Sequence[int], bucket: int | None, seed: int) -> None:
        """Shuffle examples of these lengths; with ``bucket``, put such numbers of like length together."""
        self._lengths = lengths
        self._bucket = bucket
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch is next."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed * 1_000_003 + self._epoch)
        order = torch.randperm(len(self._lengths), generator=generator).tolist()
        if self._bucket is None:
            return iter(order)
        return iter(self._grouped(order, self._bucket, generator))

    def _grouped(self, order: list[int], bucket: int, generator: torch.Generator) -> list[int]:
        pool = _POOL_BATCHES * bucket
        batches: list[list[int]] = []
        for start in range(0, len(order), pool):
            alike = sorted(order[start : start + pool], key=lambda index: self._lengths[index])
            batches += [alike[i : i + bucket] for i in range(0, len(alike), bucket)]
        whole = [batch for batch in batches if len(batch) == bucket]
        rest = [batch for batch in batches if len(batch) < bucket]
        shuffled = [whole[i] for i in torch.randperm(len(whole), generator=generator).tolist()]
        return [index for batch in [*shuffled, *rest] for index in batch]


class EpochTeller(TrainerCallback):
    """Tells a sampler which epoch begins.

    The trainer does so, too, but it does not reach the sampler of a training of several processes that goes
    on within an epoch: there it lies below the batches that are skipped and below each process' share of
    them, and the rest of the epoch would have the first one's order.
    """

    def __init__(self, sampler: EpochSampler) -> None:
        """Tell this one."""
        self._sampler = sampler

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        del args, control, kwargs
        self._sampler.set_epoch(int(state.epoch))
