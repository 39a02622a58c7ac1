"""What each tool was asked in practice, as vectors: how near a query is to it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.memory_store.embedding import Embedder
from practicum.memory_store.kept_vectors import kept_vectors
from practicum.memory_store.query_vectors import LAYOUT, query_vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

A_TOOL = 40
"""Queries a tool that are compared with, spread over all of its own: 6 ms each, once."""

NEAREST = 5
"""Nearest queries of a tool whose similarities are averaged: one alone may be an odd one out."""


class PractisedQueries:
    """The queries that some tools were asked in practice; vectors are made at first use."""

    def __init__(
        self, queries: Mapping[str, Sequence[str]], embedder: Embedder, *, cache: Path | None = None
    ) -> None:
        """Take queries by tool, and a folder in which vectors are kept for the next process."""
        self._queries = {tool: _spread(list(dict.fromkeys(own))) for tool, own in queries.items() if own}
        self._embedder = embedder
        self._cache = cache
        self._vectors: dict[str, NDArray[np.float32]] | None = None
        self._mutex = threading.Lock()

    async def near(self, query: str) -> dict[str, float]:
        """Return, by tool, how near ``query`` is to the nearest queries of its practice, from -1 to 1.

        The mean of their similarities, each of which is the mean of two: of the words, and of what is left of
        them without the values (`practicum.memory_store.query_vectors`).
        """
        return await asyncio.to_thread(self._near, query)

    def _near(self, query: str) -> dict[str, float]:
        import numpy as np

        with self._mutex:
            if self._vectors is None:
                self._vectors = self._made()
        asked = np.asarray(query_vectors([query], self._embedder)[0], np.float32)
        return {
            tool: float(np.sort(vectors @ asked)[-NEAREST:].mean()) for tool, vectors in self._vectors.items()
        }

    def _made(self) -> dict[str, NDArray[np.float32]]:
        texts = [query for own in self._queries.values() for query in own]
        if not texts:
            return {}
        vectors = kept_vectors(
            self._cache,
            (self._embedder.name, LAYOUT, *texts),
            len(texts),
            lambda: query_vectors(texts, self._embedder),
        )
        rows = iter(vectors)
        return {tool: _stacked(next(rows) for _ in own) for tool, own in self._queries.items()}


def _stacked(rows: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
    import numpy as np

    return np.stack(list(rows))


def _spread(queries: Sequence[str]) -> list[str]:
    """Return at most `A_TOOL` of these, from all over."""
    step = max(len(queries) / A_TOOL, 1.0)
    return [queries[int(number * step)] for number in range(min(len(queries), A_TOOL))]
