from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.memory_store import similarity
from practicum.memory_store.similarity import diverse, near_duplicates
from practicum.models.embedders import HashingEmbedder


class Compass:
    """Embeds "90" as the unit vector that points 90 degrees from the x axis."""

    name = "compass"

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [point(float(text)) for text in texts]


def point(degrees: float) -> list[float]:
    return [float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees)))]


def test_near_duplicates_are_found_by_spelling_alone() -> None:
    texts = ["How many pounds are 70 kg?", "Will it rain?"]
    others = ["Is it late?", "how many pounds  are 70 kg?"]
    assert [(i, j) for i, j, _ in near_duplicates(texts, others, HashingEmbedder())] == [(0, 1)]


def test_texts_are_compared_with_each_other_once_a_pair() -> None:
    found = near_duplicates(["0", "90", "1", "91"], None, Compass())
    assert [(i, j) for i, j, _ in found] == [(0, 2), (1, 3)]
    assert found[0][2] == pytest.approx(np.cos(np.radians(1)), abs=1e-6)


def test_nothing_is_near_nothing() -> None:
    assert near_duplicates([], ["1"], Compass()) == []
    assert near_duplicates(["1"], [], Compass()) == []
    assert near_duplicates([], None, Compass()) == []


def test_a_text_that_is_compared_with_nothing_is_not_embedded() -> None:
    class Unasked:
        name = "unasked"

        def embed(self, texts: Sequence[str]) -> list[list[float]]:
            raise AssertionError(texts)

    assert near_duplicates(["1"], None, Unasked()) == []
    assert near_duplicates(["1"], [], Unasked()) == []


@given(
    st.lists(st.integers(0, 359), max_size=12),
    st.none() | st.lists(st.integers(0, 359), max_size=12),
    st.integers(1, 5),
)
def test_blocks_find_what_a_plain_comparison_finds(
    left: list[int], right: list[int] | None, block: int
) -> None:
    texts = [str(degrees) for degrees in left]
    others = None if right is None else [str(degrees) for degrees in right]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "BLOCK", block)
        found = [(i, j) for i, j, _ in near_duplicates(texts, others, Compass(), threshold=0.9)]
    compared = left if right is None else right
    assert found == [
        (i, j)
        for i, a in enumerate(left)
        for j, b in enumerate(compared)
        if np.cos(np.radians(a - b)) >= 0.9 and (right is not None or i < j)
    ]


def test_without_diversity_the_nearest_are_chosen_in_order() -> None:
    candidates = [point(degrees) for degrees in (40, 5, 10, 90)]
    assert [index for index, _ in diverse(point(0), candidates, 3, 0)] == [1, 2, 0]


def test_with_diversity_the_second_choice_avoids_what_repeats_the_first() -> None:
    candidates = [point(degrees) for degrees in (5, 6, -40)]
    assert [index for index, _ in diverse(point(0), candidates, 2, 0.6)] == [0, 2]


def test_more_than_there_is_gives_all_there_is() -> None:
    assert diverse(point(0), [], 3, 0.3) == []
    assert [index for index, _ in diverse(point(0), [point(1)], 3, 0.3)] == [0]
