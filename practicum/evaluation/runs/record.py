"""A kept run: everything that its figures depend on, and every answer, so that they can be scored again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from practicum.errors import SetupError
from practicum.evaluation.attempts import Attempted
from practicum.records import (
    Item,
    JsonObject,
    Name,
    Prediction,
    Record,
    Told,
    ToolCall,
    ToolSpec,
    Usage,
    Used,
    digest,
)

RUN_SCHEMA = 1
"""Version of a run's file. A file of a newer one is refused."""


class EvaluationRequest(Record):
    """What was asked for, in the words of whoever asked; given to an evaluation, its run is kept."""

    data: str
    """The data's name: a suite or a file."""
    options: JsonObject = Field(default_factory=dict)
    """The command's options, as they were given."""
    groups: dict[str, str] = Field(default_factory=dict)
    """Of items that are phrasings of one call, the call, by item id (see `one_a_group`)."""
    judged_by: str = ""
    """Who says what is correct, where a benchmark's own checker does; empty: our comparison of calls."""


class ServedPart(Record):
    """One part of what was learned that an arm was given."""

    name: Name
    """Such as ``demos@2``."""
    id: Name
    """Its identity by content: ``demos@2`` of another home is another set."""

    def __str__(self) -> str:
        return f"{self.name} ({self.id[:8]})"


class ItemAnswer(Record):
    """What an arm did with one item, and how that was judged when the run was made."""

    id: Name
    calls: tuple[ToolCall, ...] = ()
    raw: str = ""
    """The reply as text, its middle cut out where it is long."""
    usage: Usage | None = None
    seconds: float | None = None
    broken: str | None = None
    strict: bool
    lenient: bool
    why: str = ""
    tools: tuple[Name, ...] | None = None
    """As in `ItemResult`; None, as in runs kept before this was: those of the item's expected calls."""
    unsure: bool = False
    """As in `ItemResult`, and likewise below."""
    verdict: bool | None = None
    same_result: bool | None = None
    leaked: bool | None = None
    attacked: bool | None = None

    @property
    def attempted(self) -> Attempted:
        """The attempt, to be scored again."""
        return Attempted(
            prediction=Prediction(id=self.id, calls=self.calls, raw=self.raw),
            usage=self.usage,
            seconds=self.seconds,
            broken=self.broken,
        )


class RunArm(Record):
    """One way to answer, with every answer."""

    name: Name
    """Such as ``demos`` or ``demos, grounded``: unique in its run."""
    about: str
    learned: Name
    """What served, as it was asked for: ``base``, ``demos``, ``champion`` ..."""
    served: tuple[ServedPart, ...]
    """What that stood for; empty for the base model with nothing learned."""
    grounding: bool
    resumed: int
    """Answers that an interrupted run had left, perhaps with other versions of the packages."""
    answers: tuple[ItemAnswer, ...]
    """In the order of the items."""


class Run(Record):
    """One finished evaluation. Nothing in it says on which machine it was made."""

    schema_version: int = RUN_SCHEMA
    id: Name
    """Such as ``run-7``."""
    key: Name
    """The same for two records of one evaluation: of what was answered, and how long each answer took."""
    finished_at: datetime
    data: Used
    data_hash: Name
    n: int
    options: Told
    model: Used
    """The model's spec, such as ``local`` or ``openai:gpt-4o-mini``."""
    endpoint: str | None = None
    """The server's address, where the model is on one."""
    seed: int | None = None
    """The model's own. Nothing else is drawn at random while evaluating, and the embedded model takes the
    likeliest token each time, so that its answers do not depend on it; None: no seed was set."""
    temperature: float | None = None
    """The model's own; None: its server decides."""
    embedder: Used
    concurrency: int
    prompts_hash: Name
    versions: dict[Name, Name]
    """Of Practicum, Python, and the libraries that were installed."""
    schema_hashes: dict[Name, Name]
    """By tool, the hash of all a model was told of it."""
    figures: Told
    """As the ladder printed them."""
    groups: dict[Name, str]
    judged_by: Name = ""
    """As in `EvaluationRequest`. If not empty, answers can't be scored again, and verdicts stay."""
    items: tuple[Item, ...]
    tools: tuple[ToolSpec, ...]
    arms: tuple[RunArm, ...]

    def summary(self) -> JsonObject:
        """Return everything but the items, the tools and the answers, JSON-ready."""
        arms = [arm.model_dump(mode="json", exclude={"answers"}) for arm in self.arms]
        return {**self.model_dump(mode="json", exclude={"items", "tools", "groups", "arms"}), "arms": arms}

    def arm(self, name: str) -> RunArm:
        """Return the arm of that name.

        Raises:
            SetupError: there is none.
        """
        for arm in self.arms:
            if arm.name == name:
                return arm
        known = ", ".join(repr(arm.name) for arm in self.arms)
        raise SetupError(f"{self.id} has no arm {name!r}", f"name one of {known}")


def data_hash(items: Sequence[Item]) -> str:
    """Return what is the same for the same items in the same order."""
    # Without defaults, so that a field that later versions add makes no other data of this.
    return digest([item.model_dump(mode="json", exclude_defaults=True) for item in items])
