"""Other ways to say what practice confirmed: one call, several queries.

Section 4.1 of the STE paper has a large model paraphrase a tool's examples to about 140.
Here a call that came first is phrased again as it was phrased the first time (by
`practicum.nodes.phrasing`), and every query says every argument, which is checked.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest

from practicum.nodes.phrasing import phrasings
from practicum.records import Demonstration, ToolSpec

TARGET = 140
"""Demonstrations a tool, the kept ones included (the paper's figure)."""
MOST_EACH = 12
"""Other ways to say one call, at most."""


def rephrased(
    kept: Sequence[Demonstration],
    specs: Mapping[str, ToolSpec],
    call_first: Collection[str],
    *,
    target: int = TARGET,
    said: Mapping[str, Sequence[str]] | None = None,
) -> list[Demonstration]:
    """Return further demonstrations of the same calls in other words, the same ones in every run.

    Args:
        kept: What was curated.
        specs: The tools by name.
        call_first: Ids of the trials whose queries were phrased from calls; the words of others are a
            model's own.
        target: Demonstrations a tool, ``kept`` included.
        said: By a trial's id, other words that a model found for it (`practicum.training.paraphrase`).
    """
    known = said or {}
    more: list[Demonstration] = []
    for name, spec in specs.items():
        now = (name, spec.schema_hash)
        own = [shown for shown in kept if (shown.tool, shown.tool_schema_hash) == now]
        # What takes several calls is said in its own words alone: a phrase says one call.
        single = [shown for shown in own if not shown.before]
        sayable = [shown for shown in single if shown.id in call_first or shown.id in known]
        room = max(target - len(own), 0)
        each = min(MOST_EACH, -(-room // len(sayable))) if sayable else 0
        ways = [
            _other_ways(spec, shown, each)
            if shown.id in call_first
            else _in_words_of(shown, known[shown.id][:each])
            for shown in sayable
        ]
        # A way of each in turn, so that a cut leaves every call as many.
        dealt = [one for turn in zip_longest(*ways) for one in turn if one is not None]
        more += dealt[:room]
    return more


def _other_ways(spec: ToolSpec, shown: Demonstration, most: int) -> list[Demonstration]:
    rng = random.Random(f"rephrase/{shown.id}")
    return _in_words_of(shown, [phrase.query for phrase in phrasings(spec, shown.call, rng, most)])


def _in_words_of(shown: Demonstration, queries: Sequence[str]) -> list[Demonstration]:
    return [shown.model_copy(update={"query": query}) for query in queries if query != shown.query]
