"""Cues: which of two arguments of one kind a mention is, learned from the queries of practice.

"Take 5 stone, what is that in kilos?": from and to have the same format, so that the
values alone don't tell them apart; the words around them do. The queries of practice show
where each argument of their calls stood. From them the odds are counted that a mention after
"in", or right behind a number, is this argument and not that one (naive Bayes).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from typing import Any

from practicum.nodes.grounding.evidence import FEWEST, MOST_READ
from practicum.nodes.schema_parts import closed_values
from practicum.records import ToolCall, ToolSpec, canonical_json
from practicum.values.spans import words
from practicum.values.word_choice import mentioned_members

Cues = dict[str, dict[str, int]]
"""Per argument, how often each cue was met beside a mention of it; "" counts the mentions."""

SMOOTHING = 0.5
DECISIVE = 1.5
"""Log-odds by which the best way of dealing out must lead for another to be dropped."""

LISTED = "listed"
"""What arguments are alike in that take members of one enumeration."""

_TOKEN = re.compile(r"\d[\d.,:]*|[^\W\d_]+(?:['\u2019][^\W\d_]+)?|[^\w\s]")


def learn_cues(spec: ToolSpec, pairs: Iterable[tuple[str, ToolCall]]) -> Cues:
    """Count the cues beside the arguments of one kind in the queries of practice.

    Args:
        spec: The tool.
        pairs: Queries with the calls they mean; the newest 200 are read.

    Returns:
        Counts by argument; empty for a tool without arguments of one kind.
    """
    twins = alike(spec)
    cues: Cues = {}
    for query, call in list(pairs)[-MOST_READ:] if twins else ():
        given = {name: call.arguments[name] for name in twins if name in call.arguments}
        found = {name: mentions(spec, name, value, query) for name, value in given.items()}
        if len(found) < len(twins) or not all(found.values()):
            continue
        for name, spans in found.items():
            counts = cues.setdefault(name, {})
            for cue in ("", *beside(spec, query, spans[0], [s[0] for s in found.values()])):
                counts[cue] = counts.get(cue, 0) + 1
    return cues if all(counts[""] >= FEWEST for counts in cues.values()) else {}


def alike(spec: ToolSpec) -> list[str]:
    """Return the required arguments that share a format; the first such group, empty when there is none."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name, schema in spec.properties.items():
        kind = kind_of(spec, name)
        if kind and kind not in {"number", "text", "boolean"} and name in spec.required:
            members = canonical_json(closed_values(schema)) if kind == LISTED else ""
            groups.setdefault((kind, members), []).append(name)
    return next((names for names in groups.values() if len(names) > 1), [])


def kind_of(spec: ToolSpec, name: str) -> str | None:
    """Return the format of an argument; `LISTED` for one of no format whose values its schema lists."""
    from practicum import values

    kind = values.detect(name, spec.properties[name])
    texts = [value for value in closed_values(spec.properties[name]) if isinstance(value, str)]
    return LISTED if kind is None and len(texts) > 1 else kind


def mentions(spec: ToolSpec, parameter: str, value: Any, query: str) -> list[tuple[int, int]]:
    """Return where ``query`` says ``value`` for a parameter: starts and ends, in order."""
    from practicum import values

    schema = spec.properties[parameter]
    kind = kind_of(spec, parameter)
    if kind == LISTED:
        return [(start, _end(str(value), start, query)) for start, _ in mentioned_members((value,), query)]
    if kind is None:
        return []
    return [
        (span.start, span.end)
        for span in values.get(kind).resolve(query)
        if any(values.equivalent(parameter, schema, value, meant) for meant in span.values)
    ]


def _end(member: str, start: int, query: str) -> int:
    """Where a mention of a member ends: behind all of it, or behind the word that stands for it."""
    if query[start : start + len(member)].casefold() == member.casefold():
        return start + len(member)
    return next((word.end for word in words(query) if word.start == start), start + 1)


