"""What is trained on: a query, and the reply that a good agent gives to it."""

from __future__ import annotations

from typing import Literal

from practicum.records import Record, Targets, ToolCall

__all__ = ["Example", "Origin", "Split", "Targets"]

Split = Literal["train", "validation", "test"]
Origin = Literal["trial", "rephrased", "correction", "no call", "general"]
"""A curated trial; its call in other words; the step after a wrong call; a request that needs no tool;
an instruction of the user's own file."""


class Example(Record):
    """One example: query in, call (or answer) out."""

    id: str
    """Unique among the examples of a curation; the trial's id, with a suffix where a trial gives several."""
    tool: str | None
    """None where no tool should be called."""
    tool_schema_hash: str = ""
    query: str
    call: ToolCall | None
    """In canonical form; None where no tool should be called."""
    observation: str = ""
    answer: str = ""
    """What is trained on where there is no call; else what the trial answered."""
    origin: Origin
    split: Split = "train"
