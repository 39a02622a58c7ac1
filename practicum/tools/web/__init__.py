"""HTTP for tools: bounded in time and size, no redirect to another host, secrets on the wire only."""

from practicum.tools.web.parts import (
    NO_CREDENTIALS,
    Credentials,
    ExchangeError,
    HttpResponse,
    UnansweredError,
    failure_of,
)
from practicum.tools.web.sending import exchange, fetch, make_request

__all__ = [
    "NO_CREDENTIALS",
    "Credentials",
    "ExchangeError",
    "HttpResponse",
    "UnansweredError",
    "exchange",
    "failure_of",
    "fetch",
    "make_request",
]
