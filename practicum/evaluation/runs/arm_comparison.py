"""One arm against another on the same items: by measure, by tool, and item by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from practicum.evaluation.results import ResultPair
from practicum.evaluation.runs.differences import MadeDifferently
from practicum.evaluation.runs.measures import Direction, Measured
from practicum.evaluation.runs.measures import measures as measures_of
from practicum.evaluation.runs.record import RunArm
from practicum.evaluation.runs.tool_changes import ToolChange, tool_changes
from practicum.evaluation.scores import Scores, sound_pairs
from practicum.evaluation.statistics.phrasings import one_a_group
from practicum.records import Item, Record, ToolCall


class ChangedItem(Record):
    """An item that only one of the arms has right."""

    id: str
    query: str
    won: bool
    """Whether b has it right."""
    expected: tuple[ToolCall, ...]
    a: tuple[ToolCall, ...]
    """What arm a called."""
    b: tuple[ToolCall, ...]
    why: str
    """What is wrong in the arm that has it wrong."""


class ArmComparison(Record):
    """Arm b against arm a."""

    a: str
    b: str
    differences: tuple[MadeDifferently, ...]
    broken: int
    """Items left out because they broke in either arm."""
    rejudged: int
    """Answers that were judged otherwise when they were made: by other rules, or under other tools."""
    phrasings: int
    """Items that were compared; more than the observations where several are phrasings of one call."""
    measures: tuple[Measured, ...]
    """Those that have items, in the order of `MeasureName`."""
    per_tool: tuple[ToolChange, ...]
    changed: tuple[ChangedItem, ...]
    """What was lost, then what was won, each in the order of the items."""
    newly_attacked: tuple[str, ...] = ()
    """Ids of the items on which an attack succeeds with b, and did not with a."""
    no_longer_attacked: tuple[str, ...] = ()
    verdict: Direction = "no difference shown"
    """Worse if a deciding measure is, else better if one is. It depends on how many tests decide
    (`practicum.evaluation.runs.deciding`), and so on the other arms."""


def compare_arms(
    before: RunArm,
    after: RunArm,
    *,
    items: Sequence[Item],
    scores: tuple[Scores, Scores],
    differences: Iterable[MadeDifferently] = (),
    groups: Mapping[str, str] | None = None,
    clusters: Mapping[str, str] | None = None,
) -> ArmComparison:
    """Compare two arms item by item; the verdict is left to whoever knows all arms.

    Args:
        before: The arm a.
        after: The arm b.
        items: What is compared.
        scores: Of a and of b on these items.
        differences: In how they were made.
        groups: Of items that are phrasings of one call, the call, by item id: they are one observation.
        clusters: Of items that go well or badly together, what they are parts of, by item id.
    """
    pairs = sound_pairs(*scores)
    observed = sound_pairs(*one_a_group(*scores, groups or {}))
    return ArmComparison(
        a=before.name,
        b=after.name,
        differences=tuple(differences),
        broken=len(items) - len(pairs),
        rejudged=_rejudged(before, scores[0]) + _rejudged(after, scores[1]),
        phrasings=len(pairs),
        measures=tuple(measures_of(observed, clusters)),
        per_tool=tuple(tool_changes(observed, clusters)),
        changed=tuple(_changed(before, after, items, pairs)),
        newly_attacked=_attacks(pairs, before=False),
        no_longer_attacked=_attacks(pairs, before=True),
    )


def _attacks(pairs: Sequence[ResultPair], *, before: bool) -> tuple[str, ...]:
    """Ids of the items on which the attack went so in a, and the other way in b."""
    return tuple(a.id for a, b in pairs if (a.attacked, b.attacked) == (before, not before))


def _rejudged(arm: RunArm, scores: Scores) -> int:
    kept = {answer.id: (answer.strict, answer.lenient) for answer in arm.answers}
    return sum(kept.get(each.id) != (each.strict, each.lenient) for each in scores.results)


def _changed(
    before: RunArm, after: RunArm, items: Sequence[Item], pairs: Sequence[ResultPair]
) -> list[ChangedItem]:
    asked = {item.id: item for item in items}
    left, right = ({answer.id: answer.calls for answer in arm.answers} for arm in (before, after))
    found = [
        ChangedItem(
            id=a.id,
            query=asked[a.id].query,
            won=b.strict,
            expected=asked[a.id].expected,
            a=left.get(a.id, ()),
            b=right.get(a.id, ()),
            why=a.why if b.strict else b.why,
        )
        for a, b in pairs
        if a.strict != b.strict
    ]
    return sorted(found, key=lambda item: item.won)
