"""Embeddings over HTTP: OpenAI, or any server that speaks its ``/v1/embeddings``."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Sequence
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any

from practicum.errors import PracticumError, ProviderError, SetupError, first_line
from practicum.models.waiting import Waiting, is_spent, told_wait

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

ANSWER_S = 60.0
"""Seconds that an answer is waited for where nobody says how many: what a thread waits for can't be ended."""
ATTEMPTS = 4
"""How often a request is made that fails for a while, as for models."""
LONGEST_WAIT_S = 20.0
"""Bound of the waits between them; a server that asks for a longer one is not asked again."""
_UNREADABLE = (JSONDecodeError, TypeError, AttributeError, LookupError, ValueError)


class OpenAIEmbedder:
    """Vectors of a server's model; blocks for a request, and asks again where a fault may pass."""

    def __init__(
        self, spec: str, *, timeout_s: float | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Check the spec; nothing is sent yet.

        Args:
            spec: ``NAME`` or ``NAME@http://host:port/v1``.
            timeout_s: Seconds to wait for an answer; None: `ANSWER_S`.
            sleep: Waits so many seconds.

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
        self._timeout_s = ANSWER_S if timeout_s is None else timeout_s
        self._sleep = sleep
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
            vectors = [_unit(vector) for vector in self._found(clean)]
        except openai.OpenAIError as error:
            raise self._translated(error) from error
        except _UNREADABLE as error:
            raise self._no_vectors(first_line(error)) from error
        if len(vectors) != len(texts):
            raise self._no_vectors(f"{len(vectors)} for {len(texts)} texts")
        self._reached = True
        return vectors

    def _found(self, texts: list[str]) -> list[list[float]]:
        """Ask, and ask again where the fault may pass."""
        from tenacity import Retrying, retry_if_exception, stop_after_attempt

        retrying = Retrying(
            retry=retry_if_exception(self._may_pass),
            stop=stop_after_attempt(ATTEMPTS),
            wait=Waiting(LONGEST_WAIT_S),
            sleep=self._sleep,
            reraise=True,
        )
        found: list[list[float]] = retrying(self._connected().embed_documents, texts)
        return found

    def _may_pass(self, error: BaseException) -> bool:
        import openai

        if isinstance(error, openai.APITimeoutError) or is_spent(error):
            return False
        if isinstance(error, openai.APIConnectionError):
            return self._reached
        passing = isinstance(error, openai.RateLimitError | openai.InternalServerError)
        return passing and (told_wait(error) or 0.0) <= LONGEST_WAIT_S

    def _translated(self, error: Exception) -> PracticumError:
        """Sort an error by who must act: a server that never answered is the user's to mend."""
        import openai

        if isinstance(error, openai.AuthenticationError | openai.NotFoundError):
            return SetupError(
                f"the embedder {self.name} was refused: {first_line(error)}",
                "check the key, the name and the address",
            )
        if isinstance(error, openai.APITimeoutError):
            return self._for_whom(
                f"gave no answer within {self._timeout_s:g} s",
                "look at what its server does; if it needs longer, set PRACTICUM_MODEL_TIMEOUT, in seconds",
            )
        if isinstance(error, openai.APIConnectionError):
            what = "can't be reached any more" if self._reached else "can't be reached"
            return self._for_whom(
                f"{what}: {first_line(error)}", "check the address, and that the server runs"
            )
        return ProviderError(f"the embedder {self.name} failed: {first_line(error)}")

    def _no_vectors(self, why: str) -> PracticumError:
        return self._for_whom(
            f"did not answer with vectors: {why}",
            "check that its address is one of OpenAI's API, such as http://host:port/v1, and look at its log",
        )

    def _for_whom(self, what: str, fix: str) -> PracticumError:
        said = f"the embedder {self.name} {what}"
        return ProviderError(said) if self._reached else SetupError(said, fix)

    def _connected(self) -> OpenAIEmbeddings:
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        with self._mutex:
            if self._client is None:
                self._client = OpenAIEmbeddings(
                    model=self._model,
                    openai_api_base=self._url or os.environ.get("OPENAI_BASE_URL"),
                    openai_api_key=SecretStr(self._key),
                    request_timeout=self._timeout_s,
                    max_retries=0,
                    # Counting tokens downloads a vocabulary and sends numbers that only OpenAI understands.
                    check_embedding_ctx_length=False,
                )
            return self._client


def _unit(vector: Any) -> list[float]:
    """Return a vector of length 1.

    Raises:
        ValueError: it is none.
        TypeError: it is none.
    """
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    if not vector or not math.isfinite(length):
        raise ValueError("one is empty, or holds what is no number")
    return [value / length for value in vector]
