"""HTTP for tools: bounded in time and size, no redirect to another host, secrets on the wire only."""

from practicum.tools.web.parts import NO_CREDENTIALS, Credentials, ExchangeError, HttpResponse, UnreachedError
from practicum.tools.web.sending import exchange, fetch, make_request

__all__ = [
    "NO_CREDENTIALS",
    "Credentials",
    "ExchangeError",
    "HttpResponse",
    "UnreachedError",
    "exchange",
    "fetch",
    "make_request",
]
