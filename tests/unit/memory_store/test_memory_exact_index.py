"""Past queries in memory answer as those in Chroma do."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from memory_parts import numbered

from practicum.memory_store.exact_index import ExactIndex
from practicum.memory_store.index import TrialIndex
from practicum.models.embedders import HashingEmbedder
from practicum.records import LongTermView, Outcome, Trial

TRIALS = [
    *(numbered(number) for number in range(40)),
    numbered(90, outcome=Outcome.BROKEN),
    numbered(91, tool="other"),
]


def looked_up(index: TrialIndex | ExactIndex, near: str | None) -> LongTermView:
    vector = None if near is None else HashingEmbedder().embed([near])[0]
    found = index.view("convert", vector, random.Random(3), nearest=5, sampled=4)
    rounded = [
        past.model_copy(update={"similarity": round(past.similarity or 0, 4)}) for past in found.nearest
    ]
    return found.model_copy(update={"nearest": tuple(rounded)})


@pytest.mark.parametrize("near", [None, "How many pounds are 17 kilograms?", "Will it rain?"])
def test_both_indexes_show_the_same_past(near: str | None, tmp_path: Path) -> None:
    stored, exact = TrialIndex(tmp_path / "index", HashingEmbedder()), ExactIndex(HashingEmbedder())
    assert stored.upsert(TRIALS) == exact.upsert(TRIALS) == 41
    assert looked_up(exact, near) == looked_up(stored, near)
    assert exact.count("convert") == stored.count("convert") == 40
    vector = HashingEmbedder().embed(["How many pounds are 17 kilograms?"])[0]
    assert exact.closest("convert", vector) == pytest.approx(stored.closest("convert", vector))
    assert [past.trial_id for past in exact.nearest("convert", vector, 1)] == ["00017"]
    stored.close()


def test_what_is_indexed_again_replaces_what_was_and_what_is_not_there_is_nothing() -> None:
    exact = ExactIndex(HashingEmbedder())
    assert exact.nearest("convert", HashingEmbedder().embed(["x"])[0], 3) == []
    assert exact.closest("convert", HashingEmbedder().embed(["x"])[0]) is None
    again: Trial = numbered(1).model_copy(update={"outcome": Outcome.UNSOLVED})
    exact.upsert([numbered(1)])
    exact.upsert([again])
    assert exact.count("convert") == 1
    assert exact.sample("convert", 5, random.Random(0))[0].outcome is Outcome.UNSOLVED
    assert exact.sample("convert", 5, random.Random(0), without={"00001"}) == []
