"""Rounds: tools arrive one after the other, and each round goes on from the adapter of the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from practicum.errors import JournalError, SetupError
from practicum.memory_store.adapter_files import adapter_folder, learned_by_adapter
from practicum.memory_store.candidates import Adapter
from practicum.memory_store.home import Home
from practicum.records import Item, ToolCall, ToolSpec
from practicum.training.build_examples import build_examples, require_trials
from practicum.training.examples import Example
from practicum.training.general import choose_general, read_general
from practicum.training.lora_start import Start
from practicum.training.merged_forms import find_adapter
from practicum.training.negatives import requests_that_decide
from practicum.training.rephrase import TARGET
from practicum.training.replay import capped, mixed
from practicum.training.training_options import TrainingOptions

ANEW = "base"
"""Names the start of a round that begins with the base alone."""


Answers = Mapping[str, str]
"""Requests that need no tool, with what the base says to them."""


@dataclass(frozen=True)
class General:
    """Instructions of the user's own that are mixed into a round."""

    file: Path
    most: int | None = None
    """How many at most; None: the replay share of the round's examples."""


@dataclass(frozen=True)
class Round:
    """What a round of training is to be; without a word, all tools together, from the base."""

    options: TrainingOptions = field(default_factory=TrainingOptions)
    """Its replay share is of the tools that the earlier adapter knows."""
    held_out: Sequence[Item] = ()
    """Items that measure: nothing is learned from trials near them."""
    only: Sequence[str] = ()
    """The tools of this round; without names all tools are trained together, from the base."""
    start: str | None = None
    """The adapter to train further, such as ``lora@1``, or `ANEW`; None: with ``only`` the newest one of
    this base, if there is one."""
    answers: Answers | Callable[[], Answers | None] | None = None
    """Requests that need no tool, with the base's own answers; or what asks it for them, which is called
    once everything that can be refused at once was looked at."""
    general: General | None = None
    per_tool: int | None = None
    """Training examples of a tool: its calls are said in other words up to so many, and more are left out.
    None: up to `TARGET`, and none is left out."""


@dataclass(frozen=True)
class Earlier:
    """What the adapter that a round goes on from has learned."""

    start: Start | None = None
    schema_hashes: Mapping[str, str] = field(default_factory=dict)
    """By tool, the schema it was learned with, over all rounds."""
    learned: Sequence[tuple[str, ToolCall | None]] = ()
    """Queries and calls of all rounds."""
    rounds: int = 0
    """How many trainings it took: each went on from the one before."""

    def current(self, specs: Sequence[ToolSpec]) -> set[str]:
        """Return the tools that are as they were learned: the others are to be learned anew."""
        return {spec.name for spec in specs if self.schema_hashes.get(spec.name) == spec.schema_hash}

    def learned_with(self, examples: Sequence[Example]) -> list[tuple[str, ToolCall | None]]:
        """Return the queries and calls of all rounds and of this one's training examples, each once."""
        now = [(each.query, each.call) for each in examples if each.split == "train"]
        once = {
            (query, call.signature if call else ""): (query, call) for query, call in (*self.learned, *now)
        }
        return list(once.values())


@dataclass(frozen=True)
class RoundExamples:
    """What a round is trained on."""

    chosen: list[Example]
    apart: frozenset[str]
    """Ids of all examples that are kept for deciding and testing."""
    dropped: Counter[str]
    """Trials, phrasings, requests and instructions that became no example, by the reason."""


