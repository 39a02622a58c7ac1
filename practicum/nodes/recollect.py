"""Recollect: what practice left behind that helps with a query at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Literal, Protocol

from practicum.hostile import instruction_like
from practicum.nodes.beyond import is_beyond
from practicum.nodes.grounding import fillable
from practicum.records import Demonstration, Lessons, Note, ToolSpec, canonical_json

DEMONSTRATIONS = 4
"""How many are shown. The paper shows 8; measured on the embedded model, more only cost time."""
NOTES_A_TOOL = 5
MOST_TOOLS = 15
"""Above this many tools, those nearest to the query are selected (the paper shows 15)."""
DOCUMENTED_LEAD = 0.12
"""How much farther, in cosine similarity, a tool's documentation may be from a query than the nearest
request that needs no tool. Chosen with the next two on a development set (see docs/log.md)."""
DEMONSTRATED_LEAD = -0.02
"""The same for a tool's nearest demonstration: a query looks more like queries than documentation does."""
FILLED_LEAD = 0.3
"""The same for a tool whose arguments the query fills, and not every query would."""
DOCUMENTED_SHARE = 0.5
"""What the similarity of a tool's documentation counts beside that of what it was asked in practice."""
CLAIMED_SHARE = 0.2
"""What it counts how much of the query's values a tool's arguments could take, all of them or none."""
UNPRACTISED = 0.2
"""How much nearer than its documentation the queries of a tool would be that was not practised: that much
nearer they are, on average, of a tool that was."""
CLEARLY = 0.04
"""How much farther from the query than the nearest tool a tool is that a small model need not think of.
Similarity chooses better than the embedded model does, trained or not; from 0.02 to 0.06 the two together
do as well as similarity alone or a little better, and above they do worse (see docs/log.md)."""


class DemonstrationSource(Protocol):
    """Where demonstrations come from."""

    async def retrieve(
        self, query: str, k: int = 4, *, current: Mapping[str, str] | None = None
    ) -> list[Demonstration]:
        """Return at most ``k`` demonstrations, the nearest last.

        ``current`` are the hashes of the tools' schemas: only demonstrations of these count. None: all do.
        """
        ...

    async def tool_scores(self, query: str, current: Mapping[str, str]) -> dict[str, float]:
        """Return the similarity of each tool's nearest demonstration to the query.

        ``current`` are the hashes of the tools' schemas: demonstrations of others don't count.
        """
        ...


@dataclass(frozen=True)
class Recollection:
    """What is shown to the model beside the query."""

    tools: tuple[ToolSpec, ...]
    demonstrations: tuple[Demonstration, ...] = ()
    tool_choice: str = "auto"
    """Who decides between a call and an answer: the model, or ("any", "none") what was recollected."""
    documented: bool = True
    """Whether the tools' documentation is shown beside the demonstrations."""
    lessons: Mapping[str, Lessons] = field(default_factory=dict)
    """By tool, what practice taught about its arguments, for grounded decoding."""
    notes: tuple[Note, ...] = ()
    """Lessons in words about the tools that are shown."""
    trained: bool = False
    """Whether it is for a model that was fine-tuned on the tools: it needs no instructions."""


Recollect = Callable[[str], Awaitable[Recollection]]


class ToolSimilarity(Protocol):
    """How near a query is to tools, and to requests that need none."""

    async def similar(self, query: str) -> dict[str, float]:
        """Return the similarity of each tool's documentation to the query."""
        ...

    async def nearest_prototype(self, query: str) -> float:
        """Return the similarity of the nearest request that needs no tool."""
        ...


class PractisedSource(Protocol):
    """What each tool was asked in practice."""

    async def near(self, query: str) -> dict[str, float]:
        """Return the similarity of a query to what each tool was asked."""
        ...


