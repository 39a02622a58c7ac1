"""Numbers dealt out: which of the numbers in a text is which argument's.

"38,120 km at handover, 39,004 km on return, 3 days" holds three numbers for three arguments. Each is said
for one of them: the one whose name, unit or documentation stands nearest to it, and as practice has shown
(`learn_numbers`). A number that an optional argument is named with is given; so is the only one that is left
for the only optional argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from practicum.nodes.grounding.cues import Cues, beside, odds
from practicum.nodes.grounding.evidence import FEWEST, MOST_READ
from practicum.nodes.grounding.said_numbers import SaidNumber, counted_things, said_numbers
from practicum.nodes.ranges import range_of
from practicum.records import ToolCall, ToolSpec

MOST_NUMBERS = 5
"""Numbers or arguments above which nothing is dealt out: all ways are weighed."""
NAMED = 0.5
"""Nearness from which an optional argument is spoken of."""
IN_NAME, IN_DESCRIPTION = 1.0, 0.5
LEARNED, MOST_LEARNED = 0.25, 0.5
"""What the odds that practice taught are worth, and at most: its queries say numbers in few ways."""
FEW = 2
"""Numbers that are left to the model where nothing tells them apart."""
LEAD = 0.15
"""By how much the best way must lead: else the numbers are left to the model."""
LEFT_OVER = 0.2
"""What taking up the last number that is left is worth to the only optional argument."""

_SYNONYMS = (
    frozenset(
        {"original", "initial", "start", "started", "starting", "begin", "began", "opening", "first", "old"}
    ),
    frozenset({"age", "aged", "old", "year"}),
    frozenset({"final", "end", "ended", "ending", "finish", "finished", "closing", "last", "new"}),
)


Way = dict[str, int]
"""By argument, the place of the number that it takes; optional ones may be left out."""


def with_numbers(spec: ToolSpec, narrowed: ToolSpec, text: str, learned: Cues) -> ToolSpec:
    """Return the narrowed tool with each number offered to the one argument that it is said for.

    Args:
        spec: The tool.
        narrowed: The same with its values narrowed to those of ``text``.
        text: The query; of one with observations, which are lines of their own, nothing is concluded.
        learned: From `learn_numbers`.
    """
    names = [name for name in _number_arguments(spec) if _choices(spec, narrowed, name)]
    counted = counted_things(spec, narrowed, names)
    numbers = said_numbers(spec, names, text, counted) if names and "\n" not in text else []
    numbers = [one for one in numbers if any(_value(narrowed, name, one) is not None for name in names)]
    required = [name for name in names if name in narrowed.required]
    said = [one for one in numbers if not one.is_article]
    numbers = said if len(said) >= max(len(required), 1) else numbers
    if not required and not said and counted:
        return _without(narrowed, names)
    if not len(required) <= len(numbers) <= MOST_NUMBERS or len(names) > MOST_NUMBERS or not numbers:
        return narrowed
    way = _clearest(spec, narrowed, names, numbers, required, text, learned)
    return narrowed if way is None else _dealt(spec, narrowed, names, way, numbers)


def _without(narrowed: ToolSpec, names: Sequence[str]) -> ToolSpec:
    """Return the tool without optional numbers: those in the text count what another argument takes."""
    properties = {name: one for name, one in narrowed.properties.items() if name not in names}
    return narrowed.model_copy(update={"parameters": {**narrowed.parameters, "properties": properties}})


def _clearest(
    spec: ToolSpec,
    narrowed: ToolSpec,
    names: Sequence[str],
    numbers: Sequence[SaidNumber],
    required: Sequence[str],
    text: str,
    learned: Cues,
) -> Way | None:
    """The way that words speak for clearly, or words and practice together; None where none leads.

    Words come first: practice says numbers in fewer ways than people do. Of many numbers, as many as are
    asked for, those that nothing tells apart stand in the order of their arguments: a box is 60 x 40 x 45.
    """
    optional = [name for name in names if name not in required]
    only = optional[0] if len(optional) == 1 and 1 < len(names) == len(numbers) else None
    every = list(_ways(narrowed, names, numbers, required))
    ways = [way for way in every if _is_as_documented(spec, narrowed, way, numbers)] or every
    ranked: list[tuple[float, int]] = []
    for cues in ({}, learned) if learned else ({},):
        scores = _scores(spec, names, numbers, text, cues)
        ranked = sorted(
            ((_worth(way, scores, required, only), at) for at, way in enumerate(ways)), reverse=True
        )
        if ranked and (len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= LEAD):
            return ways[ranked[0][1]]
    if not FEW < len(numbers) == len(required):
        return None
    tied = [ways[at] for worth, at in ranked if worth > ranked[0][0] - LEAD]
    return max(tied, key=_in_order)


def _is_as_documented(spec: ToolSpec, narrowed: ToolSpec, way: Way, numbers: Sequence[SaidNumber]) -> bool:
    """Whether each number lies where the documentation says: "1.5 to 4.5", "0.990 to original_gravity"."""
    given = {name: _value(narrowed, name, numbers[place]) for name, place in way.items()}
    for name, value in given.items():
        told = range_of(spec, name, {})
        if told is not None and not told.holds(value, given):
            return False
    return True


def _in_order(way: Way) -> int:
    """How many pairs of numbers stand in the order of their arguments."""
    places = list(way.values())
    return sum(one < other for at, one in enumerate(places) for other in places[at + 1 :])


def learn_numbers(spec: ToolSpec, pairs: Iterable[tuple[str, ToolCall]]) -> Cues:
    """Count the cues beside the numbers in the queries of practice, by argument; "" counts the mentions.

    Args:
        spec: The tool.
        pairs: Queries with the calls they mean; the newest 200 are read.
    """
    names, cues = _number_arguments(spec), Cues()
    for query, call in list(pairs)[-MOST_READ:] if len(names) > 1 else ():
        numbers = said_numbers(spec, names, query)
        every = [(one.start, one.end) for one in numbers]
        for name in names:
            said = [one for one in numbers if _is_said(name, call.arguments.get(name), one)]
            others = [other for other in names if other != name]
            if len(said) != 1 or any(_is_said(each, call.arguments.get(each), said[0]) for each in others):
                continue  # which of the mentions is meant, nothing tells
            counts = cues.setdefault(name, {})
            for cue in ("", *_cues(spec, query, said[0], every)):
                counts[cue] = counts.get(cue, 0) + 1
    return {name: counts for name, counts in cues.items() if counts[""] >= FEWEST}


def _cues(spec: ToolSpec, query: str, one: SaidNumber, every: Sequence[tuple[int, int]]) -> list[str]:
    """The cues of a mention but its place, which is a habit of the queries of practice."""
    return [cue for cue in beside(spec, query, (one.start, one.end), every) if not cue.startswith("place ")]


def _number_arguments(spec: ToolSpec) -> list[str]:
    from practicum import values

    kinds = {*values.arguments_of(spec, "number"), *values.arguments_of(spec, "percent")}
    return [name for name in spec.properties if name in kinds]


def _choices(spec: ToolSpec, narrowed: ToolSpec, name: str) -> Sequence[Any]:
    """The numbers that an argument may choose from in the text; none where it was not narrowed."""
    offered = narrowed.properties.get(name, {}).get("enum")
    if not offered or offered == spec.properties[name].get("enum"):
        return ()
    return tuple(value for value in offered if isinstance(value, int | float))


def _scores(
    spec: ToolSpec, names: Sequence[str], numbers: Sequence[SaidNumber], text: str, learned: Cues
) -> dict[tuple[str, int], float]:
    """How much speaks for each argument and each number, by the number's place."""
    telling = {name: _telling_words(spec, name) for name in names}
    every = [(one.start, one.end) for one in numbers]
    scores = {}
    for name in names:
        for place, one in enumerate(numbers):
            shares = {w: sum(w in words for words in telling.values()) for w in telling[name]}
            score = sum(weight * one.near.get(w, 0.0) / shares[w] for w, weight in telling[name].items())
            score += IN_NAME if one.is_in_unit_of(name) else 0.0
            score -= IN_NAME if name in one.in_other_kind else 0.0
            if name in learned:
                met = odds(spec, name, [(one.start, one.end)], every, text, learned)
                score += max(-MOST_LEARNED, min(MOST_LEARNED, met * LEARNED))
            scores[name, place] = score
    return scores


