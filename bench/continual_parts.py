"""The real parts of the bench of continual learning: what practises, trains and answers."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel

from bench.continual_protocol import Cell, Rounds, Training
from practicum.cli.training_progress import watch_training
from practicum.evaluation.held_out import almanac_items, load_data
from practicum.memory_store.journal import Journal
from practicum.models import load_chat_model
from practicum.practice import Practice
from practicum.records import Item, digest
from practicum.tools.catalog import Catalog
from practicum.training.base import EMBEDDED
from practicum.training.build_examples import build_examples
from practicum.training.rounds import ANEW, Round
from practicum.training.training_options import TrainingOptions

ROUNDS: Rounds = (
    ("convert_units", "convert_currency"),
    ("convert_time_zone", "add_to_date"),
    ("public_holidays", "airport_distance"),
    ("element_property",),
)
"""The almanac's everyday tools: 10 held-out queries each."""
GROUNDED = ", grounded"
"""Ends the name of a condition in which values are offered from the query."""
EPISODES = 15
"""The paper's, where no practised home is given."""


@dataclass(frozen=True)
class Options:
    """What decides the figures."""

    rounds: Rounds = ROUNDS
    base: str = EMBEDDED
    """As ``practicum train`` takes it."""
    home: Path | None = None
    """A home that was practised in; None: practise first."""
    episodes: int = EPISODES
    epochs: int = 2
    per_tool: int | None = None
    """Training examples of a tool at most."""
    replay: float = 0.1
    seed: int = 0
    queries: tuple[str, ...] = ()
    """Files of hand-written queries that are asked beside the almanac's: nothing near them is learned."""

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools of all rounds."""
        return tuple(tool for tools in self.rounds for tool in tools)

    @cached_property
    def held_out(self) -> tuple[Item, ...]:
        """The hand-written queries of the rounds' tools."""
        more = (item for file in self.queries for item in load_data(file))
        return tuple(
            each
            for each in (*almanac_items(), *more)
            if each.expected and each.expected[0].name in self.tools
        )

    @property
    def model(self) -> str:
        """The base as models are named."""
        return EMBEDDED if self.base == EMBEDDED else f"local:{self.base}"

    def settings(self) -> dict[str, Any]:
        """Return what must be the same for trainings to be comparable, JSON-ready."""
        told = {**asdict(self), "home": str(self.home.absolute()) if self.home else None}
        asked = [digest(Path(file).read_text("utf-8")) for file in told.pop("queries")]
        return {**told, "queries": asked} if asked else told


def practise(practice: Practice, catalog: Catalog, options: Options, work: Path) -> None:
    """Take over what a practised home has tried, or try it."""
    if practice.home.journal.count_trials() and options.home is not None:
        return
    if options.home is not None:
        carried = work / "practised.jsonl"
        with Journal.open(options.home / "journal.sqlite", write=False) as journal:
            journal.export(carried)
        practice.home.journal.import_(carried)
        carried.unlink()
        return
    say(f"practising with {len(catalog)} tools")
    model = load_chat_model(options.model)
    asyncio.run(
        practice.explore(
            catalog, model=model, model_name=options.model, episodes=options.episodes, seed=options.seed
        )
    )
    _close(model)


class Trainer:
    """Trains as ``practicum train`` does."""

    def __init__(self, practice: Practice, catalog: Catalog, options: Options, answering: Answering) -> None:
        self._practice, self._catalog, self._options = practice, catalog, options
        self._answering = answering

    def __call__(self, training: Training, *, start: str | None) -> dict[str, Any]:
        self._answering.rest()  # training needs the memory
        options = TrainingOptions(
            epochs=self._options.epochs, replay_share=training.share, seed=self._options.seed
        )
        measuring = (*almanac_items(), *self._options.held_out)
        wanted = Round(options, measuring, training.tools, start or ANEW, per_tool=self._options.per_tool)
        with watch_training() as watch:
            made = self._practice.train(self._catalog, wanted, base=self._options.base, watch=watch)
        gc.collect()  # trainers refer to themselves, and each holds a model
        told = ("by_tool", "steps", "seconds", "final_loss", "started_from")
        return {"adapter": f"lora@{made.version}", **{key: made.training[key] for key in told}}


class Answering:
    """Asks adapters; the engine of one at a time is running."""

    def __init__(self, practice: Practice, catalog: Catalog, options: Options) -> None:
        self._practice, self._catalog, self._options = practice, catalog, options
        self._adapter = ""

    def __enter__(self) -> Answering:
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()

    def rest(self) -> None:
        """End the engine that is running, if one is."""
        if self._adapter:
            _close(self._practice.adapted(self._base, self._adapter))
        self._adapter = ""

    def __call__(self, adapter: str, condition: str, tools: Sequence[str]) -> Cell:
        if self._adapter != adapter:
            self.rest()
            self._adapter = adapter
        ladder = asyncio.run(
            self._practice.evaluate(
                self.items(condition.removesuffix(GROUNDED), tools),
                self._catalog,
                model=self._base,
                arms=[adapter],
                grounding="on" if condition.endswith(GROUNDED) else "off",
                model_name=self._options.model,
            )
        )
        right = ladder.arms[0].scores.strict.correct
        return Cell(right.k, right.n)

    def items(self, data: str, tools: Sequence[str]) -> list[Item]:
        """Return the queries for some tools that nothing was learned from."""
        items = self._set_apart if data == "practice" else self._options.held_out
        return [each for each in items if each.expected and each.expected[0].name in tools]

    @cached_property
    def _base(self) -> BaseChatModel:
        return load_chat_model(self._options.model)

    @cached_property
    def _set_apart(self) -> tuple[Item, ...]:
        """What practice set apart for testing: every training splits alike, and saw none of it."""
        measuring = (*almanac_items(), *self._options.held_out)
        built = build_examples(self._practice.home, self._catalog.specs, held_out=measuring)
        return tuple(
            Item(id=each.id, query=each.query, expected=(each.call,))
            for each in built.of("test")
            if each.call is not None
        )


def say(line: str) -> None:
    """Tell how far it is."""
    print(line, file=sys.stderr, flush=True)


def _close(model: Any) -> None:
    """Give the memory of a local model back."""
    close = getattr(getattr(model, "engine", None), "close", None)
    if close is not None:
        close()
