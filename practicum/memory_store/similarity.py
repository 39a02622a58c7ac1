"""Arithmetic on unit vectors: near duplicates, and a choice that is near but not repetitive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from practicum.memory_store.embedding import Embedder

NEAR = 0.95
"""Cosine similarity from which two sentences say nearly the same: what measures must not be so near to what
was learned."""
BLOCK = 1024
"""Rows compared at once: a block of 1024 x 1024 similarities is 4 MiB."""


def near_duplicates(
    texts: Sequence[str], others: Sequence[str] | None, embed: Embedder, threshold: float = NEAR
) -> list[tuple[int, int, float]]:
    """Find the pairs that say nearly the same.

    Args:
        texts: Sentences to look at.
        others: Sentences to compare them with; None compares ``texts`` with each other.
        embed: The embedder.
        threshold: Least cosine similarity of a pair.

    Returns:
        (index into texts, index into others, cosine similarity), sorted by the indices;
        without ``others`` each pair once, the first index the smaller.
    """
    if len(texts) < (2 if others is None else 1) or (others is not None and not others):
        return []  # and nothing is embedded
    left = _matrix(embed.embed(texts))
    right = left if others is None else _matrix(embed.embed(others))
    pairs = [
        pair
        for top in range(0, len(left), BLOCK)
        for start in range(top if others is None else 0, len(right), BLOCK)
        for pair in _pairs(left[top : top + BLOCK], right[start : start + BLOCK], top, start, threshold)
    ]
    return sorted(pair for pair in pairs if others is not None or pair[0] < pair[1])


def similarity(left: Sequence[float], right: Sequence[float]) -> float:
    """Return the cosine similarity of two unit vectors."""
    return float(_matrix([left])[0] @ _matrix([right])[0])


def mutual(texts: Sequence[str], embed: Embedder) -> Callable[[int], list[float]]:
    """Return what gives, for the index of one text, its cosine similarity to each of them."""
    rows = _matrix(embed.embed(texts))

    def of(index: int) -> list[float]:
        return [float(value) for value in rows @ rows[index]]

    return of


def _matrix(vectors: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    import numpy as np

    return np.asarray(vectors, dtype=np.float32)


def _pairs(
    left: NDArray[np.float32], right: NDArray[np.float32], top: int, start: int, threshold: float
) -> list[tuple[int, int, float]]:
    import numpy as np

    cosines = left @ right.T
    rows, columns = np.nonzero(cosines >= threshold)
    return [
        (top + int(row), start + int(column), float(cosines[row, column]))
        for row, column in zip(rows, columns, strict=True)
    ]


def diverse(
    query: Sequence[float], candidates: Sequence[Sequence[float]], k: int, diversity: float
) -> list[tuple[int, float]]:
    """Choose ``k`` candidates by maximal marginal relevance (Carbonell and Goldstein, 1998).

    Args:
        query: A unit vector.
        candidates: Unit vectors to choose from.
        k: How many; fewer when there are fewer candidates.
        diversity: From 0 (the nearest) to 1 (as unlike each other as can be);
            lambda of the paper is 1 - diversity.

    Returns:
        (index of the candidate, its similarity to the query), in the order of choice.
    """
    import numpy as np

    if not candidates or k <= 0:
        return []
    rows = _matrix(candidates)
    relevance = rows @ np.asarray(query, dtype=np.float32)
    chosen = [int(np.argmax(relevance))]
    redundancy = rows @ rows[chosen[0]]
    while len(chosen) < min(k, len(rows)):
        gain = (1 - diversity) * relevance - diversity * redundancy
        gain[chosen] = -np.inf
        chosen.append(int(np.argmax(gain)))
        redundancy = np.maximum(redundancy, rows @ rows[chosen[-1]])
    return [(index, float(relevance[index])) for index in chosen]
