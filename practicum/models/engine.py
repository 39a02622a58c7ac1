"""The port between `LocalChatModel` and whatever decodes tokens on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Protocol

from langchain_core.messages import BaseMessage

from practicum.errors import ProviderError
from practicum.records import JsonObject


class EngineDied(ProviderError):  # noqa: N818 - reads as the event it is
    """The engine stopped while it decoded; the next request starts a fresh one."""

    is_retryable = True
    """Read by whoever retries model calls, as on langchain-core's errors."""


@dataclass(frozen=True)
class Constraint:
    """What the reply must look like: a grammar in xgrammar's EBNF, starting at ``root``."""

    grammar: str
    prefix: str = ""
    """What the reply begins with in any case, before what the grammar describes: it belongs at the
    end of the prompt, where it costs no decoding."""


@dataclass(frozen=True)
class Request:
    """One prompt and how to decode its reply."""

    prompt: str
    """Rendered in full: the engine adds no template."""
    constraint: Constraint | None = None
    max_tokens: int = 128
    temperature: float = 0.0
    """0 is greedy."""
    stop: tuple[str, ...] = ()
    """Strings that end the reply; they are not part of it."""
    seed: int | None = None
    repetition_penalty: float = 1.0
    """1 is none; keep it 1 under a constraint, where repeating the prompt's words is the task."""


@dataclass(frozen=True)
class Completion:
    """What was decoded, without special tokens and without the stop string."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str = "stop"
    """``stop``, or ``length`` when ``max_tokens`` cut the reply off."""

    def __add__(self, later: Completion) -> Completion:
        """Return the later reply, at the cost of both."""
        return replace(
            later,
            prompt_tokens=self.prompt_tokens + later.prompt_tokens,
            completion_tokens=self.completion_tokens + later.completion_tokens,
        )


class DecodingEngine(Protocol):
    """Decodes requests; many may be in flight at once and join one another's batches."""

    @property
    def name(self) -> str:
        """Name of the model, for metadata."""
        ...

    @property
    def call_tags(self) -> tuple[str, str]:
        """What the model's template writes before and after a call; empty strings for bare JSON."""
        ...

    def render(self, messages: Sequence[BaseMessage], tools: Sequence[JsonObject]) -> str:
        """Return the prompt that asks for the reply to ``messages``; tools in OpenAI's format."""
        ...

    def submit(self, request: Request) -> Future[Completion]:
        """Queue a request; the future belongs to no event loop and may be awaited from any.

        The future raises ``SetupError`` when the engine can't be started, ``ProviderError`` when a
        request can't be served.
        """
        ...

    def close(self) -> None:
        """Free what the engine holds; a later request starts it anew."""
        ...
