"""Any model of sentence-transformers, from a folder or from the hub; imports torch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import SetupError, first_line, install

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 32


class SentenceTransformersEmbedder:
    """Vectors of a sentence-transformers model; loaded at the first sentence."""

    def __init__(self, source: str) -> None:
        """Remember the source.

        Args:
            source: A folder, or the model's name on the hub.
        """
        self.name: str = f"st:{source}"
        # It is loaded later, and a tool may leave the working directory.
        self._source = str(Path(source).absolute()) if Path(source).is_dir() else source
        self._mutex = threading.Lock()
        self._model: SentenceTransformer | None = None

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if not texts:
            return []
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        # One call at a time: side by side they would only share the same cores.
        with self._mutex:
            found = self._load().encode(
                clean, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        vectors: list[list[float]] = found.tolist()
        return vectors

    def _load(self) -> SentenceTransformer:
        if self._model is None:
            try:
                from sentence_transformers import SentenceTransformer
            except ImportError as error:
                raise SetupError(
                    f"the embedder {self.name} needs sentence-transformers", install("local")
                ) from error
            try:
                self._model = SentenceTransformer(self._source)
            except (OSError, ValueError) as error:
                raise SetupError(
                    f"the embedder {self.name} can't be loaded: {first_line(error)}",
                    "check the folder or the name; a model of the hub needs a network the first time",
                ) from error
        return self._model
