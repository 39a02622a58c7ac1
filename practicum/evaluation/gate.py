"""The gate: whether a candidate serves instead of the champion. A pure decision, with its reason in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from practicum.errors import SetupError
from practicum.evaluation.scores import ItemResult, Scores, sound_pairs
from practicum.evaluation.statistics.changes import (
    Change,
    change,
    judgeable,
    no_call_changes,
    over_called,
    significantly_worse,
)
from practicum.evaluation.statistics.paired import Paired, paired
from practicum.evaluation.statistics.phrasings import one_a_group
from practicum.evaluation.statistics.power import ALPHA
from practicum.records import Item, JsonObject, Record

FEWEST_ITEMS = 20
"""Queries that need a call, phrasings of one call counted once, below which nothing is promoted: even a
candidate that is right a quarter more often would be told from an equal one only now and then."""

MOST_BROKEN = 0.1
"""Share of broken queries above which nothing is promoted: what broke may be what it is bad at."""

NAMES_SHOWN = 3
"""Tools that a reason names before it only counts them."""


class GateVerdict(Record):
    """The decision about a candidate."""

    promoted: bool
    reason: str
    """One line, with figures."""
    paired: Paired
    worse_tools: tuple[Change, ...] = ()
    """Tools that got significantly worse, the clearest first."""
    unjudged_tools: tuple[str, ...] = ()
    """Tools with so few queries that even the loss of all of them would have been no evidence."""
    over_calling: Change
    """Of the queries that expect no call: right when none was made."""
    over_calling_kinds: tuple[Change, ...] = ()
    """The same, apart: no tool is needed, or an argument is missing. Kinds without a query are left out."""
    over_calls: bool = False
    """Whether the candidate calls tools significantly more often there, in all or of one kind."""
    overlapping: int = 0
    """Queries that were left out before, because they are near what was learned."""

    def figures(self) -> JsonObject:
        """Return everything but the reason, JSON-ready."""
        return self.model_dump(mode="json", exclude={"reason", "promoted"})


def judge_candidate(
    champion: Scores,
    candidate: Scores,
    *,
    items: Sequence[Item],
    min_gain: float = 0.0,
    alpha: float = ALPHA,
    overlapping: int = 0,
    groups: Mapping[str, str] | None = None,
) -> GateVerdict:
    """Decide by the strict measure, on the validation items that broke with neither.

    Promoted only if there are enough items; the gain is greater than ``min_gain`` and told from chance
    (its 95 % interval above 0 and the exact McNemar test below ``alpha``); no tool is significantly worse
    (one-sided exact tests, Holm's correction); and it does not call tools significantly more often where
    no call should be made: of all such queries, or of those of one kind (Holm's correction, too). Where
    there is no champion yet, the base model with nothing learned is it.

    Args:
        champion: How what serves now did.
        candidate: How what would serve did, on the same items.
        items: The validation items, none of which was learned from.
        min_gain: Difference in the rate of correct answers that is worth a change, in [0, 1).
        alpha: Level of each of the three tests, in (0, 1).
        overlapping: How many more items were left out because they are near what was learned; only told.
        groups: Of items that are phrasings of one call, the call, by item id: they count as one observation
            (`practicum.evaluation.statistics.phrasings`).

    Raises:
        SetupError: the scores are not of these items, or a threshold is out of its range.
    """
    _check(champion, candidate, items, min_gain, alpha)
    asked = sound_pairs(champion, candidate)
    champion, candidate = one_a_group(champion, candidate, groups or {})
    total = paired(champion, candidate)
    results = sound_pairs(champion, candidate)
    tools = [change(tool, [pair for pair in results if tool in pair[0].tools]) for tool in _tools(results)]
    judged = judgeable(tools, alpha)
    worse = significantly_worse(judged, alpha)
    unjudged = tuple(tool.name for tool in tools if tool not in judged)
    no_call, kinds = no_call_changes(results)
    over = over_called(no_call, kinds, alpha)
    distinct = _distinct(items, groups or {})
    broken = (len(items) - len(asked), len(items))
    objections = _too_little(distinct, results, broken, overlapping) or [
        *_no_gain(total, min_gain, alpha),
        *([f"worse at {_named([str(tool) for tool in worse])}"] if worse else []),
        *(f"calls tools {each.name or 'where no call should be made'} {_over(each)}" for each in over),
    ]
    said = objections or _reassurances(judged, unjudged, (no_call, kinds), alpha)
    told = "; ".join([_gain(total, len(asked)), *said, *_left_out(overlapping)])
    return GateVerdict(
        promoted=not objections,
        reason=f"{told}: {'refused' if objections else 'promoted'}",
        paired=total,
        worse_tools=tuple(worse),
        unjudged_tools=unjudged,
        over_calling=no_call,
        over_calling_kinds=tuple(kinds),
        over_calls=bool(over),
        overlapping=overlapping,
    )


def require_enough(
    items: Sequence[Item], *, overlapping: int = 0, groups: Mapping[str, str] | None = None
) -> None:
    """Refuse queries that can't decide about anything, before a model is asked them.

    Args:
        items: The validation items.
        overlapping: How many more were left out, since they are near what was learned.
        groups: As for `judge_candidate`.

    Raises:
        SetupError: fewer than `FEWEST_ITEMS` of them need a call, phrasings of one call counted once.
    """
    phrasings = sum(bool(item.expected) for item in items)
    asking = _distinct(items, groups or {})
    if asking < FEWEST_ITEMS:
        several = f", in {phrasings} phrasings," if phrasings > asking else ""
        left_out = f" ({overlapping} more are near what was learned)" if overlapping else ""
        raise SetupError(
            f"{asking} queries that need a call{several} could decide{left_out}: {FEWEST_ITEMS} are the"
            " fewest that tell anything, where phrasings of one call count once",
            "name more, that nothing was learned from: --data FILE; or explore more, which sets some apart",
        )


def _check(champion: Scores, candidate: Scores, items: Sequence[Item], min_gain: float, alpha: float) -> None:
    if not 0 <= min_gain < 1:
        raise SetupError(f"the least gain is {min_gain}", "give one from 0 to below 1, such as 0.02")
    if not 0 < alpha < 1:
        raise SetupError(f"the level of the tests is {alpha}", "give one between 0 and 1, such as 0.05")
    ids = {item.id for item in items}
    for scores in (champion, candidate):
        odd = ids ^ {result.id for result in scores.results}
        if odd:
            raise SetupError(
                f"the scores are not of the validation items (such as {sorted(odd)[0]!r})",
                "score champion and candidate on the same data",
            )


def _tools(results: Sequence[tuple[ItemResult, ItemResult]]) -> list[str]:
    return sorted({tool for before, _ in results for tool in before.tools})


def _distinct(items: Sequence[Item], groups: Mapping[str, str]) -> int:
    """How many queries need a call, phrasings of one call counted once."""
    return len({groups.get(item.id, f"item {item.id}") for item in items if item.expected})


def _too_little(
    distinct: int, results: Sequence[tuple[ItemResult, ItemResult]], broken: tuple[int, int], overlapping: int
) -> list[str]:
    """Why nothing can be told.

    Args:
        distinct: Queries that need a call, phrasings of one call counted once.
        results: Those that broke with neither, and the ones that need none; phrasings are one, too.
        broken: How many items broke, each phrasing counted, and of how many.
        overlapping: How many more were left out.
    """
    few = distinct < FEWEST_ITEMS
    compared = sum(before.expects_call for before, _ in results)
    if broken[0] > MOST_BROKEN * broken[1] and not few:
        return [f"{broken[0]} of {broken[1]} broke, measure again when the model's server is well"]
    if few or compared < FEWEST_ITEMS:
        more = "more data that was not learned from" if overlapping else "more data"
        told = f"too few to tell anything, give {FEWEST_ITEMS} or more that need a call"
        return [f"{told}, phrasings of one call counted once ({more} with --data FILE)"]
    return []


def _no_gain(total: Paired, min_gain: float, alpha: float) -> list[str]:
    if total.difference is None or total.low is None or total.difference <= 0:
        return ["no gain"]
    if total.low <= 0 or total.p >= alpha:
        return [f"not told from chance ({total.wins} won, {total.losses} lost, p = {total.p:.2g})"]
    return [f"less than the {min_gain:+.3f} asked for"] if total.difference <= min_gain else []


def _reassurances(
    judged: Sequence[Change],
    unjudged: Sequence[str],
    over_calling: tuple[Change, Sequence[Change]],
    alpha: float,
) -> list[str]:
    """What was looked at and found well, and what could not be looked at."""
    no_call, kinds = over_calling
    said = ["no tool worse"] if judged else []
    if unjudged:
        said.append(f"too few queries to judge {_named(unjudged)} by itself")
    if no_call.n == 0:
        said.append("no query without a call, so that over-calling was not measured")
    elif 0.5**no_call.n >= alpha:
        said.append(f"too few queries without a call ({no_call.n}) to judge over-calling")
    else:
        said.append(f"no more calls {' or '.join(kind.name for kind in kinds)}")
        few = [kind for kind in kinds if 0.5**kind.n >= alpha]
        said += [f"too few queries {kind.name} ({kind.n}) to judge them by themselves" for kind in few]
    return said


def _gain(total: Paired, asked: int) -> str:
    if total.difference is None or total.low is None or total.high is None:
        return "no validation query could be compared"
    several = f" in {asked} phrasings" if asked > total.n else ""
    return (
        f"gain {total.difference:+.3f} on {total.n} validation queries{several}"
        f" (95 % interval {total.low:+.3f} to {total.high:+.3f})"
    )


def _over(no_call: Change) -> str:
    before = no_call.n - no_call.champion_right
    after = before + no_call.losses - no_call.wins
    return f"({after} of {no_call.n}, {before} before)"


def _left_out(overlapping: int) -> list[str]:
    return [f"{overlapping} more left out, near what was learned"] if overlapping else []


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more
