"""Replay: a share of earlier tools' examples in a later round (section 5 of the STE paper)."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from math import ceil

from practicum.records import digest
from practicum.training.examples import Example


def mixed(
    examples: Sequence[Example],
    new: Collection[str],
    earlier: Collection[str],
    *,
    share: float,
    seed: int,
    rounds: int = 1,
) -> list[Example]:
    """Return the examples of new tools, and a share of those of each earlier tool.

    Of an earlier tool that has examples at least one is kept, unless the share is 0. Each round replays
    others, as far as there are others: the same ones again would be learned by heart, and say less. Requests
    that call no tool stay in the proportion that they have among all examples: a round of two tools gets not
    those of twenty. Validation and test examples of the tools in the round all stay: they are never trained
    on.

    Args:
        examples: Of all tools.
        new: Tools of this round.
        earlier: Tools of earlier rounds.
        share: From 0 to 1.
        seed: Decides the order in which they are replayed.
        rounds: How many there were before this one.
    """
    kept = [each for each in examples if each.tool in new]
    for tool in sorted(set(earlier) - set(new)):
        own = [each for each in examples if each.tool == tool]
        training = _of_training(own)
        count = max(1, round(share * len(training))) if share and training else 0
        kept += _turn(training, count, rounds, f"replay/{seed}/{tool}")
        kept += [each for each in own if each.split != "train"]
    return [*kept, *_without_call(examples, kept, seed, rounds)]


def capped(examples: Sequence[Example], most: int, *, seed: int) -> list[Example]:
    """Return the examples with at most ``most`` of each tool to train on, in their order.

    Args:
        examples: Of all tools; what is not trained on, and what calls no tool, all stays.
        most: Training examples of a tool.
        seed: Decides which.
    """
    left: set[str] = set()
    for tool in sorted({each.tool for each in examples if each.tool is not None}):
        training = [each.id for each in _of_training(examples) if each.tool == tool]
        count = max(0, len(training) - most)
        left.update(random.Random(f"capped/{seed}/{tool}").sample(training, count))
    return [each for each in examples if each.id not in left]


def _without_call(
    examples: Sequence[Example], kept: Sequence[Example], seed: int, rounds: int
) -> list[Example]:
    """Return requests that call no tool, as large a share beside ``kept`` as they are of all."""
    requests = [each for each in examples if each.tool is None]
    training = _of_training(requests)
    calls = sum(each.tool is not None for each in _of_training(examples))
    share = len(_of_training(kept)) / calls if calls else 1.0
    chosen = _turn(training, min(len(training), ceil(share * len(training))), rounds, f"replay/{seed}")
    return [*chosen, *(each for each in requests if each.split != "train")]


def _turn(examples: Sequence[Example], count: int, rounds: int, order: str) -> list[Example]:
    """Return so many of the examples: those that come after what earlier rounds had, in a shuffled ring.

    An example's place in it depends on its id alone, so that more examples hardly move the others.
    """
    if not count:
        return []
    ring = sorted(examples, key=lambda each: digest(order, each.id))
    first = (rounds - 1) * count
    return [ring[(first + number) % len(ring)] for number in range(count)]


def _of_training(examples: Sequence[Example]) -> list[Example]:
    return [each for each in examples if each.split == "train"]
