"""Replay: a share of earlier tools' examples in a later round (section 5 of the STE paper)."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence

from practicum.memory_store.home import Home
from practicum.training.examples import Example


def trained_before(home: Home) -> set[str]:
    """Return the tools that any adapter of the home was trained on."""
    return {tool for adapter in home.journal.adapters() for tool in adapter.schema_hashes}


def mixed(
    examples: Sequence[Example], new: Collection[str], earlier: Collection[str], *, share: float, seed: int
) -> list[Example]:
    """Return the examples of new tools, and a share of those of each earlier tool.

    Examples that call no tool go with the new ones. Of an earlier tool that has examples at least one is
    kept, unless the share is 0. Validation and test examples of the tools in the round all stay: they
    are never trained on.

    Args:
        examples: Of all tools.
        new: Tools of this round.
        earlier: Tools of earlier rounds.
        share: From 0 to 1.
        seed: Decides which are replayed.
    """
    kept = [each for each in examples if each.tool is None or each.tool in new]
    for tool in sorted(earlier):
        own = [each for each in examples if each.tool == tool]
        training = [each for each in own if each.split == "train"]
        count = max(1, round(share * len(training))) if share and training else 0
        kept += random.Random(f"replay/{seed}/{tool}").sample(training, count)
        kept += [each for each in own if each.split != "train"]
    return kept
