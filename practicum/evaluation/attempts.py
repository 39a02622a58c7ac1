"""What a run hands over for each item: the prediction, what it cost, whether it broke."""

from __future__ import annotations

from practicum.records import Prediction, Record, Usage


class Attempted(Record):
    """One item as a model answered it."""

    prediction: Prediction
    """Carries the item's id, also when the attempt is broken."""
    usage: Usage | None = None
    """None when the cost is not known; a known cost of nothing is ``Usage()``."""
    seconds: float | None = None
    """Wall-clock time of the attempt, or its share of that of several side by side; None: not measured."""
    broken: str | None = None
    """Why infrastructure failed; such an attempt is never scored."""

    @property
    def id(self) -> str:
        """The item's id."""
        return self.prediction.id


class Results(Record):
    """A whole run, in the order of the items."""

    attempts: tuple[Attempted, ...]

    @property
    def predictions(self) -> tuple[Prediction, ...]:
        """The predictions that can be scored: broken attempts left out."""
        return tuple(attempt.prediction for attempt in self.attempts if attempt.broken is None)

    @property
    def broken(self) -> tuple[Attempted, ...]:
        """The attempts in which infrastructure failed."""
        return tuple(attempt for attempt in self.attempts if attempt.broken is not None)

    @property
    def usage(self) -> Usage:
        """What all attempts cost together, broken ones included."""
        return sum((attempt.usage for attempt in self.attempts if attempt.usage), Usage())
