"""Whether what was learned already contains what is measured on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from practicum.memory_store.embedding import Embedder
from practicum.memory_store.similarity import NEAR
from practicum.records import Item, Record, ToolCall, call_key, query_key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_BLOCK = 2048
"""Rows of a block: 2048 x 2048 similarities are 16 MiB, whatever the size of the memory."""


class Leak(Record):
    """One item and the learned query it is too close to."""

    id: str
    """The item's id."""
    query: str
    learned: str
    """The learned query: the nearest one, or the first with the same text or call."""
    similarity: float | None = None
    """Cosine similarity; None where texts or calls were compared."""


class LeakReport(Record):
    """Three kinds of leaks, at most one of each kind for an item."""

    items: int
    """Items looked at."""
    learned: int
    """Distinct learned queries they were compared with."""
    threshold: float
    exact: tuple[Leak, ...]
    """The same text, but for case, spaces, quotes and closing punctuation."""
    near: tuple[Leak, ...] | None
    """Similarity of at least ``threshold`` but not exact; None when no embedder was given."""
    same_call: tuple[Leak, ...]
    """The same tool with the same arguments is expected. Not always a leak: tools with few
    or no arguments have few different calls."""

    @property
    def ids(self) -> frozenset[str]:
        """Items with the text of a learned query, exactly or nearly."""
        return frozenset(leak.id for leak in (*self.exact, *(self.near or ())))


def find_leaks(
    items: Sequence[Item],
    learned: Sequence[tuple[str, ToolCall | None]],
    embedder: Embedder | None,
    threshold: float = NEAR,
) -> LeakReport:
    """Compare items with the queries (and calls) that were learned from.

    ``threshold`` is a cosine similarity in [-1, 1]. Memory stays bounded: similarities
    are computed block by block.
    """
    exact = _exact(items, learned)
    others = [item for item in items if item.id not in {leak.id for leak in exact}]
    return LeakReport(
        items=len(items),
        learned=len({query for query, _ in learned}),
        threshold=threshold,
        exact=tuple(exact),
        near=tuple(_near(others, [query for query, _ in learned], embedder, threshold)) if embedder else None,
        same_call=tuple(_same_call(items, learned)),
    )


def _exact(items: Sequence[Item], learned: Sequence[tuple[str, ToolCall | None]]) -> list[Leak]:
    texts: dict[str, str] = {}
    for query, _ in learned:
        texts.setdefault(query_key(query), query)
    return [
        Leak(id=item.id, query=item.query, learned=texts[query_key(item.query)])
        for item in items
        if query_key(item.query) in texts
    ]


def _same_call(items: Sequence[Item], learned: Sequence[tuple[str, ToolCall | None]]) -> Iterator[Leak]:
    calls: dict[str, str] = {}
    for query, call in learned:
        if call is not None:
            calls.setdefault(call_key(call), query)
    for item in items:
        shared = [calls[key] for key in map(call_key, item.expected) if key in calls]
        if shared:
            yield Leak(id=item.id, query=item.query, learned=shared[0])


def _near(
    items: Sequence[Item], learned: Sequence[str], embedder: Embedder, threshold: float
) -> Iterator[Leak]:
    texts = list(dict.fromkeys(learned))
    if not items or not texts:
        return
    found = _nearest(_unit(embedder.embed([item.query for item in items])), _unit(embedder.embed(texts)))
    for item, (place, similarity) in zip(items, found, strict=True):
        if similarity >= threshold:
            yield Leak(id=item.id, query=item.query, learned=texts[place], similarity=similarity)


def _unit(vectors: list[list[float]]) -> Vectors:
    import numpy as np

    rows: Vectors = np.array(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    lengths[lengths == 0] = 1  # a vector of zeros is near to nothing, rather than not a number
    rows /= lengths
    return rows


def _nearest(queries: Vectors, others: Vectors) -> Iterator[tuple[int, float]]:
    """Yield for each row of ``queries`` the place and the similarity of the nearest other row."""
    import numpy as np

    for start in range(0, len(queries), _BLOCK):
        block = queries[start : start + _BLOCK]
        places = np.zeros(len(block), dtype=np.int64)
        best = np.full(len(block), -np.inf, dtype=np.float32)
        for offset in range(0, len(others), _BLOCK):
            similarities = block @ others[offset : offset + _BLOCK].T
            nearest = similarities.argmax(axis=1)
            values = similarities[np.arange(len(block)), nearest]
            better = values > best
            places[better], best[better] = nearest[better] + offset, values[better]
        yield from zip(places.tolist(), best.tolist(), strict=True)
