"""Chat completions asked for by one plain HTTP request each, where nothing special is wanted.

OpenAI's client takes ten times the work of the request itself: it checks what is sent and what came against
their types, and httpx goes through many layers for each. Here a request is sent by aiohttp with the headers
that the client would send, and a reply that is a JSON object is returned as it came. Whatever else comes of
it is `told` to LangChain's model through OpenAI's client, which raises what it would have raised.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Mapping
from functools import cache
from io import BytesIO
from ssl import SSLContext
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

import openai
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from practicum.models.connections import has_own_choices
from practicum.models.each_loop import OfEachLoop

if TYPE_CHECKING:
    import aiohttp

_OF_THE_CLIENT = frozenset({"extra_headers", "extra_query", "timeout"})
"""What only the client understands."""
_IDLE_S = 4.0
"""A connection is used again within this time: servers close theirs after 5 s, uvicorn's among them."""
_GATEWAY = "x-langsmith-gateway-metadata"
"""The header of an answer in which LangSmith's gateway says which model it was; traces show it."""
_PASSED_ON = frozenset(
    {"content-type", "retry-after", "retry-after-ms", "x-request-id", "x-should-retry", _GATEWAY}
)
"""Headers of an answer that the client, or LangChain's model, reads."""
_LARGE = 2**20
"""Bytes from which on aiohttp warns of a body that it is not to send in parts."""
_LINE = 100_000
"""Bytes of a header of an answer at most: as long as those that the client reads."""


class NoCompletion(Exception):  # noqa: N818 - no error yet: what it comes to is for the client to say
    """What came is no completion: another answer, or none."""

    def __init__(self, answer: _Answer | None = None, fault: Exception | None = None) -> None:
        """Take the answer that came, or why none did."""
        super().__init__()
        self.answer = answer
        self.fault = fault


class _Answer:
    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def completion(self) -> dict[str, Any] | None:
        """Return the completion that it holds; None where it is, or may be, something else."""
        if self.status != 200 or "json" not in self.headers.get("content-type", ""):
            return None
        if _GATEWAY in self.headers:
            return None
        try:
            found = json.loads(self.body)
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
        and not _through_a_proxy()
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
    answer = await _sent(client, body)
    found = answer.completion()
    if found is None:
        raise NoCompletion(answer)
    return found


def told(client: openai.AsyncOpenAI, outcome: NoCompletion) -> openai.AsyncOpenAI:
    """Return the client as it is when what came, or did not, is what comes of its next request."""
    return client.with_options(http_client=_Told(outcome))


async def _sent(client: openai.AsyncOpenAI, body: bytes) -> _Answer:
    import aiohttp
    from yarl import URL

    base = client.base_url  # the text of one without a path ends with its host
    url = URL(str(base.copy_with(raw_path=base.raw_path + b"chat/completions")), encoded=True)
    session = await _session().here()
    for _ in range(2):  # the loop hears what servers closed, and notes it: aiohttp does not look by itself
        await asyncio.sleep(0)
    try:
        async with asyncio.timeout(_taken_at_most(client.timeout)):  # aiohttp has no bound of sending
            asked = await session.post(
                url,
                data=body if len(body) < _LARGE else BytesIO(body),
                headers=_headers(client),
                timeout=_patience(client.timeout),
                ssl=_trusted() if url.scheme == "https" else True,
            )
        async with asked as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return _Answer(response.status, headers, await response.read())
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise NoCompletion(fault=error) from error


def _headers(client: openai.AsyncOpenAI) -> dict[str, str]:
    merged: dict[str, tuple[str, Any]] = {}
    for each in (client.auth_headers, client.default_headers):
        merged.update({name.lower(): (name, value) for name, value in each.items()})
    return {name: value for name, value in merged.values() if isinstance(value, str)}


def _patience(timeout: Any) -> aiohttp.ClientTimeout:
    """Return the client's bounds, in seconds: of connecting, and of silence."""
    import aiohttp

    if timeout is None or isinstance(timeout, int | float):
        return aiohttp.ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout)
    return aiohttp.ClientTimeout(total=None, sock_connect=timeout.connect, sock_read=timeout.read)


def _taken_at_most(timeout: Any) -> float | None:
    """Return within how many seconds an answer begins: connecting, sending and silence together."""
    if timeout is None or isinstance(timeout, int | float):
        return timeout and 3 * timeout
    parts = (timeout.connect, timeout.write, timeout.read)
    return None if None in parts else sum(parts)


@cache
def _through_a_proxy() -> bool:
    """Whether the environment names a proxy; the client, too, reads that once."""
    return bool(getproxies().keys() & {"http", "https", "all"})


@cache
def _session() -> OfEachLoop[aiohttp.ClientSession]:
    """The one of this process: models of one server share its connections."""
    import aiohttp

    def make() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_S)
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=_LINE,
            max_field_size=_LINE,
        )

    def close(session: aiohttp.ClientSession) -> Awaitable[None]:
        return session.close()

    return OfEachLoop(make, close, drop=close)  # of one that is only let go aiohttp tells as of an error


@cache
def _trusted() -> SSLContext:
    """Return the certificates that the client trusts; reading them takes tens of milliseconds."""
    made: SSLContext = _http().create_ssl_context()
    return made


def _http() -> Any:
    """Return the HTTP library of OpenAI's client: httpx, or its successor."""
    base = next(kind for kind in openai.DefaultAsyncHttpxClient.__mro__ if kind.__name__ == "AsyncClient")
    return sys.modules[base.__module__.partition(".")[0]]


class _Told(openai.DefaultAsyncHttpxClient):
    """Sends nothing: what comes of a request came already."""

    def __init__(self, outcome: NoCompletion) -> None:
        super().__init__(verify=_trusted())  # else it reads certificates, for nothing
        self._outcome = outcome

    async def send(self, request: Any, **options: Any) -> Any:
        del options
        answer, http = self._outcome.answer, _http()
        if answer is None:
            raise _as_theirs(http, self._outcome.fault, request)
        headers = {name: value for name, value in answer.headers.items() if name in _PASSED_ON}
        return http.Response(answer.status, headers=headers, content=answer.body, request=request)


def _as_theirs(http: Any, fault: Exception | None, request: Any) -> Exception:
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
