"""From everything a home has tried to a set that can be served: filter, rephrase, learn lessons, register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from practicum.errors import SetupError
from practicum.memory_store.home import Home
from practicum.memory_store.served import NO_NOTES
from practicum.records import Demonstration, Item, Judgement, Lessons, Strategy, ToolSpec, call_key
from practicum.training.build_examples import build_examples
from practicum.training.candidates import register_notes
from practicum.training.curate import OTHER_ORIGIN, Curated, curate, without_held_out
from practicum.training.evidence import confirmed_trial, is_unconfirmed
from practicum.training.lessons import learn_lessons
from practicum.training.rephrase import rephrased

SET_APART = "set apart for deciding and testing"
FEWEST_TO_SPLIT = 30
"""Kept trials below which none is set apart: a handful of queries decides nothing."""


def learn_demonstrations(
    home: Home,
    specs: Sequence[ToolSpec] | None,
    held_out: Sequence[Item] = (),
    *,
    judgements: Mapping[str, Judgement] | None = None,
    unverified: bool = False,
    origin: str | None = None,
) -> tuple[Curated, int]:
    """Filter what was tried into a demonstration set, and return it with its version.

    Curating the same trials again gives the same set and no new version.

    Args:
        home: A home that is open for writing.
        specs: The tools as they are now; None takes the trials of all tools as they are. Lessons and other
            ways to say things are then of those that the home keeps as they were practised.
        held_out: Items that measure: nothing learned may be near them.
        judgements: What a judge said, by trial; None: what the home keeps of it.
        unverified: Whether trials count whose calls were simulated, or checked and never executed.
        origin: Demonstrations and lessons only of trials of this origin; None: of any. What is set apart
            for deciding and for testing is the same either way.

    Raises:
        SetupError: nothing was explored yet, or nothing passed.
    """
    curated = _filtered(home, specs, held_out, judgements, unverified=unverified, origin=origin)
    lessons: dict[str, Lessons] = {}
    known = home.journal.practised_tools() if specs is None else specs
    if known:
        measuring = [(item.query, item.expected) for item in held_out]
        split = len(curated.kept) >= FEWEST_TO_SPLIT
        apart = _set_apart(home, known, held_out, curated.kept) if split else set()
        curated = _without(curated, apart)
        lessons = lessons_of(home, known, held_out, apart, judgements, origin=origin)
        first = {trial.id for trial in home.journal.trials() if trial.strategy is Strategy.CALL_FIRST}
        tools, said = {spec.name: spec for spec in known}, home.journal.phrasings()
        more = rephrased(curated.kept, tools, first, said=said)
        near: Counter[str] = Counter()
        far = without_held_out(more, measuring, home.embedder, near)
        left_out = Counter({f"{reason}, in other words": count for reason, count in near.items()})
        curated = replace(curated, rephrased=tuple(far), dropped=curated.dropped + left_out)
    notes, why = _noted(home, specs)
    curated = replace(curated, notes=notes, why_no_notes=why)
    return curated, _registered(home, curated, lessons)


def _filtered(
    home: Home,
    specs: Sequence[ToolSpec] | None,
    held_out: Sequence[Item],
    judgements: Mapping[str, Judgement] | None,
    *,
    unverified: bool,
    origin: str | None,
) -> Curated:
    if home.journal.count_trials() == 0:
        raise SetupError("there is nothing to curate: no trial was recorded", "run `practicum explore` first")
    curated = curate(
        home.journal.trials(),
        home.embedder,
        schema_hashes={spec.name: spec.schema_hash for spec in specs} if specs is not None else None,
        reviews={trial_id: review.verdict for trial_id, review in home.journal.reviews().items()},
        held_out=[(item.query, item.expected) for item in held_out],
        judgements=home.journal.judgements() if judgements is None else judgements,
        unverified=unverified,
        origin=origin,
    )
    if not curated.kept:
        why = ", ".join(f"{count} {reason}" for reason, count in curated.dropped.most_common(3))
        raise NothingPassed(f"no trial passed: {why}", _more(home, curated.dropped), curated)
    return curated


class NothingPassed(SetupError):  # noqa: N818 - reads as the event it is
    """There are trials, and none of them may become a demonstration."""

    def __init__(self, message: str, fix: str, curated: Curated) -> None:
        super().__init__(message, fix)
        self.curated = curated


def _more(home: Home, dropped: Counter[str]) -> str:
    """Return what to do where nothing passed: that nothing was executed is the commonest reason for it."""
    if dropped["not executed"] or dropped["simulated"]:
        return (
            "let the tools run while exploring (`practicum tools` says what keeps them from it),"
            " or add --include-simulated to learn from what nothing confirmed"
        )
    if dropped[OTHER_ORIGIN]:
        return "leave out --origin; `practicum memory stats` shows what there is of each"
    if any(confirmed_trial(trial) is not None for trial in home.journal.trials()):
        return (
            "explore with a --model that solves queries, which demonstrations are made of;"
            " `practicum train` learns from calls that execution confirmed, too"
        )
    return "explore more: `practicum explore` with more --episodes"


def lessons_of(
    home: Home,
    specs: Sequence[ToolSpec],
    held_out: Sequence[Item],
    apart: Collection[str],
    judgements: Mapping[str, Judgement] | None = None,
    *,
    origin: str | None = None,
) -> dict[str, Lessons]:
    """Return what a home's trials taught about the tools' arguments.

    ``apart`` are ids that don't count, ``judgements`` what a judge said; None: what the home keeps of it.
    ``origin`` is the only one that counts, None: any does.
    """
    counts = [
        trial for trial in home.journal.trials() if trial.id not in apart and origin in (None, trial.origin)
    ]
    return learn_lessons(
        specs,
        counts,
        home.embedder,
        reviews={trial_id: review.verdict for trial_id, review in home.journal.reviews().items()},
        held_out=[(item.query, item.expected) for item in held_out],
        judgements=home.journal.judgements() if judgements is None else judgements,
    )


def _noted(home: Home, specs: Sequence[ToolSpec] | None) -> tuple[str | None, str]:
    """Make a candidate of the notes, and return its name; None and why where none is left to make it of."""
    if not home.journal.notes():
        return None, f"practice noted nothing ({NO_NOTES})"
    try:
        return register_notes(home, specs).name, ""
    except SetupError as error:
        return None, error.message  # demonstrations do without notes


def _set_apart(
    home: Home, specs: Sequence[ToolSpec], held_out: Sequence[Item], kept: Sequence[Demonstration]
) -> set[str]:
    """Return the ids of the trials that are kept for deciding and testing, and of others with their calls.

    They are drawn from what execution confirmed alone, as the gate draws them: what was simulated, or only
    checked, never decides.
    """
    try:
        examples = build_examples(home, specs, held_out=held_out, per_tool=0)
    except SetupError:
        return set()  # nothing is left that could decide
    apart = [each for each in examples.kept if each.split != "train"]
    calls = {call_key(each.call) for each in apart if each.call is not None}
    same = {shown.id for shown in kept if any(call_key(call) in calls for call in shown.calls)}
    return {each.id for each in apart} | examples.set_apart | same


def _without(curated: Curated, apart: set[str]) -> Curated:
    kept = tuple(shown for shown in curated.kept if shown.id not in apart)
    count = len(curated.kept) - len(kept)
    return replace(curated, kept=kept, dropped=curated.dropped + Counter({SET_APART: count}))


def unverified_of(home: Home, curated: Curated) -> int:
    """Return how many of the kept trials no execution confirmed."""
    trials = (home.journal.trial(shown.id) for shown in curated.kept)
    return sum(trial is not None and is_unconfirmed(trial) for trial in trials)


def _registered(home: Home, curated: Curated, lessons: dict[str, Lessons]) -> int:
    newest = home.journal.demonstration_set()
    members = (*curated.kept, *curated.rephrased)
    if newest is not None and (newest.demonstrations, newest.lessons) == (members, lessons):
        return newest.version
    meta = {"dropped": dict(curated.dropped), "kept": len(curated.kept), "rephrased": len(curated.rephrased)}
    if set(curated.by_origin) - {"exploration"}:
        meta["by_origin"] = dict(curated.by_origin)
    unverified = unverified_of(home, curated)
    if unverified:
        meta["unverified"] = unverified
    version = home.journal.register_set("demos", members, meta, lessons)
    chosen = home.journal.demonstration_set(version)
    if chosen is not None:
        home.demonstrations(chosen).build()
    return version
