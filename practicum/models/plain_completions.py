"""Chat completions asked for by one plain HTTP request each, where nothing special is wanted.

OpenAI's client takes ten times the work of the request itself: it checks what is sent and what came against
their types, besides what httpx does. Here a reply that is a JSON object is returned as it came. Whatever else
comes of a request is told to LangChain's model through OpenAI's client (`told_client`), which raises what it
would have raised.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import openai
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from practicum.models.connections import has_own_choices
from practicum.models.plain_http import Answer, NoAnswer, post, through_a_proxy
from practicum.models.told_client import GATEWAY

_OF_THE_CLIENT = frozenset({"extra_headers", "extra_query", "timeout"})
"""What only the client understands."""


class NoCompletion(Exception):  # noqa: N818 - no error yet: what it comes to is for the client to say
    """What came is no completion: another answer, or none."""

    def __init__(self, outcome: Answer | NoAnswer) -> None:
        """Take what came."""
        super().__init__()
        self.outcome = outcome


def is_plain(model: ChatOpenAI, payload: Mapping[str, Any]) -> bool:
    """Whether a request can be sent so: retries, keys that change and proxies are the client's."""
    client = model.root_async_client
    return (
        not has_own_choices(model)
        and isinstance(model.openai_api_key, SecretStr)
        and client.max_retries == 0
        and not (client.default_query or client.base_url.query or client.base_url.userinfo)
        and model.async_client is client.chat.completions
        and not model.include_response_headers
        and not isinstance(client.timeout, tuple)
        and not _OF_THE_CLIENT & payload.keys()
        and not through_a_proxy()
    )


def written(body: Mapping[str, Any]) -> bytes | None:
    """Return a request as it is sent; None where JSON can't hold all of it: the client writes more."""
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError):
        return None


async def complete(client: openai.AsyncOpenAI, body: bytes) -> dict[str, Any]:
    """Return the completion, as JSON, that the server of a client replies with.

    Args:
        client: Says where the server is, with which headers, and how long it is waited for.
        body: The request, as OpenAI's API has it, written.

    Raises:
        NoCompletion: something else came.
    """
    try:
        answer = await post(client, b"chat/completions", body)
    except NoAnswer as none:
        raise NoCompletion(none) from none
    found = _completion(answer)
    if found is None:
        raise NoCompletion(answer)
    return found


def _completion(answer: Answer) -> dict[str, Any] | None:
    """Return the completion that an answer holds; None where it is, or may be, something else."""
    if answer.status != 200 or "json" not in answer.headers.get("content-type", ""):
        return None
    if GATEWAY in answer.headers:
        return None
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("error"):
        return None
    if not _are_plain(found.get("choices")) or not _are_counts(found.get("usage")):
        return None
    return {"system_fingerprint": None, **found}  # LangChain writes an empty one where there is none


def _are_plain(choices: Any) -> bool:
    """Whether choices are there, and no refusal among them: LangChain finds those in objects only."""
    if not choices or not isinstance(choices, list):
        return False
    messages = [each.get("message") if isinstance(each, dict) else None for each in choices]
    return all(isinstance(each, dict) and not each.get("refusal") for each in messages)


def _are_counts(usage: Any) -> bool:
    """Whether tokens are counted in whole numbers, if at all: the client makes them of other forms."""
    if not isinstance(usage, dict):
        return usage is None
    counts = [value for name, value in usage.items() if name.endswith("_tokens")]
    details = [value for value in usage.values() if isinstance(value, dict)]
    return all(value is None or type(value) is int for value in counts) and all(map(_are_counts, details))
