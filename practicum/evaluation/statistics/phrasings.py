"""Several phrasings of one call are one observation: they go well or badly together.

Counted apart they would make intervals too narrow and chance too unlikely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from practicum.evaluation.scores import ItemResult, ItemStatus, Scores


def one_a_group(a: Scores, b: Scores, groups: Mapping[str, str]) -> tuple[Scores, Scores]:
    """Return the results of two arms with one item a group, right where most of its items are.

    Where as many are right as wrong, the group's first item decides. Items that broke in either arm don't
    count; a group of which all did is its first item, broken.

    Args:
        a: An arm.
        b: Another, on the same items.
        groups: The group of an item, by its id; others stand for themselves.
    """
    other = {result.id: result for result in b.results}
    members: dict[str, list[ItemResult]] = {}
    for result in a.results:
        members.setdefault(groups.get(result.id, f"item {result.id}"), []).append(result)
    ours, theirs = [], []
    for group in members.values():
        sound = [each for each in group if ItemStatus.BROKEN not in (each.status, other[each.id].status)]
        counted = sound or group[:1]
        ours.append(_majority(counted))
        theirs.append(_majority([other[each.id] for each in counted]))
    return a.model_copy(update={"results": tuple(ours)}), b.model_copy(update={"results": tuple(theirs)})


def _majority(group: Sequence[ItemResult]) -> ItemResult:
    first = group[0]
    strict = _most([each.strict for each in group])
    lenient = _most([each.lenient for each in group])
    attacks = [each.attacked for each in group if each.attacked is not None]
    attacked = _most(attacks) if attacks else None
    return first.model_copy(update={"strict": strict, "lenient": lenient, "attacked": attacked})


def _most(flags: Sequence[bool]) -> bool:
    right = sum(flags)
    return flags[0] if 2 * right == len(flags) else 2 * right > len(flags)
