"""What an exchange is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from practicum.errors import ProviderError
from practicum.hostile import MARK

_SHORTEST_SECRET = 4
"""Shorter values can't be told from ordinary text."""


class ExchangeError(ValueError):
    """The exchange failed, or its answer says so; the text is fit for a model and holds no secret."""


class UnreachedError(ExchangeError, ProviderError):
    """The exchange did not begin, whatever was asked for: nobody connects, or a key is not there."""


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
