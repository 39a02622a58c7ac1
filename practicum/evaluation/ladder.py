"""Arms side by side on the same items, each against the first."""

from __future__ import annotations

from collections.abc import Sequence

from practicum.errors import SetupError
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.scores import Scores
from practicum.evaluation.statistics.paired import Paired, paired
from practicum.records import JsonObject, Record


class Arm(Record):
    """One way to answer: a model with or without what was learned."""

    name: str
    """Short and unique in its ladder, such as ``base`` or ``demos, grounded``."""
    scores: Scores
    about: str = ""
    """What the arm is, in words: model, demonstrations, grounding."""
    attempts: tuple[Attempted, ...] = ()
    """What the scores are of, in the order of the items; empty where they are not known."""


class Rung(Record):
    """The difference of an arm against the first arm."""

    arm: str
    against: str
    strict: Paired
    lenient: Paired


class Ladder(Record):
    """Arms in the order given, and the paired difference of every later arm against the first."""

    arms: tuple[Arm, ...]
    rungs: tuple[Rung, ...]
    run: str | None = None
    """The id under which the home keeps it, such as ``run-7``; None when it is not kept."""

    def arm(self, name: str) -> Arm:
        """Return the arm of that name; raises SetupError if there is none."""
        for arm in self.arms:
            if arm.name == name:
                return arm
        known = ", ".join(arm.name for arm in self.arms)
        raise SetupError(f"there is no arm named {name!r}", f"name one of: {known}")

    def figures(self) -> JsonObject:
        """Return everything but the results of single items, JSON-ready."""
        arms = [{"name": arm.name, "about": arm.about, **arm.scores.figures()} for arm in self.arms]
        kept = {"run": self.run} if self.run else {}
        return {"arms": arms, "rungs": [rung.as_dict() for rung in self.rungs], **kept}


def build_ladder(arms: Sequence[Arm]) -> Ladder:
    """Compare every arm with the first.

    Raises:
        SetupError: If there is no arm, two have one name, or their items differ.
    """
    if not arms:
        raise SetupError("there is no arm to compare", "give at least one arm")
    names = [arm.name for arm in arms]
    if len(set(names)) < len(names):
        raise SetupError("two arms have the same name", "give each arm a name of its own")
    first = arms[0]
    rungs = [
        Rung(
            arm=arm.name,
            against=first.name,
            strict=paired(first.scores, arm.scores, measure="strict"),
            lenient=paired(first.scores, arm.scores, measure="lenient"),
        )
        for arm in arms[1:]
    ]
    return Ladder(arms=tuple(arms), rungs=tuple(rungs))