def find_earlier(home: Home, base_hash: str, wanted: Round) -> Earlier:
    """Return what a round goes on from.

    Args:
        home: Its registry says what was trained, and in what order.
        base_hash: Of the base (`practicum.training.base.base_hash`).
        wanted: The round.

    Raises:
        SetupError: there is no such adapter.
        JournalError: its files are gone or damaged.
    """
    adapter = _named(home, wanted.start) if wanted.start else None
    if wanted.start is None and wanted.only:
        of_base = [each for each in home.journal.adapters() if each.training.get("base_hash") == base_hash]
        adapter = of_base[-1] if of_base else None
    if adapter is None:
        return Earlier()
    try:
        folder, learned = adapter_folder(home, adapter), learned_by_adapter(home, adapter)
    except JournalError as error:
        fix = "bring the folder back from a backup, or begin elsewhere: --from lora@N, or --from base"
        raise JournalError(error.message, fix) from error
    return Earlier(
        Start(f"lora@{adapter.version}", folder),
        adapter.schema_hashes,
        learned,
        _length(adapter, list(home.journal.adapters())),
    )


def examples_of(home: Home, specs: Sequence[ToolSpec], wanted: Round, earlier: Earlier) -> RoundExamples:
    """Return a round's examples, and what is not learned of what was practised.

    What can be refused at once is looked at before the base is asked for answers.

    Raises:
        SetupError: too little was practised, a tool is unknown, the file of instructions is broken.
    """
    general = read_general(wanted.general.file) if wanted.general else ()
    options = wanted.options
    require_trials(home)
    _check_names(wanted.only, specs)
    # The splits are those of every seed: what one training keeps for deciding, none may learn.
    examples = build_examples(
        home,
        specs,
        held_out=wanted.held_out,
        per_tool=wanted.per_tool or TARGET,
        answers=wanted.answers,
    )
    apart = frozenset(each.id for each in examples.kept if each.split != "train") | examples.set_apart
    chosen, dropped = list(examples.kept), Counter(examples.dropped)
    if wanted.per_tool is not None:
        chosen = capped(chosen, wanted.per_tool, seed=options.seed)
    _require_practised(wanted.only, chosen)
    if wanted.only:
        known = earlier.current(specs)
        chosen = mixed(
            chosen,
            set(wanted.only),
            known,
            share=options.replay_share,
            seed=options.seed,
            rounds=earlier.rounds,
        )
    if wanted.general:
        instructions, near = choose_general(
            general,
            _how_many(wanted.general, chosen, options.replay_share),
            said=[each.query for each in chosen if each.call is not None],
            measuring=[*(item.query for item in wanted.held_out), *requests_that_decide()],
            embedder=home.embedder,
            seed=options.seed,
        )
        chosen += instructions
        dropped += near
    return RoundExamples(chosen, apart, dropped)


def _length(adapter: Adapter, adapters: Sequence[Adapter]) -> int:
    """Return how many trainings an adapter is made of."""
    by_name = {f"lora@{each.version}": each for each in adapters}
    length, at = 1, adapter
    while (before := by_name.get(at.training.get("started_from") or "")) and before.version < at.version:
        length, at = length + 1, before
    return length


def _named(home: Home, name: str) -> Adapter | None:
    return None if name == ANEW else find_adapter(home, name)


def _check_names(only: Sequence[str], specs: Sequence[ToolSpec]) -> None:
    unknown = sorted(set(only) - {spec.name for spec in specs})
    if unknown:
        raise SetupError(f"there is no tool called {unknown[0]!r}", "`practicum tools` lists them")


def _require_practised(names: Sequence[str], examples: Sequence[Example]) -> None:
    """Refuse a round about a tool that nothing can be learned of: replay alone teaches nothing new."""
    learnable = {each.tool for each in examples if each.split == "train"}
    for name in names:
        if name not in learnable:
            raise SetupError(
                f"there is no example of {name!r} to train on",
                f"run `practicum explore --tools SOURCE --tool {name}` first",
            )


def _how_many(general: General, chosen: Sequence[Example], share: float) -> int:
    if general.most is not None:
        return general.most
    if share == 0:
        raise SetupError(
            "no instruction of the file would be used: their share is the replay share, which is 0",
            "raise --replay, or leave the file out",
        )
    return max(1, round(share * sum(each.split == "train" for each in chosen)))
