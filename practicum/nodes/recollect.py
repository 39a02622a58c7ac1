"""Recollect: what practice left behind that helps with a query at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from practicum.nodes.harvest import Known
from practicum.records import Demonstration, ToolSpec

DEMONSTRATIONS = 4
"""How many are shown. The paper shows 8; measured on the embedded model, more only cost time."""
MOST_TOOLS = 15
"""Above this many tools, those nearest to the query are selected (the paper shows 15)."""
IN_FAVOUR_OF_TOOLS = 0.05
"""Handicap, in cosine similarity, of requests that need no tool. Chosen on generated queries of the
almanac: it keeps 98 % of them on the side of the tools, and 92 % of the prototypes off it."""


class DemonstrationSource(Protocol):
    """Where demonstrations come from."""

    async def retrieve(
        self, query: str, k: int = 4, *, tools: Collection[str] | None = None
    ) -> list[Demonstration]:
        """Return at most ``k`` demonstrations, the nearest last."""
        ...

    async def tool_scores(self, query: str) -> dict[str, float]:
        """Return the similarity of each tool's nearest demonstration to the query."""
        ...


@dataclass(frozen=True)
class Recollection:
    """What is shown to the model beside the query."""

    tools: tuple[ToolSpec, ...]
    demonstrations: tuple[Demonstration, ...] = ()
    tool_choice: str = "auto"
    """Who decides between a call and an answer: the model, or ("any", "none") what was recollected."""
    vocabulary: Mapping[str, Known] = field(default_factory=dict)
    """Per tool, the closed sets of values that practice found (`practicum.nodes.harvest.vocabulary`)."""
    documented: bool = True
    """Whether the tools' documentation is shown beside the demonstrations."""


Recollect = Callable[[str], Awaitable[Recollection]]


class ToolSimilarity(Protocol):
    """How near a query is to tools, and to requests that need none."""

    async def similar(self, query: str) -> dict[str, float]:
        """Return the similarity of each tool's documentation to the query."""
        ...

    async def nearest_prototype(self, query: str) -> float:
        """Return the similarity of the nearest request that needs no tool."""
        ...


def make_recollect(
    specs: Sequence[ToolSpec],
    demonstrations: DemonstrationSource | None = None,
    *,
    nearness: ToolSimilarity | None = None,
    k: int = DEMONSTRATIONS,
    most_tools: int = MOST_TOOLS,
    small: bool = False,
    vocabulary: Mapping[str, Known] | None = None,
) -> Recollect:
    """Return what selects tools and demonstrations for a query.

    Demonstrations of a tool whose schema has changed since are never shown.

    Args:
        specs: The tools to choose from.
        demonstrations: Where demonstrations come from; None for none.
        nearness: Needed for selecting tools and for ``small``.
        k: How many demonstrations.
        most_tools: Above this many tools, the nearest are selected.
        small: For the embedded model. Left to itself it answers most requests from its imagination,
            so that it is decided here whether a tool is called: when the query is nearer to a tool,
            by documentation or by demonstration, than to any request that needs none. And where
            there are demonstrations it is shown no documentation: that only confuses it.
        vocabulary: Closed sets that practice found, for grounded decoding.
    """
    hashes = {spec.name: spec.schema_hash for spec in specs}

    async def recollect(query: str) -> Recollection:
        if not query.strip():
            return Recollection(tuple(specs[:most_tools]))
        scores = await _scores(query, nearness, demonstrations) if nearness else {}
        chosen = _nearest(specs, scores, most_tools)
        choice = "auto"
        if small and nearness is not None:
            near = max(scores.values(), default=0.0)
            far = await nearness.nearest_prototype(query)
            choice = "any" if near + IN_FAVOUR_OF_TOOLS > far else "none"
        if demonstrations is None or choice == "none":
            return Recollection(chosen, tool_choice=choice)
        found = await demonstrations.retrieve(query, k, tools=[spec.name for spec in chosen])
        current = [shown for shown in found if hashes.get(shown.tool) == shown.tool_schema_hash]
        return Recollection(
            chosen, tuple(current), choice, vocabulary or {}, documented=not (small and current)
        )

    return recollect


async def _scores(
    query: str, nearness: ToolSimilarity, demonstrations: DemonstrationSource | None
) -> dict[str, float]:
    """How near each tool is to the query, by documentation or by demonstration."""
    scores = dict(await nearness.similar(query))
    if demonstrations is not None:
        for name, score in (await demonstrations.tool_scores(query)).items():
            if name in scores:
                scores[name] = max(scores[name], score)
    return scores


def _nearest(specs: Sequence[ToolSpec], scores: dict[str, float], most: int) -> tuple[ToolSpec, ...]:
    """The nearest tools, in their own order: a prompt that starts alike is read from the cache."""
    if len(specs) <= most or not scores:
        return tuple(specs)
    best = set(sorted(scores, key=lambda name: -scores[name])[:most])
    return tuple(spec for spec in specs if spec.name in best)
