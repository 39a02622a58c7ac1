"""A provider that stopped answering: one call asks again now and then, and the others wait for its answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from langchain_core.exceptions import ModelConnectionError, ModelError

from practicum.errors import ModelRefused
from practicum.models.provider_errors import was_not_connected
from practicum.models.waiting import LONGEST_TOLD_S, causes_of, is_spent, told_wait, with_jitter

T = TypeVar("T")
Ask = Callable[[], Awaitable[T]]
AWAY_AFTER = 8
"""What failed attempts weigh together, with no answer to anyone between them, when it is an outage: the four
of one call where they can't be about what it asked, those of two where a server may stumble over that."""
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 60.0
_OVERLOADED, _IN_BETWEEN = frozenset({429, 503, 529}), frozenset({502, 504})
"""Statuses of a server that answers nobody, and of a gateway whose server did not answer this; a plain 500 is
about what was asked as often as not."""


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
        self.reached = False
        """Whether it ever answered."""
        self._failed = 0
        self._since = 0.0
        self._last: BaseException | None = None
        self._told = False
        self._asks = asyncio.Lock()

    @property
    def is_on(self) -> bool:
        """Whether the provider, which has answered before, answers nobody now, and is to be waited for."""
        return self.reached and self._patience_s > 0 and self._failed >= AWAY_AFTER

    def answered(self) -> None:
        """Note that the provider answered somebody."""
        self.reached, self._failed, self._last = True, 0, None

    def failed(self, error: BaseException) -> None:
        """Note an attempt that failed."""
        weight = weight_of(error)
        if not weight:
            return
        if self._failed == 0:
            self._since = self._clock()
        self._last = error
        # One that wants to be left alone for long says so for all.
        self._failed += AWAY_AFTER if (told_wait(error) or 0.0) > LONGEST_TOLD_S else weight

    async def outlast(self, ask: Ask[T], ask_once: Ask[T]) -> T:
        """Ask, however long the provider is away.

        Args:
            ask: Asks as often as is usual.
            ask_once: Asks a single time.

        Raises:
            ModelRefused: it is away for longer than anyone wants to wait.
        """
        while True:
            if not self.is_on:
                try:
                    return await ask()
                except Exception as error:
                    if not (self.is_on and weight_of(error)):
                        raise
            async with self._asks:
                if self.is_on:
                    return await self._ask_until_answered(ask_once)

    async def _ask_until_answered(self, ask_once: Ask[T]) -> T:
        wait = FIRST_WAIT_S
        while True:
            asked_for = told_wait(self._last) if self._last is not None else None
            seconds = with_jitter(max(wait, asked_for or 0.0))
            if seconds > self._left:
                raise self._over() from self._last
            self._tell_once()
            await self._pause(seconds)
            try:
                found = await ask_once()
            except Exception as error:
                if not getattr(error, "is_retryable", False) or is_spent(error):
                    raise
                self._last, wait = error, min(LONGEST_WAIT_S, 2 * wait)
            else:
                self._told = False
                self._tell(f"{self._name} answers again")
                return found

    def _tell_once(self) -> None:
        if not self._told:
            self._told = True
            self._tell(
                f"{self._name} has stopped answering: it is asked again now and then, for up to"
                f" {_minutes(self._left)}; Ctrl-C keeps everything done so far"
            )

    @property
    def _left(self) -> float:
        return self._since + self._patience_s - self._clock()

    def _over(self) -> ModelRefused:
        waited = _minutes(self._clock() - self._since)
        return ModelRefused(
            f"{self._name} has not answered for {waited}; everything done so far is kept",
            "run the same command again when it answers; PRACTICUM_MODEL_PATIENCE says how many seconds it is"
            " waited for",
        )


def weight_of(error: BaseException) -> int:
    """Return how far an error tells that the provider answers nobody: 0 is not at all, 2 is surely."""
    if not isinstance(error, ModelError) or not error.is_retryable or is_spent(error):
        return 0
    codes = {getattr(each, "status_code", None) for each in causes_of(error)}
    if codes & _OVERLOADED or was_not_connected(error):
        return 2
    return 1 if codes & _IN_BETWEEN or isinstance(error, ModelConnectionError) else 0


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
