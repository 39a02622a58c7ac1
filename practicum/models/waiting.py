"""How long to wait before a provider is asked again: as long as it says, else longer each time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenacity import RetryCallState

LONGEST_TOLD_S = 120.0
"""A provider that wants to be left alone for longer is not asked again: limits by the minute end sooner."""
_ADDRESSES = ("openai_api_base", "base_url", "endpoint")
_SPENT = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
"""Codes of OpenAI's API, which it sends with the status of a limit that passes."""
_HEARD = "practicum_heard"
_JITTER = 0.25
"""At most this share is added to what a provider asks for, so that not all come back at once."""


def never_again(error: BaseException) -> None:
    """Let an error end its call: what the model said before it was heard already, and would be said twice."""
    vars(error)[_HEARD] = True


def may_pass(error: BaseException) -> bool:
    """Whether to ask again: the error may pass, and not only after longer than anyone would wait."""
    if is_spent(error) or not getattr(error, "is_retryable", False) or getattr(error, _HEARD, False):
        return False
    return (told_wait(error) or 0.0) <= LONGEST_TOLD_S


def is_spent(error: BaseException) -> bool:
    """Whether the provider says that what was paid for is used up: no waiting helps."""
    return any(getattr(each, "code", None) in _SPENT for each in causes_of(error))


class Waiting:
    """The wait between attempts, in seconds; also for tenacity, which calls it."""

    def __init__(self, longest_s: float, *, draw: random.Random | None = None) -> None:
        """Take the longest wait where the provider says nothing, and what draws the jitter."""
        self._longest_s = longest_s
        self._draw = draw or random.Random()

    def __call__(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        return self.after(error, state.attempt_number)

    def after(self, error: BaseException | None, attempt: int) -> float:
        """Return what to wait after an attempt, of which the first has number 1, that ended in this error."""
        told = told_wait(error) if error is not None else None
        if told is not None:
            return told * (1 + self._draw.uniform(0, _JITTER))
        return self._draw.uniform(0, min(self._longest_s, 0.5 * 2**attempt))


class Hold:
    """Until when a provider wants to be left alone: it says so to one call, and means all of them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with a provider that said nothing."""
        self._clock = clock
        self.until = 0.0
        """On the clock; it only ever moves on."""

    @property
    def left(self) -> float:
        """Seconds to wait."""
        return max(0.0, self.until - self._clock())

    def tell(self, seconds: float) -> float:
        """Hold all calls for so long from now on; return until when."""
        self.until = max(self.until, self._clock() + seconds)
        return self.until


def with_jitter(seconds: float) -> float:
    """Return a little more, another each time, so that not all come back at once."""
    return seconds * (1 + random.uniform(0, _JITTER))


@lru_cache(maxsize=256)
def hold_of(provider: str) -> Hold:
    """Return the one hold of all that ask this provider in this process."""
    del provider
    return Hold()


def provider_of(model: Any) -> str:
    """Return what tells the provider of a chat model from others: its kind, and its address if it has one."""
    address = next((str(found) for name in _ADDRESSES if (found := getattr(model, name, None))), "")
    return f"{type(model).__name__} {address}"


def told_wait(error: BaseException) -> float | None:
    """Return the seconds that a provider's error asks to wait (`Retry-After`); None where it does not."""
    for each in causes_of(error):
        headers = getattr(getattr(each, "response", None), "headers", None)
        found = _told(headers) if isinstance(headers, Mapping) else None
        if found is not None:
            return found
    return None


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was raised from."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__


def _told(headers: Mapping[str, Any]) -> float | None:
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    seconds = _number(text)
    if seconds is not None or text is None:
        return seconds
    try:
        at = parsedate_to_datetime(str(text))
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def _number(text: Any) -> float | None:
    try:
        found = float(text)
    except (TypeError, ValueError):
        return None
    return found if 0 <= found < float("inf") else None