def make_recollect(
    specs: Sequence[ToolSpec],
    demonstrations: DemonstrationSource | None = None,
    *,
    nearness: ToolSimilarity | None = None,
    practised: PractisedSource | None = None,
    k: int = DEMONSTRATIONS,
    most_tools: int = MOST_TOOLS,
    small: bool = False,
    grounded: bool = False,
    trained: Mapping[str, str] | None = None,
    lessons: Mapping[str, Lessons] | None = None,
    notes: Sequence[Note] = (),
) -> Recollect:
    """Return what selects tools and demonstrations for a query.

    Demonstrations of a tool whose schema has changed since are never shown.

    Args:
        specs: The tools to choose from.
        demonstrations: Where demonstrations come from; None for none.
        nearness: Needed for selecting tools and for ``small``.
        practised: What the tools were asked in practice. With it a small model chooses only among the tools
            that are nearly as near to the query as the nearest: similarity knows better than it does.
        k: How many demonstrations.
        most_tools: Above this many tools, the nearest are selected.
        small: For the embedded model. Left to itself it answers most requests from its imagination,
            so that it is decided here whether a tool is called: when the query is nearer to a tool,
            by documentation or by demonstration, than to any request that needs none, and does not
            ask for a change that no tool makes. And where
            there are demonstrations it is shown no documentation: that only confuses it.
        grounded: Whether values will be offered from the query: a tool that it can't fill is not called then.
        trained: For a model that was fine-tuned without documentation, the hashes of the schemas that its
            tools had then: it is shown none, unless the nearest tool has changed since or is new to it.
        notes: Lessons in words; of a tool the strongest first. Those of a tool that changed are not shown.
        lessons: What practice taught about the tools' arguments, for grounded decoding.
    """
    current_lessons = _current(specs, lessons or {})

    async def recollect(query: str) -> Recollection:
        if not query.strip():
            return Recollection(tuple(specs[:most_tools]))
        scores = await _scores(query, specs, nearness, demonstrations) if nearness else {}
        by_practice = await _by_practice(query, specs, nearness, practised) if small else {}
        chosen = _nearest(specs, by_practice or scores, most_tools)
        choice = "auto"
        if small and nearness is not None:
            filled = fillable(chosen, query, current_lessons) if grounded else None
            beyond = is_beyond(query, specs)
            choice = "none" if beyond else await _choice(query, scores, filled, nearness)
            # What can't be called needs no room in the prompt, whose reading takes most of the time.
            chosen = tuple(spec for spec in chosen if filled is None or spec.name in filled) or chosen
            chosen = _likely(chosen, by_practice)
        shown = await _shown(query, demonstrations, k, chosen) if choice != "none" else ()
        knows = trained is not None and _learned(chosen, scores, trained)
        return Recollection(
            chosen,
            shown,
            choice,
            documented=not (knows or (small and shown)),
            lessons=current_lessons,
            notes=_notes_about(chosen, notes),
            trained=knows,
        )

    return recollect


def _current(specs: Sequence[ToolSpec], lessons: Mapping[str, Lessons]) -> dict[str, Lessons]:
    """Return the lessons about tools that are as they were then."""
    hashes = {spec.name: spec.schema_hash for spec in specs}
    return {name: one for name, one in lessons.items() if hashes.get(name) == one.tool_schema_hash}


def _learned(chosen: Sequence[ToolSpec], scores: Mapping[str, float], trained: Mapping[str, str]) -> bool:
    """Whether a model was trained on the tool nearest to the query, or on all if none is known to be."""
    asked_about = sorted(chosen, key=lambda one: -scores.get(one.name, 0.0))[: 1 if scores else None]
    return all(trained.get(one.name) == one.schema_hash for one in asked_about)


async def _shown(
    query: str, demonstrations: DemonstrationSource | None, k: int, chosen: Sequence[ToolSpec]
) -> tuple[Demonstration, ...]:
    """The demonstrations for a query, of these tools as they are now."""
    if demonstrations is None:
        return ()
    hashes = {spec.name: spec.schema_hash for spec in chosen}
    found = await demonstrations.retrieve(query, k, current=hashes)
    return tuple(
        shown
        for shown in found
        if all(hashes.get(name) == one for name, one in shown.schema_hashes.items())
        and not any(map(_is_order, _texts(shown)))
    )


