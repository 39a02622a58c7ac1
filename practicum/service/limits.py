"""What a server takes on: who may ask, how much at once, how large, how long."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from practicum.service.refusals import RequestError

RETRY_AFTER_S = 1
"""When a client that was turned away may ask again."""
BODY_WITHIN_S = 30.0
"""A request that takes longer to arrive is not waited for."""


@dataclass(frozen=True)
class ServerLimits:
    """Bounds of a server and of each of its requests."""

    max_concurrent: int = 32
    max_request_bytes: int = 1_000_000
    max_seconds: float = 120.0
    """Of one answer."""
    key: str | None = field(default=None, repr=False)
    """What clients have to show; None: nothing."""

    def require_key(self, authorization: str | None) -> None:
        """Check the header.

        Raises:
            RequestError: it does not show the key.
        """
        if self.key is None:
            return
        scheme, _, shown = (authorization or "").partition(" ")
        right = hmac.compare_digest(shown.strip().encode(), self.key.encode())
        if scheme.lower() != "bearer" or not right:
            raise RequestError(
                401,
                "the key is missing or wrong: send Authorization: Bearer KEY",
                code="invalid_api_key",
                headers={"WWW-Authenticate": "Bearer"},
            )

    async def body(self, parts: AsyncIterator[bytes]) -> bytes:
        """Return the body of a request, of which no more is read than it may have.

        Raises:
            RequestError: it is too large, or does not arrive.
        """
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                async for part in parts:
                    body += part
                    if len(body) > self.max_request_bytes:
                        raise self._too_large()
        except TimeoutError:
            raise RequestError(408, "the request did not arrive in time", code="timeout") from None
        return bytes(body)

    def _too_large(self) -> RequestError:
        return RequestError(
            413,
            f"the request is larger than {self.max_request_bytes} bytes",
            code="request_too_large",
            headers={"Connection": "close"},
        )


class Slots:
    """How many runs go on at once; who comes too many is turned away, and never queued."""

    def __init__(self, most: int) -> None:
        """Take how many may."""
        self._most = most
        self.taken = 0

    def take(self) -> None:
        """Take one, which is given back with `give_back`.

        Raises:
            RequestError: there is none.
        """
        if self.taken >= self._most:
            raise RequestError(
                429,
                f"{self._most} requests are being answered, which is the limit: ask again later",
                code="rate_limit_exceeded",
                kind="rate_limit_error",
                headers={"Retry-After": str(RETRY_AFTER_S)},
            )
        self.taken += 1

    def give_back(self) -> None:
        """Give one back."""
        self.taken -= 1
