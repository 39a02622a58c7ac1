"""A provider that stopped answering: one call asks again now and then, and the others wait for its answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from langchain_core.exceptions import ModelError

from practicum.errors import ModelRefused, first_line
from practicum.hostile import redact
from practicum.models.provider_errors import was_not_connected
from practicum.models.waiting import LONGEST_TOLD_S, causes_of, is_spent, told_wait, with_jitter

T = TypeVar("T")
Ask = Callable[[], Awaitable[T]]
AWAY_AFTER = 8
"""What failed attempts weigh together, with no answer to anyone between them, when it is an outage: the four
of one call where they can't be about what it asked, those of two where a server may stumble over that."""
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 60.0
FORGOTTEN_AFTER_S = 600.0
"""Failures that are further apart are none of one outage."""
_OVERLOADED, _PERHAPS = frozenset({503, 529}), frozenset({429, 502, 504})
"""Statuses of a server that answers nobody, and of one that may not answer this alone: what was asked is too
large for a limit, or a gateway's server fell over it. A plain 500, and a connection that is cut off, are that
as often as not."""


class Outage:
    """Knows whether a provider answers at all, from what becomes of the calls of one caller."""

    def __init__(
        self,
        name: str,
        patience_s: float,
        pause: Callable[[float], Awaitable[None]],
        *,
        clock: Callable[[], float] = time.monotonic,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """Start with a provider that was never reached.

        Args:
            name: The model, in messages.
            patience_s: How long an outage is waited for, from the first attempt that failed; 0: not at all.
            pause: Waits so many seconds.
            clock: Seconds.
            tell: Takes a line for the user; None: the log of this package.
        """
        self._name = name
        self._patience_s = patience_s
        self._pause = pause
        self._clock = clock
        self._tell = tell or logging.getLogger("practicum").warning
        self._asks = asyncio.Lock()
        self.reached = False
        """Whether it ever answered."""
        self._told = False
        self._last: BaseException | None = None
        self._since = self._last_at = 0.0
        self._failed = 0
        self._wait = FIRST_WAIT_S

    @property
    def is_on(self) -> bool:
        """Whether the provider, which has answered before, answers nobody now, and is to be waited for."""
        return self.reached and self._patience_s > 0 and self._failed >= AWAY_AFTER

    def answered(self) -> None:
        """Note that the provider answered somebody."""
        self.reached = True
        self._forget()

    def failed(self, error: BaseException) -> None:
        """Note an attempt that failed."""
        weight = weight_of(error)
        if not weight:
            if status_codes(error):  # that of another failure is an answer all the same
                self._forget()
            return
        now = self._clock()
        if self._failed == 0 or (not self.is_on and now - self._last_at > FORGOTTEN_AFTER_S):
            self._failed, self._since = 0, now
        self._last, self._last_at = error, now
        # One that wants to be left alone for long says so for all.
        self._failed += AWAY_AFTER if (told_wait(error) or 0.0) > LONGEST_TOLD_S else weight

    def _forget(self) -> None:
        if self._told:
            self._tell(f"{self._name} answers again")
        self._told, self._failed, self._wait = False, 0, FIRST_WAIT_S

    async def outlast(self, ask: Ask[T], ask_once: Ask[T]) -> T:
        """Ask, however long the provider is away.

        Args:
            ask: Asks as often as is usual.
            ask_once: Asks a single time.

        Raises:
            ModelRefused: it is away for longer than anyone wants to wait.
        """
        while True:
            try:
                if not self.is_on:
                    return await ask()
                async with self._asks:  # each in its turn, since the server may stumble over one of them
                    if self.is_on:
                        await self._wait_a_while()
                        return await ask_once()
            except Exception as error:
                if not (self.is_on and weight_of(error)):
                    raise

    async def _wait_a_while(self) -> None:
        left = self._since + self._patience_s - self._clock()
        asked_for = (told_wait(self._last) if self._last is not None else None) or 0.0
        if left <= 0 or asked_for > left:
            raise self._over(asked_for if asked_for > left else 0.0) from self._last
        seconds = max(self._wait, asked_for)
        if seconds > FIRST_WAIT_S and not self._told:  # a moment's rate limit is nothing to tell of
            self._told = True
            self._tell(
                f"{self._name} has stopped answering: it is asked again now and then, for up to"
                f" {_minutes(left)}; Ctrl-C keeps everything done so far"
            )
        self._wait = min(LONGEST_WAIT_S, 2 * self._wait)
        await self._pause(min(with_jitter(seconds), left))

    def _over(self, asked_for: float) -> ModelRefused:
        why = redact(first_line(self._last, 10_000))[:200] if self._last is not None else "no reason given"
        what = f"asks to be left alone for {_minutes(asked_for)}" if asked_for else "has not answered for"
        waited = "" if asked_for else f" {_minutes(self._clock() - self._since)}"
        return ModelRefused(
            f"{self._name} {what}{waited} ({why}); everything done so far is kept",
            "run the same command again when it answers; PRACTICUM_MODEL_PATIENCE says how many seconds it is"
            " waited for",
        )


def weight_of(error: BaseException) -> int:
    """Return how far an error tells that the provider answers nobody: 0 is not at all, 2 is surely."""
    if not isinstance(error, ModelError) or not error.is_retryable or is_spent(error):
        return 0
    codes = status_codes(error)
    if codes & _OVERLOADED or was_not_connected(error):
        return 2
    return 1 if codes & _PERHAPS else 0


def status_codes(error: BaseException) -> set[int]:
    """Return the HTTP statuses that an error tells of: none where no answer came."""
    found = {getattr(each, "status_code", None) for each in causes_of(error)}
    return {code for code in found if isinstance(code, int)}


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
