"""Which queries may decide about a candidate: each once, and none that it was learned from."""

from __future__ import annotations

from collections.abc import Sequence

from practicum.evaluation.leaks import find_leaks
from practicum.memory_store.embedding import Embedder
from practicum.records import Item, Record, ToolCall, query_key

ALIKE = 0.6
"""Cosine similarity from which two requests may be for the same tool; paraphrases have 0.7 and more."""


class Validation(Record):
    """Items that may decide, and how many of those given may not."""

    items: tuple[Item, ...]
    overlapping: int
    """Items whose query is, exactly or nearly, one that was learned from."""
    repeated: int
    """Items whose query stands earlier: data given twice is no more evidence."""


def validation_items(
    items: Sequence[Item], learned: Sequence[tuple[str, ToolCall | None]], embedder: Embedder | None
) -> Validation:
    """Return the items that may decide, in their order.

    Args:
        items: Queries with their calls.
        learned: What candidate and champion were learned from: queries, with calls where there are any.
        embedder: Finds queries that are nearly the same; None compares their texts only.
    """
    distinct: dict[str, Item] = {}
    for item in items:
        distinct.setdefault(query_key(item.query), item)
    kept = tuple(distinct.values())
    leaks = find_leaks(kept, learned, embedder).ids
    left = tuple(item for item in kept if item.id not in leaks)
    return Validation(items=left, overlapping=len(leaks), repeated=len(items) - len(kept))


def no_call_items(
    requests: Sequence[str], practised: Sequence[tuple[str, ToolCall | None]], embedder: Embedder | None
) -> list[Item]:
    """Return requests that need no tool as items: right is who calls none.

    Args:
        requests: The requests.
        practised: Queries that a tool answered, with their calls. A request within `ALIKE` of one of them may
            well be for a tool of this user's, and is left out.
        embedder: Compares meanings; None compares texts only.
    """
    items = [Item(id=f"no-call-{number}", query=each, expected=()) for number, each in enumerate(requests, 1)]
    doubtful = find_leaks(items, practised, embedder, threshold=ALIKE).ids
    return [item for item in items if item.id not in doubtful]
