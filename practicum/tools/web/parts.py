"""What an exchange is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from practicum.errors import ProviderError
from practicum.hostile import MARK

TURNED_AWAY = frozenset({407, 408, 421, 425, 429, 511})
"""Statuses of requests that were not looked at: a proxy or a network wants a login, the request came too
slowly, too early, too often, or to the wrong server (RFC 9110, 6585, 8470)."""
NOBODY_BEHIND = frozenset({502, 503, 504, *range(520, 528), 530})
"""Statuses that tell of a service that is away, Cloudflare's among them. Gateways say so, too, where the
service behind them was cut off in the middle of a request, which it may have done."""
_SHORTEST_SECRET = 4
"""Shorter values can't be told from ordinary text."""


class ExchangeError(ValueError):
    """The exchange failed, or its answer says so; the text is fit for a model and holds no secret."""


class UnansweredError(ExchangeError, ProviderError):
    """The exchange says nothing of what was asked for: a key is not there, or the server is not."""

    def __init__(self, text: str, *, may_be_done: bool = False) -> None:
        """Take what is said, and whether the server may have done what it was asked for."""
        super().__init__(text)
        self.may_be_done = may_be_done


def failure_of(status: int, text: str) -> ExchangeError:
    """Return what an answer that is no success means, in these words.

    A 500 is taken for an answer to what was asked, as what an MCP server or a Python tool raises is: it is
    the program behind the operation that fails, and many fail so at an argument that they don't expect.
    """
    if status in TURNED_AWAY or status in NOBODY_BEHIND:
        return UnansweredError(text, may_be_done=status in NOBODY_BEHIND)
    return ExchangeError(text)


@dataclass(frozen=True)
class Credentials:
    """What proves who calls: names and values of headers, of the query and of cookies."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """The values that may appear nowhere else."""

    def blank(self, text: str) -> str:
        """Return ``text`` without the secrets, however they are escaped in it."""
        forms = {form for each in self.secrets for form in (each, quote(each, safe=""), quote_plus(each))}
        for form in sorted(forms, key=len, reverse=True):
            if len(form) >= _SHORTEST_SECRET:
                text = text.replace(form, MARK)
        return text


NO_CREDENTIALS = Credentials()


@dataclass(frozen=True)
class HttpResponse:
    """What a server answered."""

    status: int
    media_type: str
    """Such as ``application/json``, without parameters, lower case; empty if not said."""
    encoding: str
    body: bytes = field(repr=False)
    is_cut: bool = False
    """Whether the body went on; the rest was not read."""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text; what is no text in its encoding is replaced."""
        try:
            return self.body.decode(self.encoding, "replace")
        except LookupError:  # an encoding that nobody knows
            return self.body.decode("utf-8", "replace")
