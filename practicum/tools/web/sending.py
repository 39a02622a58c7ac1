"""One request and its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx

from practicum.tools.web.parts import (
    NO_CREDENTIALS,
    Credentials,
    ExchangeError,
    HttpResponse,
    UnansweredError,
)
from practicum.tools.web.signing import Signing, origin, trusted

MAX_BYTES = 1_000_000
"""What is read of an answer's body."""
TIMEOUT_S = 15.0
"""Of a whole exchange, redirects included."""
MAX_REDIRECTS = 3
_HEADERS = {"user-agent": "practicum", "accept": "application/json, */*;q=0.5"}


def make_request(
    method: str, url: str, headers: Mapping[str, str] | None = None, content: bytes | None = None
) -> httpx.Request:
    """Return a request with the usual headers.

    Raises:
        ExchangeError: URL and headers can't be such.
    """
    try:
        return httpx.Request(method, url, headers={**_HEADERS, **(headers or {})}, content=content)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise ExchangeError("the arguments give no proper URL and headers") from None


async def exchange(request: httpx.Request, credentials: Credentials = NO_CREDENTIALS) -> HttpResponse:
    """Send a request and read the answer, whatever its status; redirects on the same host are followed.

    Raises:
        UnansweredError: nobody connects, or the connection breaks before the whole answer came.
        ExchangeError: the request is none, or a redirect leads to another host. Texts name the host only.
    """
    sent = _Sent()
    request.extensions = {**request.extensions, "trace": sent.note}
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            httpx.AsyncClient(transport=Signing(request.url, credentials), timeout=TIMEOUT_S) as client,
        ):
            return await _followed(client, request)
    except httpx.ConnectTimeout as error:
        raise UnansweredError(_unreachable(request.url, error), may_be_done=sent.any) from None
    except (TimeoutError, httpx.TimeoutException):
        late = f"{_host(request.url)} did not answer within {TIMEOUT_S:g} s"
        raise UnansweredError(late, may_be_done=sent.any) from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
        raise ExchangeError(_unreachable(request.url, error)) from None
    except httpx.HTTPError as error:
        raise UnansweredError(_unreachable(request.url, error), may_be_done=sent.any) from None


class _Sent:
    """Notes whether anything of a request left, as httpx tells of its progress."""

    def __init__(self) -> None:
        self.any = False

    async def note(self, event: str, about: dict[str, Any]) -> None:
        # What a proxy is asked for to begin with is no part of it.
        if event.endswith("send_request_headers.started") and about["request"].method != b"CONNECT":
            self.any = True


async def _followed(client: httpx.AsyncClient, request: httpx.Request) -> HttpResponse:
    asked = request
    for _ in range(MAX_REDIRECTS + 1):
        response = await client.send(asked, stream=True)
        try:
            if response.next_request is None:
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_BYTES:
                        break
                return _answer(response, body, MAX_BYTES)
            asked = _on_same_host(asked.url, response.next_request, response.status_code)
        finally:
            await response.aclose()
    raise ExchangeError(f"the server redirects more than {MAX_REDIRECTS} times")


def fetch(url: str, *, most: int) -> HttpResponse:
    """Get what lies at a URL, at most so many bytes of it; for what is read before anything runs.

    Raises:
        ExchangeError: no answer, or a redirect to another host.
    """
    ends = time.monotonic() + TIMEOUT_S
    asked = make_request("GET", url)
    login = httpx.BasicAuth(asked.url.username, asked.url.password) if asked.url.userinfo else None
    asked = make_request("GET", str(asked.url.copy_with(userinfo=b"")))  # its log shows whole URLs
    try:
        with httpx.Client(timeout=TIMEOUT_S, verify=trusted(), auth=login) as client:
            for _ in range(MAX_REDIRECTS + 1):
                response = client.send(asked, stream=True)
                try:
                    if response.next_request is None:
                        return _answer(response, _read(response, most, ends), most)
                    asked = _on_same_host(asked.url, response.next_request, response.status_code)
                finally:
                    response.close()
    except httpx.TimeoutException:
        raise ExchangeError(f"{_host(asked.url)} did not answer within {TIMEOUT_S:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ExchangeError(_unreachable(asked.url, error)) from None
    raise ExchangeError(f"the server redirects more than {MAX_REDIRECTS} times")


def _read(response: httpx.Response, most: int, ends: float) -> bytearray:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > most:
            break
        if time.monotonic() > ends:
            raise ExchangeError(f"its answer does not end within {TIMEOUT_S:g} s")
    return body


def _answer(response: httpx.Response, body: bytearray, most: int) -> HttpResponse:
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = response.charset_encoding or "utf-8"
    return HttpResponse(response.status_code, media_type, encoding, bytes(body[:most]), len(body) > most)


def _on_same_host(url: httpx.URL, target: httpx.Request, status: int) -> httpx.Request:
    if origin(target.url) != origin(url):
        where = f"{target.url.scheme}://{_host(target.url)}"
        raise ExchangeError(f"status {status}: it redirects to {where}, which is not followed")
    return target


def _host(url: httpx.URL) -> str:
    """Host and port, without the user and password that a URL may hold."""
    return url.netloc.decode("ascii", "replace").rpartition("@")[2]


def _unreachable(url: httpx.URL, error: Exception) -> str:
    if isinstance(error, httpx.TransportError) and not isinstance(error, httpx.ProtocolError):
        return f"{_host(url)} can't be reached ({type(error).__name__})"
    return f"the answer of {_host(url)} can't be read ({type(error).__name__})"
