"""Tool selection: which tools' documentation is nearest to a query, and whether any is near at all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from practicum.memory_store.embedding import Embedder
from practicum.memory_store.similarity import similarity
from practicum.records import ToolSpec

PROTOTYPES = Path(__file__).with_name("no_call_prototypes.txt")
"""Requests that need no tool, a line each: what a query is held against before a call is forced."""


class ToolIndex:
    """The tools of a catalog as vectors of their documentation, made at first use."""

    def __init__(self, specs: Sequence[ToolSpec], embedder: Embedder) -> None:
        self._specs = list(specs)
        self._embedder = embedder
        self._tools: list[list[float]] | None = None
        self._prototypes: list[list[float]] | None = None

    async def similar(self, query: str) -> dict[str, float]:
        """Return the cosine similarity of each tool's documentation to ``query``, by name."""
        return await asyncio.to_thread(self._similar, query)

    async def nearest_prototype(self, query: str) -> float:
        """Return the cosine similarity of ``query`` to the nearest request that needs no tool."""
        return await asyncio.to_thread(self._nearest_prototype, query)

    def _similar(self, query: str) -> dict[str, float]:
        if self._tools is None:
            self._tools = self._embedder.embed([_documentation(spec) for spec in self._specs])
        asked = self._embedder.embed([query])[0]
        pairs = zip(self._specs, self._tools, strict=True)
        return {spec.name: similarity(asked, vector) for spec, vector in pairs}

    def _nearest_prototype(self, query: str) -> float:
        if self._prototypes is None:
            self._prototypes = self._embedder.embed(no_call_prototypes())
        asked = self._embedder.embed([query])[0]
        return max(similarity(asked, vector) for vector in self._prototypes)


@cache
def no_call_prototypes() -> list[str]:
    """Return requests that need no tool."""
    return PROTOTYPES.read_text(encoding="utf-8").splitlines()


def _documentation(spec: ToolSpec) -> str:
    words = spec.name.replace("_", " ").replace("-", " ")
    return f"{words}: {spec.description} ({', '.join(spec.properties)})"
