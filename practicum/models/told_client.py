"""OpenAI's client told what came of a request that it did not send: it makes the same of it."""

from __future__ import annotations

from typing import Any

import openai

from practicum.models.plain_http import Answer, NoAnswer, library, trusted

GATEWAY = "x-langsmith-gateway-metadata"
"""The header of an answer in which LangSmith's gateway says which model it was; traces show it."""
_PASSED_ON = frozenset(
    {"content-type", "retry-after", "retry-after-ms", "x-request-id", "x-should-retry", GATEWAY}
)
"""Headers of an answer that the client, or LangChain's model, reads."""


def told(client: openai.AsyncOpenAI, outcome: Answer | NoAnswer) -> openai.AsyncOpenAI:
    """Return the client as it is when this is what comes of its next request."""
    return client.with_options(http_client=_Told(outcome))


class _Told(openai.DefaultAsyncHttpxClient):
    """Sends nothing: what comes of a request came already."""

    def __init__(self, outcome: Answer | NoAnswer) -> None:
        super().__init__(verify=trusted())  # else it reads certificates, for nothing
        self._outcome = outcome

    async def send(self, request: Any, **options: Any) -> Any:
        del options
        outcome, http = self._outcome, library()
        if isinstance(outcome, NoAnswer):
            raise _as_theirs(http, outcome.fault, request)
        headers = {name: value for name, value in outcome.headers.items() if name in _PASSED_ON}
        return http.Response(outcome.status, headers=headers, content=outcome.body, request=request)


def _as_theirs(http: Any, fault: Exception, request: Any) -> Exception:
    """Return a fault of aiohttp's as the client's library would have raised it."""
    import aiohttp

    kinds: tuple[tuple[tuple[type[Exception], ...], Any], ...] = (
        ((aiohttp.ConnectionTimeoutError,), http.ConnectTimeout),
        ((TimeoutError,), http.ReadTimeout),
        ((aiohttp.ClientConnectorError, aiohttp.InvalidURL, UnicodeError), http.ConnectError),
        ((ValueError,), http.LocalProtocolError),
    )
    kind = next((theirs for ours, theirs in kinds if isinstance(fault, ours)), http.RemoteProtocolError)
    made: Exception = kind(str(fault) or type(fault).__name__, request=request)
    return made
