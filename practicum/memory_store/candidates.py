"""Records of what asks to serve (besides demonstrations) and of what serves: notes, adapters, promotions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from practicum.memory_store.entries import SetKind, content_id
from practicum.records import Lessons, Name, Note, Planned, Record, Targets, Told

Action = Literal["promote", "refuse", "rollback"]
"""What happened to a candidate. A refusal is kept, too: the champion stays, and the row says why."""

MOST_DIGITS = 18
"""Of a number: what is longer is none of ours, and none that a database takes."""
KINDS: tuple[SetKind, ...] = ("demos", "notes", "lora")
"""In the order they are named."""


class NoteSet(Record):
    """A numbered, unchangeable set of notes."""

    version: int
    created_at: datetime
    meta: Told = Field(default_factory=dict)
    """How the set came to be: counts, bounds."""
    notes: tuple[Note, ...]
    """Of each tool the strongest first."""

    @property
    def id(self) -> str:
        """Identity by content, whatever the number: the same in the home it is imported into."""
        return content_id(self.model_dump(mode="json", exclude={"version"}))


class Adapter(Record):
    """A numbered, unchangeable record of a fine-tuned adapter; the weights lie in a folder of the home."""

    version: int
    created_at: datetime
    meta: Told = Field(default_factory=dict)
    folder: Name
    """Relative to the home, with ``/`` between its parts, so that a home can be moved."""
    files: dict[Name, int]
    """Size in bytes of each file, by its path within the folder: what a complete folder holds."""
    examples: int
    """Queries it was trained on."""
    schema_hashes: dict[Name, Name]
    """Hash of the schema that each tool had when the adapter was trained on it."""
    targets: Targets
    """How the adapter writes arguments."""
    training: Planned
    """The training's own record: base, options, losses, counts."""
    lessons: dict[Name, Lessons] = Field(default_factory=dict)
    """By tool, what the trials behind it taught about its arguments, for grounded decoding."""

    @property
    def id(self) -> str:
        """Identity by content."""
        return content_id(self.as_dict())


class Serving(Record):
    """What is served together; without names it is the base model with nothing learned."""

    demos: Name | None = None
    """Such as ``demos@3``."""
    notes: Name | None = None
    lora: Name | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts."""
        return tuple(name for name in (self.demos, self.notes, self.lora) if name is not None)

    def with_part(self, name: str) -> Serving:
        """Return the combination in which ``name`` (such as ``lora@1``) has replaced what is of its kind."""
        return self.model_copy(update={kind_of(name): name})

    def __str__(self) -> str:
        return " + ".join(self.names) or "base"


class Promotion(Record):
    """One decision about what serves, with its reason. The newest one tells what serves now."""

    number: int
    """1-based, in the order of decisions."""
    action: Action
    candidate: Name
    """Whom it is about: asked to serve, or was taken back."""
    serving: Serving
    """What serves from then on, whole."""
    reason: str
    """The verdict in words."""
    figures: Told = Field(default_factory=dict)
    """What the verdict was made from."""
    at: datetime

    @property
    def id(self) -> str:
        """Identity by content; numbers make equal decisions two."""
        return content_id(self.as_dict())


def served_in_turn(decisions: Iterable[Promotion]) -> list[Promotion]:
    """Return the promotions that still stand, the champion's last: each rollback took one away."""
    standing: list[Promotion] = []
    for decision in decisions:
        if decision.action == "promote":
            standing.append(decision)
        elif decision.action == "rollback" and standing:
            standing.pop()
    return standing


def kind_of(name: str) -> SetKind:
    """Return the kind in a name such as ``lora@1``.

    Raises:
        ValueError: it is no such name.
    """
    prefix, _, number = name.partition("@")
    for kind in KINDS:
        if kind == prefix and number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS:
            return kind
    raise ValueError(f"{name!r} is not the name of a candidate")
