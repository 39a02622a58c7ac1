"""Limits that the user set on a run, reserved before each model call."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from practicum.errors import BudgetSpent


@dataclass
class Budget:
    """Counts model calls and seconds; a call that would go over is never made."""

    max_model_calls: int | None = None
    max_seconds: float | None = None
    """Wall-clock seconds from the first call."""
    clock: Callable[[], float] = time.monotonic
    _calls: int = field(default=0, init=False)
    _started: float | None = field(default=None, init=False)

    @property
    def calls_left(self) -> int | None:
        """Model calls that may still be made; None without a limit."""
        return None if self.max_model_calls is None else max(0, self.max_model_calls - self._calls)

    def reserve(self) -> None:
        """Take one model call from the budget.

        Raises:
            BudgetSpent: nothing is left; what was done so far is kept.
        """
        self._started = self.clock() if self._started is None else self._started
        if self.max_model_calls is not None and self._calls >= self.max_model_calls:
            raise BudgetSpent(
                f"the budget of {self.max_model_calls} model calls is spent; everything done so far is kept",
                "run the same command again, with a larger --max-model-calls if you wish, to go on",
            )
        if self.max_seconds is not None and self.clock() - self._started >= self.max_seconds:
            raise BudgetSpent(
                f"the budget of {self.max_seconds:g} seconds is spent; everything done so far is kept",
                "run the same command again, with a larger --max-seconds if you wish, to go on",
            )
        self._calls += 1