def _telling_words(spec: ToolSpec, name: str) -> dict[str, float]:
    """The words that an argument is known by, with their weight: of its name, and of its documentation.

    What a name calls first or last is said in other words of that kind, too: an original gravity is where
    it started. And an age is told in years.
    """
    from practicum.values.slots import slot_of
    from practicum.values.word_choice import common, stem

    slot = slot_of(name, spec.properties[name], "", spec.parameters)
    described = [word.casefold() for word in re.findall(r"[^\W\d_]+", slot.description)]
    weights = {stem(word): IN_DESCRIPTION for word in described if not common(word)}
    kinds = [words for words in _SYNONYMS if words & {*slot.name_words}]
    weights |= {stem(word): IN_DESCRIPTION for words in kinds for word in words}
    return weights | {stem(word): IN_NAME for word in slot.name_words if not common(word)}


def _value(narrowed: ToolSpec, name: str, one: SaidNumber) -> Any:
    """What an argument is offered of a number, None for nothing."""
    offered = narrowed.properties[name]["enum"]
    return next((value for value in offered if _is_said(name, value, one)), None)


def _is_said(name: str, value: Any, one: SaidNumber) -> bool:
    """Whether a number is said, whatever its sign: words may turn that."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return any(isinstance(each, int | float) and abs(each) == abs(value) for each in one.meant[name])


def _ways(
    narrowed: ToolSpec, names: Sequence[str], numbers: Sequence[SaidNumber], required: Sequence[str]
) -> Iterator[Way]:
    if not names:
        yield {}
        return
    name, *others = names
    if name not in required:
        yield from _ways(narrowed, others, numbers, required)
    for rest in _ways(narrowed, others, numbers, required):
        for place, one in enumerate(numbers):
            if place not in rest.values() and _value(narrowed, name, one) is not None:
                yield {name: place, **rest}


def _worth(
    way: Way, scores: Mapping[tuple[str, int], float], required: Sequence[str], only: str | None
) -> float:
    worth = sum(scores[name, place] for name, place in way.items())
    worth -= sum(NAMED for name in way if name not in required)
    return worth + (NAMED + LEFT_OVER if only in way else 0.0)


def _dealt(
    spec: ToolSpec, narrowed: ToolSpec, names: Sequence[str], way: Way, numbers: Sequence[SaidNumber]
) -> ToolSpec:
    """Return the tool with each argument's number; what is left is offered to optional ones without any."""
    left = [one for place, one in enumerate(numbers) if place not in way.values()]
    properties = dict(narrowed.properties)
    for name in names:
        taken = [numbers[way[name]]] if name in way else left
        kept = [value for one in taken if (value := _value(narrowed, name, one)) is not None]
        properties[name] = {**properties[name], "enum": kept}
        if not kept:
            del properties[name]
    required = [name for name in spec.properties if name in narrowed.required or name in way]
    parameters = {**narrowed.parameters, "properties": properties, "required": required}
    return narrowed.model_copy(update={"parameters": parameters})
