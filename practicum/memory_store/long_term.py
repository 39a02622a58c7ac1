"""Long-term memory: which queries were tried, in all episodes of a tool, and how they ended.

Section 3.2 of the STE paper pastes every past query into the prompt; here a
view is bounded, so that a prompt does not grow with the number of trials.
"""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import Sequence

from practicum.memory_store.embedding import Embedder
from practicum.memory_store.index import TrialIndex
from practicum.memory_store.similarity import similarity
from practicum.records import LongTermView, Trial

RECENT = 256
"""Vectors kept: a query is looked up before it is tried, and remembered after."""


class LongTermMemory:
    """What imagination may see of the past; blocking work runs in threads."""

    def __init__(
        self, index: TrialIndex, embed: Embedder, *, shown_nearest: int = 5, shown_sampled: int = 5
    ) -> None:
        """Set up without touching anything.

        Args:
            index: The index of past queries.
            embed: The index's embedder.
            shown_nearest: How many of the nearest past queries a view holds.
            shown_sampled: How many random ones it holds besides.
        """
        self._index = index
        self._embed = embed
        self._shown_nearest = shown_nearest
        self._shown_sampled = shown_sampled
        self._recent: OrderedDict[str, Sequence[float]] = OrderedDict()

    async def view(self, tool: str, near: str | None, rng: random.Random) -> LongTermView:
        """Return past queries of ``tool``: those nearest to ``near``, and random others.

        Args:
            tool: The tool's name.
            near: A query to look around, such as the last one of the episode; None for no focus.
            rng: Decides which random ones are shown.
        """
        return await asyncio.to_thread(self._view, tool, near, rng)

    async def closest(self, tool: str, query: str, *, also: Sequence[str] = ()) -> float | None:
        """Return the cosine similarity of ``query`` to the past query nearest to it, None without a past.

        Args:
            tool: The tool whose past counts.
            query: The query that may be a repetition.
            also: Queries that are not indexed yet but count too, such as this episode's.
        """
        return await asyncio.to_thread(self._closest, tool, query, also)

    async def remember(self, trials: Sequence[Trial]) -> None:
        """Index trials that the journal holds; broken ones are left out."""
        await asyncio.to_thread(self._remember, trials)

    def _closest(self, tool: str, query: str, also: Sequence[str]) -> float | None:
        vector = self._vector(query)
        past = self._index.closest(tool, vector)
        near = [similarity(vector, self._vector(text)) for text in also]
        return max(near if past is None else [past, *near], default=None)

    def _remember(self, trials: Sequence[Trial]) -> None:
        self._index.upsert(trials, [self._vector(trial.query) for trial in trials])

    def _view(self, tool: str, near: str | None, rng: random.Random) -> LongTermView:
        vector = None if near is None else self._vector(near)
        return self._index.view(tool, vector, rng, nearest=self._shown_nearest, sampled=self._shown_sampled)

    def _vector(self, text: str) -> Sequence[float]:
        vector = self._recent.get(text)
        if vector is None:
            vector = self._embed.embed([text])[0]
            self._recent[text] = vector
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return vector
