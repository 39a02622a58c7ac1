"""Two kept runs on the same items: what differs in how they were made, and in how they did."""

from __future__ import annotations

from collections.abc import Sequence

from practicum.errors import DataError, SetupError
from practicum.evaluation.runs.arm_comparison import ArmComparison, compare_arms
from practicum.evaluation.runs.clusters import clusters_of
from practicum.evaluation.runs.deciding import decide
from practicum.evaluation.runs.differences import MadeDifferently, arm_differences, run_differences
from practicum.evaluation.runs.record import ItemAnswer, Run, RunArm
from practicum.evaluation.scores import ItemResult, ItemStatus, Scores, score, summarise
from practicum.records import Item, JsonObject, Record

ArmPair = tuple[RunArm, RunArm]


class CommonItems(Record):
    """What two runs have in common. Only items that are the same in both are compared."""

    n: int
    """Items with the same id, query and expected calls in both."""
    only_a: int
    """Items whose id only the first run has."""
    only_b: int
    altered: int
    """Items with one id whose query or expected calls differ."""

    @property
    def all_of_both(self) -> bool:
        """Whether both runs were of the same items."""
        return not (self.only_a or self.only_b or self.altered)


class RunComparison(Record):
    """The second run against the first, both judged by the second's items and tools, and as of now.

    Where a benchmark's own checker judged, its verdicts hold.
    """

    a: str
    """What the first run is called."""
    b: str
    judged_by: str = ""
    """Whose verdicts ``strict`` and ``lenient`` are, where a benchmark's own checker judged."""
    items: CommonItems
    differences: tuple[MadeDifferently, ...]
    arms: tuple[ArmComparison, ...]

    @property
    def worse(self) -> bool:
        """Whether an arm of the second run is significantly worse, given how many tests decide."""
        return any(arm.verdict == "worse" for arm in self.arms)

    @property
    def tests(self) -> int:
        """How many tests decide, and are corrected for."""
        return sum(each.p is not None for arm in self.arms for each in arm.measures)

    def figures(self) -> JsonObject:
        """Return everything, JSON-ready."""
        return {**self.as_dict(), "tests": self.tests, "worse": self.worse}


def compare_runs(
    a: Run, b: Run, pairs: Sequence[ArmPair], *, names: tuple[str, str] | None = None
) -> RunComparison:
    """Compare arms of two runs on the items that both have.

    Args:
        a: The run that stands for before.
        b: The run that stands for after.
        pairs: Which arm of ``a`` is compared with which of ``b`` (`pair_arms`).
        names: What the runs are called; by default their ids.

    Raises:
        DataError: they have no item in common.
    """
    common, items = _in_common(a, b)
    if not items:
        message = f"{a.id} (data {a.data}) and {b.id} (data {b.data}) have no item in common"
        raise DataError(message, "compare runs of the same data: equal ids, queries and expected calls")
    groups = {**a.groups, **b.groups}
    clusters = clusters_of(items) if b.judged_by else {}
    scored = _as_kept if a.judged_by or b.judged_by else _scored
    return RunComparison(
        a=names[0] if names else a.id,
        b=names[1] if names else b.id,
        judged_by=b.judged_by or a.judged_by,
        items=common,
        differences=tuple(run_differences(a, b)),
        arms=decide(
            compare_arms(
                before,
                after,
                items=items,
                scores=(scored(before, items, b), scored(after, items, b)),
                differences=arm_differences(before, after),
                groups=groups,
                clusters=clusters,
            )
            for before, after in pairs
        ),
    )


def pair_arms(a: Run, b: Run, arm_a: str | None = None, arm_b: str | None = None) -> list[ArmPair]:
    """Return which arm is compared with which.

    A named arm is compared with the named one, else with the other run's only arm, else with the arm of its
    name. Where none is named: the only arms, or else each arm with the one of its name.

    Raises:
        SetupError: there is no such arm, or it can't be told which is meant.
    """
    if arm_a is not None or arm_b is not None:
        return [(_chosen(a, arm_a, arm_b), _chosen(b, arm_b, arm_a))]
    if len(a.arms) == len(b.arms) == 1:
        return [(a.arms[0], b.arms[0])]
    others = {arm.name: arm for arm in b.arms}
    pairs = [(arm, others[arm.name]) for arm in a.arms if arm.name in others]
    if not pairs:
        raise SetupError(
            f"no arm of {a.id} ({_names(a)}) has the name of one of {b.id} ({_names(b)})",
            f"name the arms: --compare '{a.id}:{a.arms[0].name}' '{b.id}:{b.arms[0].name}'",
        )
    return pairs


def _chosen(run: Run, name: str | None, other: str | None) -> RunArm:
    if name is not None:
        return run.arm(name)
    return run.arms[0] if len(run.arms) == 1 else run.arm(str(other))


def _names(run: Run) -> str:
    return ", ".join(arm.name for arm in run.arms)


def _in_common(a: Run, b: Run) -> tuple[CommonItems, list[Item]]:
    """The items of ``b`` that ``a`` has, too, in their order."""
    before = {item.id: item for item in a.items}
    known = [item for item in b.items if item.id in before]
    same = [item for item in known if _asked(item) == _asked(before[item.id])]
    common = CommonItems(
        n=len(same),
        only_a=len(a.items) - len(known),
        only_b=len(b.items) - len(known),
        altered=len(known) - len(same),
    )
    return common, same


def _asked(item: Item) -> tuple[str, list[str]]:
    # Signatures and not calls: 1, 1.0 and true are equal in Python, and are not the same data.
    return item.query, [call.signature for call in item.expected]


def _scored(arm: RunArm, items: Sequence[Item], by: Run) -> Scores:
    """Score an arm's answers to these items by one run's items and tools, so that both have one yardstick."""
    wanted = {item.id for item in items}
    return score(items, [each.attempted for each in arm.answers if each.id in wanted], by.tools)


def _as_kept(arm: RunArm, items: Sequence[Item], _by: Run) -> Scores:
    """The verdicts on these items as they were when the run was made."""
    answers = {each.id: each for each in arm.answers}
    kept = [(item, answers[item.id]) for item in items if item.id in answers]
    return summarise([_result(item, answer) for item, answer in kept])


def _result(item: Item, answer: ItemAnswer) -> ItemResult:
    # Where any call is right the item has none, and only the answer tells that one was wanted.
    expected = tuple(dict.fromkeys(call.name for call in item.expected))
    return ItemResult(
        id=item.id,
        tools=expected if answer.tools is None else answer.tools,
        empty_arguments=bool(item.expected) and not any(call.arguments for call in item.expected),
        status=ItemStatus.SCORED if answer.broken is None else ItemStatus.BROKEN,
        strict=answer.strict,
        lenient=answer.lenient,
        why=answer.why,
        why_none=item.why_none,
        unsure=answer.unsure,
        verdict=answer.verdict,
        same_result=answer.same_result,
        leaked=answer.leaked,
        attacked=answer.attacked,
    )
