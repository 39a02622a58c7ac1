"""What is kept of trials to learn from, and the items that learning is measured on."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from practicum.records.base import Record, SparseRecord
from practicum.records.calls import Step, ToolCall
from practicum.records.kept import Name


class Note(Record):
    """One lesson about a tool, with the trials that support it."""

    id: Name
    tool: Name
    tool_schema_hash: Name
    parameter: Name | None = None
    text: str
    evidence: tuple[Name, ...]
    """Ids of the supporting trials; never empty."""


class Demonstration(SparseRecord):
    """A curated trial that is shown to a model or trained on."""

    LEFT_OUT_EMPTY: ClassVar[frozenset[str]] = frozenset({"before", "others"})

    id: Name
    """The id of the trial it was made from."""
    tool: Name
    """The tool of `call`."""
    tool_schema_hash: Name
    others: dict[Name, Name] = Field(default_factory=dict)
    """The schema hashes of the other tools that it calls, by name."""
    query: str
    before: tuple[Step, ...] = ()
    """Where the query takes several calls: those before `call`, in order, with what each returned."""
    call: ToolCall
    """The only call, or the last one."""
    observation: str
    answer: str = ""

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """All calls, in order."""
        return (*(step.call for step in self.before if step.call is not None), self.call)

    @property
    def schema_hashes(self) -> dict[str, str]:
        """The schema hash of each tool that it calls."""
        return {self.tool: self.tool_schema_hash, **self.others}


Targets = Literal["canonical", "spans"]
"""How arguments are written in what a model is trained on: as the tool wants them, or in the words of the
query, which resolvers turn into values after decoding (a small model copies well and translates badly)."""


class Lessons(Record):
    """What practice taught about the arguments of one tool, in a form that grounded decoding can use.

    `practicum.nodes.grounding` says how each part is learned and used.
    """

    tool_schema_hash: Name
    vocabulary: dict[Name, tuple[Any, ...]] = Field(default_factory=dict)
    """By argument, the closed set of values that execution showed where the schema leaves it open."""
    listed: tuple[Name, ...] = ()
    """Arguments whose set a refusal listed as all that is allowed; other sets are what practice has met."""
    met: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    """By argument that takes codes, some that execution accepted: others are put together as these are."""
    forms: dict[Name, str] = Field(default_factory=dict)
    """By argument that takes texts, how refusals said that they are written: "As DD/MM/YYYY."."""
    cues: dict[Name, dict[str, int]] = Field(default_factory=dict)
    """By argument, how often which cue stood beside its mention."""
    signs: dict[Name, dict[Name, dict[str, int]]] = Field(default_factory=dict)
    """By numeric argument and sign, in how many queries each word stood."""
    kinds: dict[Name, Name] = Field(default_factory=dict)
    """By argument that takes units, what they measure."""
    pairs: dict[Name, Name] = Field(default_factory=dict)
    """By argument that takes a number, the one with its unit."""
    numbers: dict[Name, dict[str, int]] = Field(default_factory=dict)
    """By numeric argument, how often which cue stood beside its mention."""
    told: tuple[Name, ...] = ()
    """Optional numbers that practice gave whenever its query held one for them."""
    frames: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    """By argument that takes free text, the words that stand around it."""

    @property
    def says_something(self) -> bool:
        """Whether anything was learned."""
        return self != Lessons(tool_schema_hash=self.tool_schema_hash)


WhyNone = Literal["missing_argument"]
"""Why no call should be made: what a call needs is not said, and must be asked for."""


class Item(Record):
    """One evaluation item: a query with the calls that a right answer makes."""

    id: Name
    query: str
    expected: tuple[ToolCall, ...]
    """In order; empty when no call should be made."""
    accept: dict[Name, tuple[Any, ...]] = Field(default_factory=dict)
    """Other right values of an argument of the first call."""
    why_none: WhyNone | None = None
    """Why no call is expected; None where no tool is needed, and where a call is expected."""


class Prediction(Record):
    """What a model did with an item."""

    id: Name
    calls: tuple[ToolCall, ...] = ()
    raw: str = ""
    """The reply as text; empty for models with native tool calls."""
