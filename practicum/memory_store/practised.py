"""What each tool was asked in practice, as vectors: how near a query is to it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from practicum.memory_store.embedding import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

A_TOOL = 40
"""Queries a tool that are compared with, spread over all of its own: 2 ms each for the embedder, once."""

NEAREST = 5
"""Nearest queries of a tool whose similarities are averaged: one alone may be an odd one out."""


class PractisedQueries:
    """The queries that some tools were asked in practice; vectors are made at first use."""

    def __init__(self, queries: Mapping[str, Sequence[str]], embedder: Embedder) -> None:
        """Take queries by tool."""
        self._queries = {tool: _spread(list(dict.fromkeys(own))) for tool, own in queries.items() if own}
        self._embedder = embedder
        self._vectors: dict[str, NDArray[np.float32]] | None = None
        self._mutex = threading.Lock()

    async def near(self, query: str) -> dict[str, float]:
        """Return, by tool, the mean cosine similarity of ``query`` to the nearest queries of its practice."""
        return await asyncio.to_thread(self._near, query)

    def _near(self, query: str) -> dict[str, float]:
        import numpy as np

        with self._mutex:
            if self._vectors is None:
                self._vectors = self._made()
        asked = np.asarray(self._embedder.embed([query])[0], np.float32)
        return {
            tool: float(np.sort(vectors @ asked)[-NEAREST:].mean()) for tool, vectors in self._vectors.items()
        }

    def _made(self) -> dict[str, NDArray[np.float32]]:
        import numpy as np

        texts = [query for own in self._queries.values() for query in own]
        rows = iter(self._embedder.embed(texts) if texts else [])
        return {
            tool: np.asarray([next(rows) for _ in own], np.float32) for tool, own in self._queries.items()
        }


def _spread(queries: Sequence[str]) -> list[str]:
    """Return at most `A_TOOL` of these, from all over."""
    step = max(len(queries) / A_TOOL, 1.0)
    return [queries[int(number * step)] for number in range(min(len(queries), A_TOOL))]
