"""One HTTP request as OpenAI's client would send it: to its server, with its headers, waited for as long.

aiohttp sends it, with a tenth of the work of the client, which goes through many layers for each.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from ssl import SSLContext
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

import openai

from practicum.models.each_loop import OfEachLoop

if TYPE_CHECKING:
    import aiohttp

_IDLE_S = 4.0
"""A connection is used again within this time: servers close theirs after 5 s, uvicorn's among them."""
_LARGE = 2**20
"""Bytes from which on aiohttp warns of a body that it is not to send in parts."""
_LINE = 100_000
"""Bytes of a header of an answer at most: as long as those that the client reads."""


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    """By name, in small letters."""
    body: bytes


class NoAnswer(Exception):  # noqa: N818 - no error yet: what it comes to is for the client to say
    """No answer came."""

    def __init__(self, fault: Exception) -> None:
        """Take why."""
        super().__init__()
        self.fault = fault


async def post(client: openai.AsyncOpenAI, path: bytes, body: bytes) -> Answer:
    """Return what the server of a client answers.

    Args:
        client: Says where the server is, with which headers, and how long it is waited for.
        path: Where on it, after the path of its address.
        body: What is sent.

    Raises:
        NoAnswer: none came.
    """
    import aiohttp
    from yarl import URL

    base = client.base_url  # the text of one without a path ends with its host
    url = URL(str(base.copy_with(raw_path=base.raw_path + path)), encoded=True)
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
                ssl=trusted() if url.scheme == "https" else True,
            )
        async with asked as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, headers, await response.read())
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise NoAnswer(error) from error


@cache
def through_a_proxy() -> bool:
    """Whether the environment names a proxy; the client, too, reads that once."""
    return bool(getproxies().keys() & {"http", "https", "all"})


@cache
def trusted() -> SSLContext:
    """Return the certificates that the client trusts; reading them takes tens of milliseconds."""
    made: SSLContext = library().create_ssl_context()
    return made


def library() -> Any:
    """Return the HTTP library of OpenAI's client: httpx, or its successor."""
    base = next(kind for kind in openai.DefaultAsyncHttpxClient.__mro__ if kind.__name__ == "AsyncClient")
    return sys.modules[base.__module__.partition(".")[0]]


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
