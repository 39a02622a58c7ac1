"""Embeddings over HTTP: OpenAI, or any server that speaks its ``/v1/embeddings``."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from practicum.errors import ProviderError, SetupError

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings


class OpenAIEmbedder:
    """Vectors of a server's model; blocks for a request, and retries as the openai client does."""

    def __init__(self, spec: str) -> None:
        """Check the spec; nothing is sent yet.

        Args:
            spec: ``NAME`` or ``NAME@http://host:port/v1``.

        Raises:
            SetupError: The key for OpenAI itself is not set.
        """
        self._model, _, self._url = spec.partition("@")
        elsewhere = bool(self._url or os.environ.get("OPENAI_BASE_URL"))
        self._key = os.environ.get("OPENAI_API_KEY") or ("none" if elsewhere else "")
        if not self._key:
            raise SetupError(
                f"the embedder openai:{spec} needs a key",
                "set OPENAI_API_KEY, or name a server: openai:NAME@http://host:port/v1",
            )
        self.name: str = f"openai:{spec}"
        self._mutex = threading.Lock()
        self._client: OpenAIEmbeddings | None = None
        self._reached = False

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        import openai

        if not texts:
            return []
        # The service refuses empty input; a space is the nearest thing to it.
        clean = [text.encode("utf-8", "replace").decode() or " " for text in texts]
        try:
            found = self._connected().embed_documents(clean)
        except (openai.AuthenticationError, openai.NotFoundError) as error:
            raise SetupError(
                f"the embedder {self.name} was refused: {error}", "check the key, the name and the address"
            ) from error
        except openai.APIConnectionError as error:
            if not self._reached:
                raise SetupError(
                    f"the embedder {self.name} can't be reached: {error}",
                    "check the address, and that the server runs",
                ) from error
            raise ProviderError(f"the embedder {self.name} can't be reached any more: {error}") from error
        except openai.OpenAIError as error:
            raise ProviderError(f"the embedder {self.name} failed: {error}") from error
        self._reached = True
        return [_unit(vector) for vector in found]

    def _connected(self) -> OpenAIEmbeddings:
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        with self._mutex:
            if self._client is None:
                self._client = OpenAIEmbeddings(
                    model=self._model,
                    openai_api_base=self._url or os.environ.get("OPENAI_BASE_URL"),
                    openai_api_key=SecretStr(self._key),
                    # Counting tokens downloads a vocabulary and sends numbers that only OpenAI understands.
                    check_embedding_ctx_length=False,
                )
            return self._client


def _unit(vector: Sequence[float]) -> list[float]:
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]
