"""Credentials added to requests below httpx's client, whose log and errors then never hold them."""

from __future__ import annotations

import ssl
from functools import cache
from urllib.parse import quote, urlencode
from urllib.request import getproxies, proxy_bypass

import httpx

from practicum.tools.web.parts import Credentials


class Signing(httpx.AsyncBaseTransport):
    """Adds credentials to what is sent to one origin, as it leaves."""

    def __init__(self, url: httpx.URL, credentials: Credentials) -> None:
        self._inner = httpx.AsyncHTTPTransport(verify=trusted(), proxy=_proxy(url))
        self._origin = origin(url)
        self._credentials = credentials

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if origin(request.url) == self._origin:
            request = _signed(request, self._credentials)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return what two URLs must share for one's credentials to be the other's."""
    return url.scheme, url.host, url.port


@cache
def trusted() -> ssl.SSLContext:
    """Return the certificates that are trusted; reading them takes longer than a call on this machine."""
    return httpx.create_ssl_context()


def _signed(request: httpx.Request, credentials: Credentials) -> httpx.Request:
    headers = request.headers.copy()
    for name, value in credentials.headers:
        headers[name] = value
    cookies = [headers["cookie"]] if "cookie" in headers else []
    cookies += [f"{name}={quote(value, safe='')}" for name, value in credentials.cookies]
    if cookies:
        headers["cookie"] = "; ".join(cookies)
    url = request.url
    if credentials.query:
        added = urlencode(credentials.query).encode()
        url = url.copy_with(query=url.query + b"&" + added if url.query else added)
    return httpx.Request(
        request.method, url, headers=headers, stream=request.stream, extensions=request.extensions
    )


def _proxy(url: httpx.URL) -> str | None:
    """The proxy that the environment names for this host."""
    return None if proxy_bypass(url.host) else getproxies().get(url.scheme)
