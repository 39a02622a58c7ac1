"""Split: which examples are trained on, which decide, which measure; drawn before any paraphrasing.

What belongs together stays together: examples of one call, of one query, and of one entity (the
same element, airport or IBAN in the same argument). A group's split is a hash of its smallest key
and the seed, so that it depends neither on the order of the examples nor, as long as groups do not
merge, on which others there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import ceil, isclose

from practicum.records import ToolCall, ToolSpec, call_key, canonical_json, digest, query_key
from practicum.training.examples import Example, Split

SHARES: Mapping[Split, float] = {"train": 0.8, "validation": 0.1, "test": 0.1}
LARGEST_GROUP = 0.1
"""Share of a tool's calls that one group may hold; where an argument's values chain more, it is left out."""
SMALLEST_LIMIT = 3
"""Calls that a group may hold however few the tool has."""
COMMON = frozenset(
    {
        "number", "percent", "date", "year", "month", "year-month", "day", "weekday", "time", "date-time",
        "duration", "unit", "quantity", "boolean",
    }
)  # fmt: skip
"""Formats whose values name no entity: 5 kg in two queries have nothing to tell each other."""

_HASH = 12


@dataclass(frozen=True)
class Splits:
    """Which split each example is in, and what kept groups together."""

    of: Mapping[str, Split]
    """By the example's id."""
    grouped_by: Mapping[str, tuple[str, ...]]
    """By tool, the arguments whose values stay in one split each; empty: the call's signature alone."""
    chained: Mapping[str, tuple[str, ...]]
    """By tool, entity-like arguments whose values would chain too much together: they may stand in
    several splits. Tools without such arguments are absent."""

    def assigned(self, examples: Iterable[Example]) -> tuple[Example, ...]:
        """Return ``examples`` with their splits."""
        return tuple(each.model_copy(update={"split": self.of[each.id]}) for each in examples)

    @property
    def sizes(self) -> Counter[Split]:
        """How many examples each split holds."""
        return Counter(self.of.values())


def assign_splits(
    examples: Sequence[Example],
    specs: Sequence[ToolSpec] = (),
    *,
    shares: Mapping[Split, float] = SHARES,
    seed: int = 0,
    with_calls: Mapping[str, Sequence[ToolCall]] | None = None,
) -> Splits:
    """Assign each example to a split, by its call and by the entity it is about.

    Args:
        examples: Before paraphrasing; paraphrases among them follow their call.
        specs: The tools; without its tool an example goes by its call alone.
        shares: Of the groups, in expectation; they sum to 1.
        seed: Another seed is another split.
        with_calls: By id, what is no example, but is to be in one split with the examples of its calls; where
            there are none, it is in training's.

    Raises:
        ValueError: the shares do not sum to 1.
    """
    if not isclose(sum(shares.values()), 1.0, abs_tol=1e-6):
        raise ValueError(f"the shares sum to {sum(shares.values())}, not to 1")
    known = {spec.name: spec for spec in specs}
    chosen = {name: _distinctive(_calls_of(name, examples), spec) for name, spec in known.items()}
    groups = _Groups()
    keys = [
        _keys(each, known.get(each.tool or ""), chosen.get(each.tool or "", ((), ()))[0]) for each in examples
    ]
    joined = {
        name: [
            key
            for call in calls
            for key in _call_keys(call, known.get(call.name), chosen.get(call.name, ((), ()))[0])
        ]
        for name, calls in (with_calls or {}).items()
    }
    for own in (*keys, *joined.values()):
        groups.join(own)
    smallest = groups.smallest({key for own in keys for key in own})
    of = {
        each.id: _drawn(smallest[groups.root(own[0])], shares, seed)
        for each, own in zip(examples, keys, strict=True)
    }
    of_root = {groups.root(own[0]): of[each.id] for each, own in zip(examples, keys, strict=True)}
    alone: Split = "train"
    return Splits(
        of={**of, **{name: of_root.get(groups.root(own[0]), alone) for name, own in joined.items()}},
        grouped_by={name: used for name, (used, _) in chosen.items()},
        chained={name: left for name, (_, left) in chosen.items() if left},
    )


def entity_like(spec: ToolSpec) -> tuple[str, ...]:
    """Return the parameters whose values name an entity: open texts of no everyday format."""
    from practicum import values

    return tuple(
        name
        for name, schema in spec.properties.items()
        if schema.get("type") == "string"
        and "enum" not in schema
        and values.detect(name, schema, description=str(schema.get("description", ""))) not in COMMON
    )


def _calls_of(tool: str, examples: Sequence[Example]) -> list[ToolCall]:
    found = {
        each.call.signature: each.call for each in examples if each.tool == tool and each.call is not None
    }
    return list(found.values())


def _distinctive(calls: Sequence[ToolCall], spec: ToolSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (arguments that group, arguments that would chain): those of most different values first."""
    distinct = {name: len({_entity(call, name) for call in calls}) for name in entity_like(spec)}
    used: list[str] = []
    left: list[str] = []
    for name in sorted(distinct, key=lambda each: (-distinct[each], each)):
        fits = _largest(calls, spec, [*used, name]) <= max(SMALLEST_LIMIT, ceil(LARGEST_GROUP * len(calls)))
        (used if fits else left).append(name)
    return tuple(used), tuple(left)


def _largest(calls: Sequence[ToolCall], spec: ToolSpec, arguments: Sequence[str]) -> int:
    """Return how many calls the largest group holds."""
    groups = _Groups()
    keys = {call_key(call, spec): _call_keys(call, spec, arguments) for call in calls}
    for each in keys.values():
        groups.join(each)
    return max(Counter(groups.root(each[0]) for each in keys.values()).values(), default=0)


def _keys(example: Example, spec: ToolSpec | None, arguments: Sequence[str]) -> list[str]:
    query = f"2 query {query_key(example.query)}"
    return [query] if example.call is None else [*_call_keys(example.call, spec, arguments), query]


def _call_keys(call: ToolCall, spec: ToolSpec | None, arguments: Sequence[str]) -> list[str]:
    """Return what the call shares with others; the numbers let a group's entity name it, if it has one."""
    entities = [(name, _entity(call, name)) for name in arguments]
    named = [f"0 entity {call.name}.{name}={value}" for name, value in entities if value is not None]
    return [*named, f"1 call {call_key(call, spec)}"]


def _entity(call: ToolCall, argument: str) -> str | None:
    value = call.arguments.get(argument)
    return None if value in (None, "", [], {}) else canonical_json(value).casefold()


def _drawn(key: str, shares: Mapping[Split, float], seed: int) -> Split:
    """Return the split that a hash of ``key`` falls into."""
    point = int(digest("split", str(seed), key, length=_HASH), 16) / 16**_HASH
    total = 0.0
    for split, share in shares.items():
        total += share
        if point < total:
            return split
    return next(iter(shares))  # rounding left a hair's breadth above the last share


class _Groups:
    """Disjoint sets of keys (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, key: str) -> str:
        parent = self._parent.setdefault(key, key)
        while parent != self._parent[parent]:
            self._parent[parent] = self._parent[self._parent[parent]]
            parent = self._parent[parent]
        self._parent[key] = parent
        return parent

    def join(self, keys: Sequence[str]) -> None:
        first = self.root(keys[0])
        for key in keys[1:]:
            self._parent[self.root(key)] = first

    def smallest(self, among: Set[str]) -> dict[str, str]:
        """Return the smallest key of each set that is ``among`` these, by its root."""
        found: dict[str, str] = {}
        for key in self._parent.keys() & among:
            root = self.root(key)
            found[root] = min(found.get(root, key), key)
        return found
