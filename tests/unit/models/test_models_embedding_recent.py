"""Embedding the same text once."""

from __future__ import annotations

from collections.abc import Sequence

from practicum.models.embedders import HashingEmbedder
from practicum.models.embedding_recent import RecentEmbedder


class _Counting(HashingEmbedder):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.seen += texts
        return super().embed(texts)


def test_a_text_is_embedded_once_however_often_it_is_asked_for() -> None:
    inner = _Counting()
    recent = RecentEmbedder(inner)

    first = recent.embed(["a", "b", "a"])
    again = recent.embed(["b", "c"])

    assert inner.seen == ["a", "b", "c"]
    assert first[0] == first[2] == HashingEmbedder().embed(["a"])[0]
    assert again == HashingEmbedder().embed(["b", "c"])
    assert recent.name == inner.name


def test_a_vector_that_a_caller_changed_is_not_remembered_changed() -> None:
    recent = RecentEmbedder(HashingEmbedder())

    recent.embed(["a"])[0][0] = 9.0

    assert recent.embed(["a"]) == HashingEmbedder().embed(["a"])


def test_only_the_latest_texts_are_kept() -> None:
    inner = _Counting()
    recent = RecentEmbedder(inner, kept=2)

    recent.embed(["a", "b", "c"])
    recent.embed(["c", "a"])

    assert inner.seen == ["a", "b", "c", "a"]
    assert recent.embed([]) == []
