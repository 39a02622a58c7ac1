"""Long-term memory: which queries were tried, in all episodes of a tool, and how they ended.

Section 3.2 of the STE paper pastes every past query into the prompt; here a
view is bounded, so that a prompt does not grow with the number of trials.
"""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from practicum.memory_store.embedding import Embedder
from practicum.memory_store.similarity import mutual, similarity
from practicum.records import LongTermView, PastQuery, Trial


class PastQueries(Protocol):
    """What long-term memory needs of an index; `TrialIndex` and `ExactIndex` are its implementations."""

    def is_empty(self, tool: str) -> bool: ...

    def view(
        self, tool: str, embedding: Sequence[float] | None, rng: random.Random, *, nearest: int, sampled: int
    ) -> LongTermView: ...

    def nearest(self, tool: str, embedding: Sequence[float], k: int) -> list[PastQuery]: ...

    def closest(self, tool: str, embedding: Sequence[float]) -> float | None: ...

    def sample(
        self, tool: str, k: int, rng: random.Random, *, without: Collection[str] = ()
    ) -> list[PastQuery]: ...

    def count(self, tool: str) -> int: ...

    def upsert(self, trials: Sequence[Trial], embeddings: Sequence[Sequence[float]] | None = None) -> int: ...


RECENT = 256
"""Vectors kept: a query is looked up before it is tried, and remembered after."""


class LongTermMemory:
    """What imagination may see of the past; blocking work runs in threads."""

    def __init__(
        self,
        index: PastQueries,
        embed: Embedder,
        *,
        shown_nearest: int = 5,
        shown_sampled: int = 5,
        outdated: Collection[str] = (),
    ) -> None:
        """Set up without touching anything.

        Args:
            index: The index of past queries.
            embed: The index's embedder.
            shown_nearest: How many of the nearest past queries a view holds.
            shown_sampled: How many random ones it holds besides.
            outdated: Ids of trials that are as good as forgotten, all of the one tool that is asked about.
        """
        self._index = index
        self._embed = embed
        self._shown_nearest = shown_nearest
        self._shown_sampled = shown_sampled
        self._outdated = frozenset(outdated)
        self._recent: OrderedDict[str, Sequence[float]] = OrderedDict()

    def without(self, outdated: Collection[str]) -> LongTermMemory:
        """Return this memory without these trials, all of one tool; it is for that tool alone."""
        return LongTermMemory(
            self._index,
            self._embed,
            shown_nearest=self._shown_nearest,
            shown_sampled=self._shown_sampled,
            outdated=outdated,
        )

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

    def nearness(self, texts: Sequence[str]) -> Callable[[int], list[float]]:
        """Return what gives, for the index of one text, its similarity to each of them; blocks."""
        return mutual(texts, self._embed)

    async def remember(
        self, trials: Sequence[Trial], vectors: Sequence[Sequence[float]] | None = None
    ) -> None:
        """Index trials that the journal holds; broken ones are left out.

        Args:
            trials: Of any tools.
            vectors: Of their queries, where somebody has them already.
        """
        await asyncio.to_thread(self._remember, trials, vectors)

    def _closest(self, tool: str, query: str, also: Sequence[str]) -> float | None:
        vector = self._vector(query)
        past = self._past_similarity(tool, vector)
        near = [similarity(vector, self._vector(text)) for text in also]
        return max(near if past is None else [past, *near], default=None)

    def _past_similarity(self, tool: str, vector: Sequence[float]) -> float | None:
        if not self._outdated:
            return self._index.closest(tool, vector)
        return next((past.similarity for past in self._current(tool, vector, 1)), None)

    def _remember(self, trials: Sequence[Trial], vectors: Sequence[Sequence[float]] | None) -> None:
        known = [self._vector(trial.query) for trial in trials] if vectors is None else vectors
        self._index.upsert(trials, known)

    def _view(self, tool: str, near: str | None, rng: random.Random) -> LongTermView:
        if self._index.is_empty(tool):  # before anything is embedded for it
            return LongTermView()
        vector = None if near is None else self._vector(near)
        if not self._outdated:
            return self._index.view(
                tool, vector, rng, nearest=self._shown_nearest, sampled=self._shown_sampled
            )
        nearest = [] if vector is None else self._current(tool, vector, self._shown_nearest)
        hidden = self._outdated | {past.trial_id for past in nearest}
        return LongTermView(
            nearest=tuple(nearest),
            sampled=tuple(self._index.sample(tool, self._shown_sampled, rng, without=hidden)),
            total=max(0, self._index.count(tool) - len(self._outdated)),
        )

    def _current(self, tool: str, vector: Sequence[float], k: int) -> list[PastQuery]:
        # So many more, that ``k`` are left even if all that is outdated is nearer.
        found = self._index.nearest(tool, vector, k + len(self._outdated))
        return [past for past in found if past.trial_id not in self._outdated][:k]

    def _vector(self, text: str) -> Sequence[float]:
        vector = self._recent.get(text)
        if vector is None:
            vector = self._embed.embed([text])[0]
            self._recent[text] = vector
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return vector
