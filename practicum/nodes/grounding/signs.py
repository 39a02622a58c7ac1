"""Signs: whether a number is meant forwards or backwards, learned from the queries of practice.

"Ten days before Easter" says 10 and means -10. Where the calls of practice held a number of both
signs, one word of a query tells which is meant: the one that practice met most one-sidedly (a
decision list: D. Yarowsky, Decision lists for lexical ambiguity resolution, ACL 1994).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from practicum.nodes.grounding.evidence import FEWEST
from practicum.records import ToolCall, ToolSpec
from practicum.values.spans import words

Signs = dict[str, dict[str, dict[str, int]]]
"""By argument and sign ("+" or "-"), in how many queries each word stood; "" counts the queries."""

DECISIVE = 2.0
"""Log-odds from which a word overrules the sign that a model wrote."""
MET = 3
"""Queries in which a word must have stood to count."""
SMOOTHING = 0.5


def learn_signs(spec: ToolSpec, pairs: Iterable[tuple[str, ToolCall]]) -> Signs:
    """Count the words of the queries of practice, apart for positive and negative values.

    Args:
        spec: The tool.
        pairs: Queries with the calls they mean.

    Returns:
        Counts of the numeric arguments that took both signs.
    """
    signs: Signs = {}
    for query, call in pairs:
        for name, value in call.arguments.items():
            if name not in spec.properties or not _is_signed(value):
                continue
            counts = signs.setdefault(name, {"+": {}, "-": {}})["-" if value < 0 else "+"]
            for word in ("", *_words(query)):
                counts[word] = counts.get(word, 0) + 1
    return {
        name: both for name, both in signs.items() if all(both[sign].get("", 0) >= FEWEST for sign in both)
    }


def with_meant_signs(
    call: ToolCall, query: str, signs: Mapping[str, Mapping[str, Mapping[str, int]]]
) -> ToolCall:
    """Return a call with the signs that the words of the query speak for, where they are clear.

    Args:
        call: What a model wrote.
        query: What the user asked.
        signs: From `learn_signs`.
    """
    arguments = dict(call.arguments)
    for name, both in signs.items():
        value = arguments.get(name)
        if value is None or not _is_signed(value):
            continue
        odds = max((_weight(word, both) for word in _words(query)), key=abs, default=0.0)
        if abs(odds) >= DECISIVE:
            arguments[name] = abs(value) if odds > 0 else -abs(value)
    return ToolCall(name=call.name, arguments=arguments)


def _is_signed(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value != 0


def _words(query: str) -> set[str]:
    """The words of a query but its numbers, which are met once and tell nothing."""
    return {word.key for word in words(query) if not any(char.isdigit() for char in word.key)}


def _weight(word: str, both: Mapping[str, Mapping[str, int]]) -> float:
    """Log-odds of the positive sign where a word stands; 0 for one that practice hardly met."""
    if sum(counts.get(word, 0) for counts in both.values()) < MET:
        return 0.0
    return math.log(_share(word, both["+"]) / _share(word, both["-"]))


def _share(word: str, counts: Mapping[str, int]) -> float:
    return (counts.get(word, 0) + SMOOTHING) / (counts[""] + 2 * SMOOTHING)
