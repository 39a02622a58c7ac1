"""From everything a home has tried to a set that can be served: filter, rephrase, learn lessons, register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from practicum.errors import SetupError
from practicum.memory_store.home import Home
from practicum.records import Item, Lessons, Strategy, ToolSpec
from practicum.training.curate import Curated, curate, without_held_out
from practicum.training.lessons import learn_lessons
from practicum.training.rephrase import rephrased


def learn_demonstrations(
    home: Home, specs: Sequence[ToolSpec] | None, held_out: Sequence[Item] = ()
) -> tuple[Curated, int]:
    """Filter what was tried into a demonstration set, and return it with its version.

    Curating the same trials again gives the same set and no new version.

    Args:
        home: A home that is open for writing.
        specs: The tools as they are now; None takes the trials of all tools as they are, and without the
            tools there are no lessons and no other ways to say things.
        held_out: Items that measure: nothing learned may be near them.

    Raises:
        SetupError: nothing was explored yet, or nothing passed.
    """
    curated = _filtered(home, specs, held_out)
    lessons: dict[str, Lessons] = {}
    if specs is not None:
        measuring = [(item.query, item.expected) for item in held_out]
        reviews = {trial_id: review.verdict for trial_id, review in home.journal.reviews().items()}
        lessons = learn_lessons(
            specs, home.journal.trials(), home.embedder, reviews=reviews, held_out=measuring
        )
        first = {trial.id for trial in home.journal.trials() if trial.strategy is Strategy.CALL_FIRST}
        more = rephrased(curated.kept, {spec.name: spec for spec in specs}, first)
        curated = replace(
            curated, rephrased=tuple(without_held_out(more, measuring, home.embedder, Counter()))
        )
    return curated, _registered(home, curated, lessons)


def _filtered(home: Home, specs: Sequence[ToolSpec] | None, held_out: Sequence[Item]) -> Curated:
    if home.journal.count_trials() == 0:
        raise SetupError("there is nothing to curate: no trial was recorded", "run `practicum explore` first")
    curated = curate(
        home.journal.trials(),
        home.embedder,
        schema_hashes={spec.name: spec.schema_hash for spec in specs} if specs is not None else None,
        reviews={trial_id: review.verdict for trial_id, review in home.journal.reviews().items()},
        held_out=[(item.query, item.expected) for item in held_out],
    )
    if not curated.kept:
        why = ", ".join(f"{count} {reason}" for reason, count in curated.dropped.most_common(3))
        raise SetupError(f"no trial passed: {why}", "explore more: `practicum explore` with more --episodes")
    return curated


def _registered(home: Home, curated: Curated, lessons: dict[str, Lessons]) -> int:
    newest = home.journal.demonstration_set()
    members = (*curated.kept, *curated.rephrased)
    if newest is not None and (newest.demonstrations, newest.lessons) == (members, lessons):
        return newest.version
    meta = {"dropped": dict(curated.dropped), "kept": len(curated.kept), "rephrased": len(curated.rephrased)}
    version = home.journal.register_set("demos", members, meta, lessons)
    chosen = home.journal.demonstration_set(version)
    if chosen is not None:
        home.demonstrations(chosen).build()
    return version
