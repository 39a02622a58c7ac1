"""Sentence embedders: ``minilm``, ``openai:NAME[@URL]``, ``st:DIR-OR-HUB-ID`` or ``hashing``."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from practicum.errors import SetupError
from practicum.models.embedding_recent import RecentEmbedder

KNOWN = "minilm, openai:NAME[@URL], st:FOLDER-OR-HUB-ID or hashing"


class Embedder(Protocol):
    """Turns sentences into unit vectors, the same ones in every process; safe from several threads.

    Memory asks for the same shape in its own words: the two packages do not import each other.
    """

    @property
    def name(self) -> str:
        """Names the vectors: two embedders of one name make the same ones."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector of length 1 a text; any text is allowed, the empty one too."""


def load_embedder(spec: str = "minilm", *, cache_dir: Path, timeout_s: float | None = None) -> Embedder:
    """Return the embedder of this spec.

    Args:
        spec: ``minilm`` (all-MiniLM-L6-v2 from an installed package: no network),
            ``openai:NAME`` or ``openai:NAME@http://host:port/v1`` (any compatible server),
            ``st:`` and what sentence-transformers can load, or ``hashing`` (no model at all).
        cache_dir: Where a converted model is kept.
        timeout_s: Seconds to wait for an answer of ``openai:``; None: 60.

    Raises:
        SetupError: The spec is unknown, or what it needs is not installed.
    """
    if spec == "hashing":
        return HashingEmbedder()
    return RecentEmbedder(_load(spec, cache_dir, timeout_s))


def _load(spec: str, cache_dir: Path, timeout_s: float | None) -> Embedder:
    kind, _, name = spec.partition(":")
    if spec == "minilm":
        from practicum.models.embedding_onnx import load_minilm

        return load_minilm(cache_dir)
    if kind == "openai" and name:
        from practicum.models.embedding_remote import OpenAIEmbedder

        return OpenAIEmbedder(name, timeout_s=timeout_s)
    if kind == "st" and name:
        from practicum.models.embedding_torch import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder(name)
    raise SetupError(f"there is no embedder {spec!r}", f"use {KNOWN}")


class HashingEmbedder:
    """Hashed n-grams of characters: no model, no meaning, only spelling.

    It finds repetitions and near repetitions, which is what memory can't do
    without; it does not find paraphrases. For homes without a model, and tests.
    """

    DIMENSIONS = 256
    GRAMS = (3, 4)

    name: str = "hashing-256"

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> list[float]:
        import numpy as np

        padded = f"  {' '.join(text.lower().split())}  ".encode("utf-8", "replace")
        hashes = np.array(
            [
                zlib.crc32(padded[start : start + size])
                for size in self.GRAMS
                for start in range(len(padded) - size + 1)
            ],
            dtype=np.uint32,
        )
        # The highest bit is the sign: grams that share a cell cancel out instead of adding up.
        signs = np.where(hashes >> 31, 1.0, -1.0)
        vector = np.bincount(hashes % self.DIMENSIONS, weights=signs, minlength=self.DIMENSIONS)
        length = float(np.linalg.norm(vector))
        if length == 0:
            vector[0] = length = 1.0
        unit: list[float] = (vector / length).astype(np.float32).tolist()
        return unit