def likeliest(
    spec: ToolSpec, ways: Sequence[Mapping[str, Any]], query: str, cues: Mapping[str, Mapping[str, int]]
) -> list[Mapping[str, Any]]:
    """Return the ways of dealing values out that the cues leave open, the likeliest first.

    Args:
        spec: The tool.
        ways: Each gives every argument of one kind a value.
        query: What the user asked.
        cues: From `learn_cues`; without any the words of names count, such as the "from" of ``from_unit``,
            and where they say nothing all ways stay.
    """
    if len(ways) < 2:
        return list(ways)
    places = {
        (name, str(value)): mentions(spec, name, value, query) for way in ways for name, value in way.items()
    }
    if not cues:
        return _by_name(ways, places, query)
    every = sorted({spans[0] for spans in places.values() if spans})
    scores = [
        sum(odds(spec, name, places[name, str(value)], every, query, cues) for name, value in way.items())
        for way in ways
    ]
    best = max(scores)
    ranked = sorted(zip(scores, range(len(ways)), strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [ways[index] for score, index in ranked if score > best - DECISIVE]


def _by_name(
    ways: Sequence[Mapping[str, Any]], places: Mapping[tuple[str, str], list[tuple[int, int]]], query: str
) -> list[Mapping[str, Any]]:
    """Return the ways in which most values stand right behind a word of their argument's name."""
    names = {name: set(re.findall(r"[a-z]+", name.casefold())) for way in ways for name in way}
    shared = set.intersection(*names.values())

    def told(way: Mapping[str, Any]) -> int:
        return sum(
            _before(query, places[name, str(value)]) in names[name] - shared for name, value in way.items()
        )

    most = max(map(told, ways))
    return [way for way in ways if told(way) == most]


def _before(query: str, spans: Sequence[tuple[int, int]]) -> str:
    """The word before the first of these mentions."""
    before = [token for token in _TOKEN.findall(query[: spans[0][0]]) if token[0].isalpha()] if spans else []
    return _plain(before[-1]) if before else ""


def set_right(spec: ToolSpec, call: ToolCall, query: str, cues: Mapping[str, Mapping[str, int]]) -> ToolCall:
    """Return a call with the values of its arguments of one kind put where the cues want them.

    Args:
        spec: The tool.
        call: What a model wrote.
        query: What the user asked.
        cues: From `learn_cues`; where they leave several ways open, the call stays as it is.
    """
    twins = [name for name in alike(spec) if name in call.arguments]
    if not cues or len(twins) < 2:
        return call
    written = [call.arguments[name] for name in twins]
    ways = [dict(zip(twins, way, strict=True)) for way in permutations(written)]
    if not all(mentions(spec, twins[0], value, query) for value in written):
        return call
    open_ways = likeliest(spec, ways, query, cues)
    if len(open_ways) > 1:
        return call
    return ToolCall(name=call.name, arguments={**call.arguments, **open_ways[0]})


def odds(
    spec: ToolSpec,
    name: str,
    spans: Sequence[tuple[int, int]],
    every: Sequence[tuple[int, int]],
    query: str,
    cues: Mapping[str, Mapping[str, int]],
) -> float:
    """How much likelier the cues make a mention this argument than any of its kind; 0 without a mention."""
    if not spans:
        return 0.0
    return max(sum(_weight(cue, name, cues) for cue in beside(spec, query, span, every)) for span in spans)


def _weight(cue: str, name: str, cues: Mapping[str, Mapping[str, int]]) -> float:
    own = cues.get(name, {})
    here = (own.get(cue, 0) + SMOOTHING) / (own.get("", 0) + 2 * SMOOTHING)
    anywhere = sum(counts.get(cue, 0) for counts in cues.values()) + SMOOTHING * len(cues)
    among = sum(counts.get("", 0) for counts in cues.values()) + 2 * SMOOTHING * len(cues)
    return math.log(here / (anywhere / among))


def beside(spec: ToolSpec, query: str, span: tuple[int, int], every: Sequence[tuple[int, int]]) -> list[str]:
    """Return the cues of a mention: the words around it, its place among its kind, what it is nearest to.

    Args:
        spec: The tool, whose other arguments a mention may stand near to, as a unit does to its number.
        query: The whole text.
        span: Where the mention stands.
        every: Where all mentions of its kind stand.
    """
    before = [_plain(token) for token in _TOKEN.findall(query[: span[0]])][-2:]
    after = [_plain(token) for token in _TOKEN.findall(query[span[1] :])][:1]
    before, after = ["^", "^", *before][-2:], [*after, "$"][:1]
    around = [f"<{before[1]}", f"<<{before[0]} {before[1]}", f">{after[0]}", f"<{before[1]} >{after[0]}"]
    place = f"place {sum(other < span for other in every)}"
    return [*around, place, *_neighbours(spec, query, span, every)]


def _neighbours(
    spec: ToolSpec, query: str, span: tuple[int, int], every: Sequence[tuple[int, int]]
) -> list[str]:
    """Whether the mention is the nearest of its kind to one of another format, for each that is mentioned."""
    cues = []
    for kind in _other_kinds(spec):
        spans = [other for other in _spans(kind, query) if not any(_overlap(other, one) for one in every)]
        if spans:
            distances = {one: min(_distance(one, other) for other in spans) for one in every}
            nearest = distances.get(span, 0) == min(distances.values())
            cues.append(f"near {kind} {nearest}")
    return cues


def _other_kinds(spec: ToolSpec) -> list[str]:
    from practicum import values

    twins = alike(spec)
    kinds = [values.detect(name, schema) for name, schema in spec.properties.items() if name not in twins]
    return [kind for kind in dict.fromkeys(kinds) if kind and kind not in {"text", "boolean"}]


def _spans(kind: str, query: str) -> list[tuple[int, int]]:
    from practicum import values

    return [(span.start, span.end) for span in values.get(kind).resolve(query)]


def _distance(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _plain(token: str) -> str:
    return "#" if token[0].isdigit() else token.casefold()
