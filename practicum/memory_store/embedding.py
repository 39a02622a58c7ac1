"""What memory needs of a sentence embedder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Embedder(Protocol):
    """Turns sentences into unit vectors.

    Implementations keep three promises: vectors have length 1 (their dot product
    is the cosine), a text has the same vector in every process, and calls from
    several threads at once are safe.
    """

    @property
    def name(self) -> str:
        """Names the vectors: two embedders of one name make the same ones."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector a text, all of one dimension; any text is allowed, the empty one too."""
