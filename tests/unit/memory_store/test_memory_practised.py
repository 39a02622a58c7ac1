"""How near a query is to what tools were asked in practice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from practicum.memory_store.practised import A_TOOL, PractisedQueries
from practicum.models.embedders import HashingEmbedder


class Counting(HashingEmbedder):
    """Counts the texts that it embedded."""

    texts = 0

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.texts += len(texts)
        return super().embed(texts)


async def test_a_tool_is_as_near_as_what_it_was_asked() -> None:
    asked = {"moon": ["phase of the moon", "is the moon full"], "tide": ["height of the tide"], "sun": []}
    near = await PractisedQueries(asked, HashingEmbedder()).near("phase of the moon")
    assert set(near) == {"moon", "tide"}
    assert near["moon"] > near["tide"]


async def test_the_mean_of_the_nearest_counts() -> None:
    """One that is the same, and others that are not, make less than several that are alike."""
    one = PractisedQueries(
        {"moon": ["phase of the moon", *("zzz " * n for n in range(1, 5))]}, HashingEmbedder()
    )
    all_alike = PractisedQueries({"moon": ["phase of the moon"]}, HashingEmbedder())
    assert (await one.near("phase of the moon"))["moon"] < 0.5
    assert (await all_alike.near("phase of the moon"))["moon"] == pytest.approx(1.0, abs=1e-5)


async def test_vectors_are_made_once_and_of_some_queries_only() -> None:
    embedder = Counting()
    practised = PractisedQueries({"moon": [f"moon {n}" for n in range(1000)] * 2}, embedder)
    assert embedder.texts == 0
    await practised.near("moon 999")
    await practised.near("moon 1")
    assert embedder.texts == 2 * (A_TOOL + 2)  # the words, and their shape


async def test_a_query_of_the_same_shape_is_nearer_than_one_about_the_same_thing() -> None:
    asked = {"convert": ["How many feet are 3 m?"], "describe": ["Which quantity is measured in pounds?"]}
    near = await PractisedQueries(asked, HashingEmbedder()).near("How many pounds are 70 kg?")
    assert near["convert"] > near["describe"]


async def test_vectors_are_kept_for_the_next_process(tmp_path: Path) -> None:
    asked = {"moon": ["phase of the moon", "is the moon full"], "tide": ["height of the tide"]}
    first = await PractisedQueries(asked, HashingEmbedder(), cache=tmp_path / "cache").near("the tide")
    embedder = Counting()
    again = await PractisedQueries(asked, embedder, cache=tmp_path / "cache").near("the tide")
    assert (again, embedder.texts) == (first, 2)


async def test_nothing_practised_is_near_nothing() -> None:
    assert await PractisedQueries({}, HashingEmbedder()).near("moon") == {}
