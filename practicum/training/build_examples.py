"""Build: from everything a home has tried to examples that a model can be trained on.

Filter, draw the splits, say the calls in other words within each split, add requests that need no
tool, and keep away from what measures. Everything that is dropped is counted, with its reason.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import get_args

from practicum.errors import SetupError
from practicum.memory_store.embedding import Embedder
from practicum.memory_store.home import Home
from practicum.records import Demonstration, Item, Judgement, Strategy, ToolCall, ToolSpec, Trial, query_key
from practicum.training.corrections import example_of
from practicum.training.curate import (
    CHANGED,
    as_learned,
    near_held_out,
    reason_to_drop,
    without_duplicates,
    without_held_out,
)
from practicum.training.examples import Example, Split
from practicum.training.negatives import SHARE, how_many, negatives
from practicum.training.rephrase import TARGET, rephrased
from practicum.training.split import SHARES, assign_splits

SAID_ALREADY = "said already"
SEVERAL = "takes several calls: shown, not trained on"
"""A row of training is one query and one call: the second call of several needs what the first returned."""
MOST_SPELLINGS = 64
"""Spellings of one held-out call that are looked for."""
MeasuringQueries = Sequence[tuple[str, Sequence[ToolCall]]]
"""Held-out queries with their calls, in every spelling that is right."""


@dataclass(frozen=True)
class Examples:
    """What is trained on, and why the rest is not."""

    kept: tuple[Example, ...]
    """In an order that depends on the trials and the seed alone."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Trials, phrasings and requests by the reason they were dropped for."""
    counts: Counter[str] = field(default_factory=Counter)
    """What was kept, by where it comes from: "solved", "corrected", "confirmed" (call-first trials that
    the model did not come back to), "rephrased", "no call"."""
    chained: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By tool, arguments whose values stand in several splits (`practicum.training.split.Splits`)."""
    set_apart: frozenset[str] = frozenset()
    """Trials that take several calls, one of which decides or tests: they are shown to nobody either."""

    def of(self, split: Split) -> tuple[Example, ...]:
        """Return the examples of a split."""
        return tuple(each for each in self.kept if each.split == split)

    @property
    def sizes(self) -> dict[Split, int]:
        """How many examples each split holds."""
        return {split: len(self.of(split)) for split in get_args(Split)}


def build_examples(
    home: Home,
    specs: Sequence[ToolSpec],
    *,
    held_out: Sequence[Item],
    per_tool: int = TARGET,
    seed: int = 0,
    confirmed: bool = True,
    answers: Mapping[str, str] | Callable[[], Mapping[str, str] | None] | None = None,
    negative_share: float = SHARE,
    judgements: Mapping[str, Judgement] | None = None,
    unverified: bool = False,
) -> Examples:
    """Return the examples of a home, the same ones in every run.

    Args:
        home: What was tried; it is only read.
        specs: The tools as they are now.
        held_out: Items that measure: nothing learned may be near them, or make their calls.
        per_tool: Examples a tool to rephrase up to in the training split; the paper's 140. The other
            splits get as much of it as their share is of training's.
        seed: Of the splits, and of which requests without a call are chosen.
        confirmed: Whether call-first trials count that ended unsolved only because the model did not
            come back to their call: the query was made from a call that execution confirmed.
        answers: Requests that need no tool, with the model's own answers
            (`practicum.training.negatives.answers_for`), or what asks for them, which is called when there
            is something to train on. None: no negatives.
        negative_share: Their share of all examples, as far as there are so many.
        judgements: What a judge said of trials, by id; None: what the home keeps of it.
        unverified: Whether trials count whose calls were simulated, or checked and never executed.

    Raises:
        SetupError: nothing was explored yet, or nothing passed.
    """
    require_trials(home)
    dropped: Counter[str] = Counter()
    measuring = [(item.query, _right_calls(item)) for item in held_out]
    judged = home.journal.judgements() if judgements is None else judgements
    passed, unreached = _passed(home, specs, judged, dropped, confirmed=confirmed, unverified=unverified)
    several = {name: trial for name, trial in passed.items() if trial.takes_several}
    trials = {name: trial for name, trial in passed.items() if name not in several}
    dropped[SEVERAL] += len(several)
    dropped = +dropped
    own = _away_from(measuring, trials, home.embedder, dropped)
    if not own:
        why = ", ".join(f"{count} {reason}" for reason, count in dropped.most_common(3))
        raise SetupError(f"no trial passed: {why}", _more(dropped))
    splits = assign_splits(own, specs, seed=seed, with_calls={n: t.returned for n, t in several.items()})
    first = {name for name, trial in trials.items() if trial.strategy is Strategy.CALL_FIRST}
    more = _in_other_words(splits.assigned(own), specs, first, per_tool, home.journal.phrasings())
    said = _unsaid(more, own, dropped)
    positives = [*splits.assigned(own), *_far(said, measuring, home.embedder, dropped)]
    answered = answers() if callable(answers) else answers
    requests = _requests(answered or {}, measuring, home.embedder, dropped)
    chosen = _chosen(requests, how_many(len(positives), negative_share), seed)
    kept = (*positives, *assign_splits(chosen, seed=seed).assigned(chosen))
    apart = frozenset(name for name in several if splits.of[name] != "train")
    return Examples(kept, dropped, _counted(kept, unreached), splits.chained, apart)


def _passed(
    home: Home,
    specs: Sequence[ToolSpec],
    judgements: Mapping[str, Judgement],
    dropped: Counter[str],
    *,
    confirmed: bool,
    unverified: bool,
) -> tuple[dict[str, Trial], set[str]]:
    """Return the trials that pass the filter, by id, and the ids of those that are `confirmed_trial`s."""
    hashes = {spec.name: spec.schema_hash for spec in specs}
    reviews = {trial_id: review.verdict for trial_id, review in home.journal.reviews().items()}
    passed: dict[str, Trial] = {}
    unreached: set[str] = set()
    for trial in home.journal.trials():
        about = (hashes, reviews.get(trial.id), judgements.get(trial.id))
        if confirmed:
            learned, reason = as_learned(trial, *about, unverified=unverified)
        else:
            learned, reason = trial, reason_to_drop(trial, *about, unverified=unverified)
        if learned is not trial:
            unreached.add(trial.id)
        if reason is None:
            passed[trial.id] = learned
        else:
            dropped[reason] += 1
    return passed, unreached


def require_trials(home: Home) -> None:
    """Raise SetupError if nothing was tried yet."""
    if home.journal.count_trials() == 0:
        raise SetupError(
            "there is nothing to train on: no trial was recorded", "run `practicum explore` first"
        )


def _more(dropped: Counter[str]) -> str:
    """Return what to do where nothing passed, by the commonest reason."""
    reason = next((reason for reason, _ in dropped.most_common(1)), "")
    if reason in {"not executed", "simulated"}:
        return (
            "let the tools run while exploring: `practicum tools` says what keeps them from it, --allow TOOL"
            " lets one run"
        )
    if reason == CHANGED:
        return "name the tools that were practised with --tools, or practise these with `practicum explore`"
    return "explore more: `practicum explore` with more --episodes"


def _away_from(
    measuring: MeasuringQueries, trials: Mapping[str, Trial], embedder: Embedder, dropped: Counter[str]
) -> list[Example]:
    """Return the trials as examples, without what measures and without near duplicates."""
    examples = {name: example_of(trial) for name, trial in trials.items()}
    shown = without_held_out([_shown(each) for each in examples.values()], measuring, embedder, dropped)
    return [examples[each.id] for each in without_duplicates(shown, embedder, dropped)]


def _in_other_words(
    own: Sequence[Example],
    specs: Sequence[ToolSpec],
    call_first: set[str],
    per_tool: int,
    said: Mapping[str, Sequence[str]],
) -> list[Example]:
    """Return further phrasings of each split's calls, in that split."""
    tools = {spec.name: spec for spec in specs}
    more: list[Example] = []
    for split, share in SHARES.items():
        kept = {each.id: each for each in own if each.split == split}
        target = round(per_tool * share / SHARES["train"])
        number: Counter[str] = Counter()
        shown_once = [_shown(each) for each in kept.values()]
        for shown in rephrased(shown_once, tools, call_first, target=target, said=said):
            number[shown.id] += 1
            changes = {"id": f"{shown.id}/{number[shown.id]}", "query": shown.query, "origin": "rephrased"}
            more.append(kept[shown.id].model_copy(update=changes))
    return more


