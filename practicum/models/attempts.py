"""How often a provider is asked before a call has failed: again after a fault, for long where it is away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from practicum.models.outage import Ask, Outage, T
from practicum.models.slots import Slots
from practicum.models.waiting import Hold, Waiting, may_pass, told_wait, with_jitter


class Attempts:
    """What the calls of one caller share: how many are under way, and how its provider fares."""

    def __init__(
        self,
        *,
        at_once: int,
        attempts: int,
        longest_wait_s: float,
        hold: Hold,
        outage: Outage,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        """Take the bounds.

        Args:
            at_once: Calls under way.
            attempts: How often a call is tried that fails for a while.
            longest_wait_s: Bound of the waits between them, where the provider says nothing of it.
            hold: Until when the provider wants to be left alone.
            outage: Whether it answers at all.
            pause: Waits so many seconds.
        """
        self._slots = Slots(at_once)
        self._attempts = attempts
        self._waiting = Waiting(longest_wait_s)
        self._hold = hold
        self._outage = outage
        self._pause = pause

    @property
    def reached(self) -> bool:
        """Whether the provider ever answered."""
        return self._outage.reached

    async def result(self, ask: Ask[T]) -> T:
        """Return what comes of it in the end; raise the last fault, or that nobody waits longer."""
        return await self._outage.outlast(lambda: self._several(ask), lambda: self._single(ask, 0.0))

    async def _several(self, ask: Ask[T]) -> T:
        waited, attempt = 0.0, 1
        while True:
            try:
                return await self._single(ask, waited)
            except Exception as error:
                waited = self._tell_others(error, waited)
                if attempt >= self._attempts or not may_pass(error):
                    raise
                seconds = self._waiting.after(error, attempt)
            await self._pause(seconds)
            attempt += 1

    async def _single(self, ask: Ask[T], waited: float) -> T:
        """Ask when there is a slot for it and the provider may be asked."""
        async with self._slots:
            await self._let_alone(waited)
            try:
                result = await ask()
            except Exception as error:
                self._outage.failed(error)
                raise
        self._outage.answered()
        return result

    async def _let_alone(self, waited: float) -> None:
        """Wait while the provider wants to be left alone, but for what this call waits for by itself.

        Args:
            waited: Until when this call has waited already.
        """
        while self._hold.until > waited and (left := self._hold.left) > 0:
            waited = self._hold.until
            await self._pause(with_jitter(left))

    def _tell_others(self, error: Exception, waited: float) -> float:
        """Hold the calls of everyone if the provider asks for it; return until when this call then waits."""
        told = told_wait(error) if may_pass(error) else None
        return waited if told is None else self._hold.tell(told)
