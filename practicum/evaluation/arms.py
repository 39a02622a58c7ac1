"""Arms: the same items answered with and without what was learned, grounded and not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from practicum.errors import SetupError

_PART = r"(?:base|(?:demos|notes|lora)(?:@[0-9]+)?)"
_ARM = re.compile(rf"champion|{_PART}(?: ?\+ ?{_PART})*")
SANDBOX_SEED = 0
"""Of the state that a tool with a sandbox starts each item with."""
GROUNDINGS = {"off": (False,), "on": (True,), "both": (False, True)}


@dataclass(frozen=True)
class ArmPlan:
    """One way to answer, before it is measured."""

    learned: str
    """What serves, as it was asked for: ``base``, ``demos@2``, ``demos+lora`` ..."""
    grounding: bool

    @property
    def name(self) -> str:
        """Unique in a ladder."""
        return f"{self.learned}, grounded" if self.grounding else self.learned

    @property
    def about(self) -> str:
        """The arm in words."""
        shown = "tool documentation" if self.learned == "base" else self.learned.replace("+", " and ")
        offered = "values offered from the query" if self.grounding else "values free under the schema"
        return f"{shown}; {offered}"


def plan_arms(learned: Sequence[str], grounding: str) -> list[ArmPlan]:
    """Return the arms in the order they are shown: all without grounding, then all with it.

    Raises:
        SetupError: an arm or a grounding is unknown.
    """
    if grounding not in GROUNDINGS:
        raise SetupError(f"there is no grounding {grounding!r}", "use on, off or both")
    for name in learned:
        if not _ARM.fullmatch(name):
            fix = "use base, demos, notes, lora, champion, a version such as demos@2, or demos+lora"
            raise SetupError(f"there is no arm {name!r}", fix)
    if not learned:
        raise SetupError("there is no arm to measure", "use --with base,demos")
    return [ArmPlan(name, grounded) for grounded in GROUNDINGS[grounding] for name in dict.fromkeys(learned)]
