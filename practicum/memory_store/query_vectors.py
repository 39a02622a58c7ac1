"""Queries as vectors of what they are about and of how they ask.

The cosine of two such vectors is the mean of two similarities: of the words, and of the shapes that
are left when the values are taken out (`practicum.values.shape`). A demonstration of the query's own
shape shows where each value goes; with words alone, one about the same things is nearer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from practicum.memory_store.embedding import Embedder
from practicum.values.shape import shape

LAYOUT = "words and shape"
"""Names these vectors beside their embedder's name."""

WORDS_SCALE = math.sqrt(2)
"""The cosine of two texts' words, by the cosine of a `words_vector` with one of `query_vectors`."""
_HALF = math.sqrt(0.5)


def query_vectors(queries: Sequence[str], embedder: Embedder) -> list[list[float]]:
    """Return a unit vector a query, twice as long as the embedder's: words, then shape."""
    words = embedder.embed(queries)
    shapes = embedder.embed([shape(query) for query in queries])
    return [[_HALF * x for x in (*said, *asked)] for said, asked in zip(words, shapes, strict=True)]


def words_vector(query: str, embedder: Embedder) -> list[float]:
    """Return a vector that compares words alone; its cosines with `query_vectors` want `WORDS_SCALE`."""
    words = embedder.embed([query])[0]
    return [*words, *([0.0] * len(words))]
