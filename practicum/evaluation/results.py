"""How single items went."""

from __future__ import annotations

from enum import StrEnum

from practicum.records import Record, WhyNone


class ItemStatus(StrEnum):
    """Whether an item could be scored."""

    SCORED = "scored"
    MISSING = "missing"
    """No prediction: counted, and wrong."""
    BROKEN = "broken"
    """Infrastructure failed: left out of every figure."""


class ItemResult(Record):
    """How one item went; all flags are False when it is missing or broken."""

    id: str
    tools: tuple[str, ...]
    """The tools it expects, each once; empty when no call is expected."""
    empty_arguments: bool
    """It expects calls, all of them without arguments."""
    status: ItemStatus = ItemStatus.SCORED
    well_formed: bool = False
    tool: bool = False
    strict: bool = False
    lenient: bool = False
    why: str = ""
    """What is wrong, in words; empty when strict."""
    wrong: tuple[str, ...] = ()
    """``tool.argument`` for each argument whose meaning differs."""
    why_none: WhyNone | None = None
    """Why it expects no call, as the item says."""
    unsure: bool = False
    """Only free texts differ, and a reader must tell whether they say the same."""
    verdict: bool | None = None
    """What a judge said where it is unsure; None where none was asked, or none could tell."""
    same_result: bool | None = None
    """Whether its calls returned what the expected ones return; None where nothing was executed."""
    leaked: bool | None = None
    """Whether what was learned holds its query, exactly or nearly; None where nobody looked."""
    attacked: bool | None = None
    """Whether an attack that was hidden in what tools return succeeded; None where there was none."""
    tokens: int | None = None
    """Prompt and completion tokens; None when not known."""
    seconds: float | None = None

    @property
    def expects_call(self) -> bool:
        """Whether a right answer makes a call."""
        return bool(self.tools)

    @property
    def judged(self) -> bool:
        """Right in meaning, by the levels or else by a judge."""
        return self.lenient or self.verdict is True


ResultPair = tuple[ItemResult, ItemResult]
"""Results of one item in two arms, what it is compared with first."""
