"""What is sent, in OpenAI's form: completions, chunks of a stream, the list of models."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from practicum.records import Usage
from practicum.service.requests import SERVED

DONE = "data: [DONE]\n\n"


@dataclass(frozen=True)
class Envelope:
    """What all parts of one reply share."""

    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def completion(self, text: str, usage: Usage) -> dict[str, Any]:
        """Return a whole reply; the agent always finishes by itself, hence ``stop``."""
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {**self._head("chat.completion"), "choices": [choice], "usage": usage_body(usage)}

    def chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        """Return a part of a stream."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return {**self._head("chat.completion.chunk"), "choices": [choice]}

    def usage_chunk(self, usage: Usage) -> dict[str, Any]:
        """Return the last part of a stream that was asked to tell what it used."""
        return {**self._head("chat.completion.chunk"), "choices": [], "usage": usage_body(usage)}

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": SERVED}


def usage_body(usage: Usage) -> dict[str, Any]:
    """Return tokens of all the model's calls for one reply, as far as its server counts them."""
    read, written = usage.prompt_tokens, usage.completion_tokens
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def models_body(since: int) -> dict[str, Any]:
    """Return the list of models: the agent is the only one."""
    return {"object": "list", "data": [model_body(since)]}


def model_body(since: int) -> dict[str, Any]:
    """Return what is told of the agent; ``since`` is when it was started, in seconds of the epoch."""
    return {"id": SERVED, "object": "model", "created": since, "owned_by": "practicum"}


def event(body: dict[str, Any]) -> str:
    """Return one server-sent event."""
    return f"data: {json.dumps(body)}\n\n"
