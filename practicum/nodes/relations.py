"""Relations: which tools feed each other, so that requests that need both can be practised.

A tool feeds another when what it returns holds a value for one of the other's parameters. What was returned
tells best; before anything was, descriptions do (a tool that speaks of customers, and one that takes a
``customer_id``), and parameters that both name alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from practicum.nodes.offers import ANYTHING, NUMBERED, fed, takes_names, words_of
from practicum.records import Step, ToolSpec

OBSERVED, DESCRIBED, SHARED = 4, 2, 1
"""What a parameter counts whose values the other tool returned; whose name its description says; that both
have. The first outweighs the others: names only hint at it."""
MOST_SHARED = 2
"""Parameters that both have, beyond which more tell nothing new: some servers give every tool the same."""
MOST_GROUPS = 5
"""Groups of a tool that its episodes take turns in."""
NEAREST = 3
"""Of tools that nothing is related to, so many of the nearest by description take turns."""

Returned = Mapping[str, Sequence[Step]]
"""By tool, steps in which it returned something."""


def strength(one: ToolSpec, other: ToolSpec, returned: Returned) -> int:
    """Return how much two tools have to do with each other, whichever feeds the other; 0: nothing known."""
    shared = [name for name in one.properties if name in other.properties and _names_a_thing(one, name)]
    told = max(feeds(one, other, returned), feeds(other, one, returned))
    return told + SHARED * min(len(shared), MOST_SHARED)


def feeds(source: ToolSpec, target: ToolSpec, returned: Returned) -> int:
    """Return how much speaks for it that what ``source`` returns is what ``target`` takes."""
    held = fed(target, returned.get(source.name, ()))
    said = set(words_of(source.name)) | set(words_of(source.description))
    described = [
        name
        for name in target.properties
        if name not in held
        and name not in source.properties
        and _names_a_thing(target, name)
        and set(words_of(name)[:-1] or words_of(name)) <= said
    ]
    return OBSERVED * len(held) + DESCRIBED * len(described)


def _names_a_thing(spec: ToolSpec, parameter: str) -> bool:
    """Whether a parameter takes what one thing is called: an order's id, and not any text or number."""
    words = words_of(parameter)
    if not words or not takes_names(spec, parameter) or (len(words) == 1 and words[0] in ANYTHING):
        return False
    return bool((ANYTHING | NUMBERED) & {words[-1]})


def groups(
    lead: ToolSpec,
    others: Sequence[ToolSpec],
    size: int,
    returned: Returned,
    nearness: Mapping[str, float],
    *,
    seed: int = 0,
) -> list[tuple[str, ...]]:
    """Return the groups that a tool's episodes take turns in: names of other tools, each group once.

    A group begins with a tool that is related to ``lead`` (where none is, with one of the nearest), and is
    filled up with what is related most to one of those that are in it: tools that form a chain.

    Args:
        lead: The tool that leads.
        others: Those to choose from, without it.
        size: Tools of a group, ``lead`` included.
        returned: What each tool was observed to return.
        nearness: How near each of ``others`` is to ``lead`` by its description; decides between equals.
        seed: Decides which group comes first.
    """

    def rank(spec: ToolSpec, members: Sequence[ToolSpec]) -> tuple[float, float]:
        return max(strength(spec, each, returned) for each in members), nearness.get(spec.name, 0.0)

    ranked = sorted(others, key=lambda spec: rank(spec, [lead]), reverse=True)
    related = [spec for spec in ranked if rank(spec, [lead])[0] > 0]
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for first in (related or ranked[:NEAREST])[:MOST_GROUPS]:
        members = [lead, first]
        while len(members) < size:
            left = [spec for spec in ranked if spec not in members]
            if not left:
                break
            members.append(max(left, key=lambda spec: rank(spec, members)))
        names = tuple(spec.name for spec in members[1:])
        found.setdefault(frozenset(names), names)
    turned = list(found.values())
    start = seed % len(turned) if turned else 0
    return [*turned[start:], *turned[:start]]