def _texts(shown: Demonstration) -> tuple[str, ...]:
    """What of a demonstration a model reads."""
    calls = (canonical_json(call.arguments) for call in shown.calls)
    before = (step.observation.text for step in shown.before)
    return (shown.query, *before, shown.observation, shown.answer, *calls)


@lru_cache(maxsize=16_384)
def _is_order(text: str) -> bool:
    """Whether a text reads like an order to a model: a set may be imported, or older than what finds orders.

    It is looked at where it is shown, not when a set is opened: it takes a millisecond, and sets are large.
    """
    return instruction_like(text) is not None


def _notes_about(specs: Sequence[ToolSpec], notes: Sequence[Note]) -> tuple[Note, ...]:
    """The notes on these tools as they are now, at most `NOTES_A_TOOL` each."""
    own = [
        [note for note in notes if (note.tool, note.tool_schema_hash) == (spec.name, spec.schema_hash)]
        for spec in specs
    ]
    clean = (islice((note for note in of_tool if not _is_order(note.text)), NOTES_A_TOOL) for of_tool in own)
    return tuple(note for of_tool in clean for note in of_tool)


async def _scores(
    query: str,
    specs: Sequence[ToolSpec],
    nearness: ToolSimilarity,
    demonstrations: DemonstrationSource | None,
) -> dict[str, float]:
    """How near each tool is to the query, by documentation or by demonstration, each with its lead."""
    scores = {name: score + DOCUMENTED_LEAD for name, score in (await nearness.similar(query)).items()}
    if demonstrations is not None:
        current = {spec.name: spec.schema_hash for spec in specs}
        for name, score in (await demonstrations.tool_scores(query, current)).items():
            if name in scores:
                scores[name] = max(scores[name], score + DEMONSTRATED_LEAD)
    return scores


async def _by_practice(
    query: str,
    specs: Sequence[ToolSpec],
    nearness: ToolSimilarity | None,
    practised: PractisedSource | None,
) -> dict[str, float]:
    """How near each tool is to the query, by documentation, practice and values; empty without practice."""
    if nearness is None or practised is None:
        return {}
    from practicum.values import claimed

    near = await practised.near(query)
    claims = claimed(specs, query)
    return {
        name: near.get(name, documented + UNPRACTISED)
        + DOCUMENTED_SHARE * documented
        + CLAIMED_SHARE * claims[name]
        for name, documented in (await nearness.similar(query)).items()
    }


async def _choice(
    query: str, scores: Mapping[str, float], filled: Mapping[str, bool] | None, nearness: ToolSimilarity
) -> Literal["any", "none"]:
    """Whether a tool is called: one is nearer to the query than all requests that need none are."""
    leads = _leads(scores, filled)
    return "any" if leads and max(leads) > await nearness.nearest_prototype(query) else "none"


def _likely(chosen: tuple[ToolSpec, ...], scores: Mapping[str, float]) -> tuple[ToolSpec, ...]:
    """The tools that are not clearly farther from the query than the nearest."""
    if not scores:
        return chosen
    least = max(scores[spec.name] for spec in chosen) - CLEARLY
    return tuple(spec for spec in chosen if scores[spec.name] >= least)


def _leads(scores: Mapping[str, float], filled: Mapping[str, bool] | None) -> list[float]:
    """The scores of the tools that may be called: all of them, or those that the query can fill."""
    if filled is None:
        return list(scores.values())
    more = FILLED_LEAD - DOCUMENTED_LEAD
    return [scores.get(name, 0.0) + (more if telling else 0.0) for name, telling in filled.items()]


def _nearest(specs: Sequence[ToolSpec], scores: dict[str, float], most: int) -> tuple[ToolSpec, ...]:
    """The nearest tools, in their own order: a prompt that starts alike is read from the cache."""
    if len(specs) <= most or not scores:
        return tuple(specs)
    best = set(sorted(scores, key=lambda name: -scores[name])[:most])
    return tuple(spec for spec in specs if spec.name in best)