def _unsaid(more: Sequence[Example], own: Sequence[Example], dropped: Counter[str]) -> list[Example]:
    """Return phrasings of which no query stands twice: it could be another call, or another split."""
    seen = {query_key(each.query) for each in own}
    kept: list[Example] = []
    for each in more:
        if query_key(each.query) in seen:
            dropped[SAID_ALREADY] += 1
        else:
            seen.add(query_key(each.query))
            kept.append(each)
    return kept


def _far(
    said: Sequence[Example], measuring: MeasuringQueries, embedder: Embedder, dropped: Counter[str]
) -> list[Example]:
    by_id = {each.id: each for each in said}
    shown = without_held_out([_shown(each) for each in said], measuring, embedder, dropped)
    return [by_id[each.id] for each in shown]


def _requests(
    answers: Mapping[str, str], measuring: MeasuringQueries, embedder: Embedder, dropped: Counter[str]
) -> list[Example]:
    made = negatives(answers)
    near = near_held_out([each.query for each in made], [query for query, _ in measuring], embedder)
    if near:
        dropped["near a held-out query"] += len(near)
    return [each for index, each in enumerate(made) if index not in near]


def _chosen(requests: Sequence[Example], most: int, seed: int) -> list[Example]:
    return random.Random(f"no call/{seed}").sample(requests, min(most, len(requests)))


def _counted(kept: Sequence[Example], unreached: set[str]) -> Counter[str]:
    names = {"correction": "corrected", "rephrased": "rephrased", "no call": "no call"}
    return Counter(
        names.get(each.origin) or ("confirmed" if each.id in unreached else "solved") for each in kept
    )


def _shown(example: Example) -> Demonstration:
    assert example.call is not None  # noqa: S101 - only examples with a call come here
    return Demonstration(
        id=example.id,
        tool=example.tool or "",
        tool_schema_hash=example.tool_schema_hash,
        query=example.query,
        call=example.call,
        observation=example.observation,
        answer=example.answer,
    )


def _right_calls(item: Item) -> list[ToolCall]:
    """Return the calls of an item, the first one in every spelling that is right."""
    if not item.expected:
        return []
    first, *rest = item.expected
    spellings = [
        [first.arguments[name], *more] for name, more in item.accept.items() if name in first.arguments
    ]
    names = [name for name in item.accept if name in first.arguments]
    ways = islice(product(*spellings), MOST_SPELLINGS)
    said = [
        first.model_copy(update={"arguments": {**first.arguments, **dict(zip(names, way, strict=True))}})
        for way in ways
    ]
    return [*said, *rest]
