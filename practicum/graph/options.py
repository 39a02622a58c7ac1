"""How an exploration is done; every default is the paper's or has its reason beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from practicum.nodes.memory_budget import MEMORY_TOKENS
from practicum.records import Strategy

Part = Literal["execution", "short-term", "long-term", "reflection"]
"""A part of the method that an ablation leaves out (section 4.4 of the STE paper)."""
PARTS: tuple[str, ...] = get_args(Part)


@dataclass(frozen=True)
class ExplorationOptions:
    """Choices of one exploration."""

    strategy: Strategy = Strategy.QUERY_FIRST
    max_calls: int = 4
    """At most so many tool calls a trial."""
    without: frozenset[str] = frozenset()
    """Parts of the method left out, for ablations; a subset of `PARTS`."""
    near_duplicate: float = 0.96
    """Cosine similarity from which a query counts as asked before."""
    max_rejections: int = 2
    """How often a query is imagined anew before it is taken as it is."""
    memory_tokens: int = MEMORY_TOKENS
    """What all that imagination remembers may cost of its prompt; large models can do with more."""
    known_calls: int = 40
    """How many confirmed calls of earlier episodes call-first imagination sees."""

    def uses(self, part: Part) -> bool:
        """Whether a part of the method is on."""
        return part not in self.without
