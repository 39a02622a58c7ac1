"""An OpenAI-compatible chat service on this machine that answers as a test tells it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from http_service import Reply, Sent
from langchain_openai import ChatOpenAI
from pydantic import SecretStr


def said(content: str, read: int | None = 20, written: int = 5) -> Reply:
    """A reply, with the tokens that the provider counted; ``read`` None for one that counts none."""
    usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": (read or 0) + written}
    body = {
        "id": "chat-1",
        "object": "chat.completion",
        "created": 1,
        "model": "served",
        "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
        ],
        **({} if read is None else {"usage": usage}),
    }
    return Reply(body=json.dumps(body).encode())


def refused(status: int, **headers: str) -> Reply:
    """An error, with headers such as ``retry_after``."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    body = json.dumps({"error": {"message": f"refused with {status}", "type": "error"}}).encode()
    return Reply(status, body, {"content-type": "application/json", **named})


def in_turn(*replies: Reply) -> Callable[[Sent], Reply]:
    """Each reply once, in this order."""
    left: Iterator[Reply] = iter(replies)
    return lambda _: next(left)


def served(url: str, **options: Any) -> ChatOpenAI:
    """The model behind the service, as ``openai:served@URL`` makes it."""
    settings: dict[str, Any] = {"model": "served", "api_key": SecretStr("none"), "max_retries": 0, **options}
    return ChatOpenAI(base_url=f"{url}/v1", use_responses_api=False, **settings)
