"""An embedder that remembers the texts it saw last: one query is looked up in several places."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

KEPT = 512
"""Vectors kept; 384 numbers each take 12 KB as a list."""


class _Embedder(Protocol):
    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> list[list[float]]: ...


class RecentEmbedder:
    """Another embedder, asked once for each of the latest texts; safe from several threads."""

    def __init__(self, inner: _Embedder, *, kept: int = KEPT) -> None:
        self._inner = inner
        self._kept = kept
        self._recent: OrderedDict[str, list[float]] = OrderedDict()
        self._mutex = threading.Lock()

    @property
    def name(self) -> str:
        """The name of the embedder that makes the vectors."""
        return self._inner.name

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector a text; only texts that were not seen lately are embedded, each once."""
        with self._mutex:
            known = {text: self._recent[text] for text in texts if text in self._recent}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        made = dict(zip(new, self._inner.embed(new), strict=True)) if new else {}
        with self._mutex:
            self._keep({**known, **made})
        # Copies: a caller may change what it gets.
        return [list(known[text] if text in known else made[text]) for text in texts]

    def _keep(self, vectors: dict[str, list[float]]) -> None:
        for text, vector in vectors.items():
            self._recent[text] = vector
            self._recent.move_to_end(text)
        while len(self._recent) > self._kept:
            self._recent.popitem(last=False)
