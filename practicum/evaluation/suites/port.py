"""What a benchmark is to the evaluation: tasks that bring their tools, and a checker that judges them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from practicum.evaluation.attempts import Attempted
from practicum.evaluation.scores import ItemResult
from practicum.nodes.decide import Decide
from practicum.nodes.recollect import Recollect
from practicum.records import Item, ToolSpec


@dataclass(frozen=True)
class TaskSetup:
    """How an arm answers with the tools of one task."""

    decide: Decide
    recollect: Recollect
    plain: bool = False
    """Whether the first result is the answer, said without the model (for the embedded model)."""


MakeTaskSetup = Callable[[Sequence[ToolSpec]], TaskSetup]
"""Returns how the arm at hand answers with these tools."""


class Task(Protocol):
    """One task of a benchmark."""

    @property
    def item(self) -> Item:
        """Its id, what is asked first, and the calls of one right answer (names as the model is told)."""
        ...

    @property
    def turns(self) -> tuple[Item, ...]:
        """Each thing that the user asks for, with its calls: what was learned is compared with those."""
        ...

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """The tools it brings, as the model is told of them."""
        ...

    @property
    def most_calls(self) -> int:
        """Model calls that an attempt can take, calls that are made again left aside."""
        ...

    async def attempt(self, make_setup: MakeTaskSetup) -> Attempted:
        """Let an arm answer. Tasks run side by side: whatever state there is belongs to this attempt.

        ``prediction.raw`` of the result carries what `judge` needs beside the calls: attempts are
        kept as JSON and may be judged by a later process.

        Raises:
            ProviderError: infrastructure failed; the attempt is broken.
        """
        ...

    def judge(self, attempt: Attempted) -> ItemResult:
        """Return how it went, by the benchmark's own checker: it sets ``strict`` and ``lenient`` alike."""
        ...


@dataclass(frozen=True)
class Suite:
    """The tasks of one category of a benchmark."""

    name: str
    """As ``--data`` names it, such as ``bfcl:simple_python``."""
    tasks: tuple[Task, ...]
    judged_by: str
    """What "correct" means here, in words."""

    def first(self, limit: int | None) -> Suite:
        """Return the suite with at most ``limit`` tasks."""
        return Suite(self.name, self.tasks[:limit], self.judged_by)

    @property
    def turns(self) -> tuple[Item, ...]:
        """What all tasks ask for."""
        return tuple(turn for task in self.tasks for turn in task.turns)

    def having(self, turns: Collection[str]) -> frozenset[str]:
        """Return the ids of the tasks that have one of these turns, which are given by their ids."""
        return frozenset(task.item.id for task in self.tasks if any(turn.id in turns for turn in task.turns))
