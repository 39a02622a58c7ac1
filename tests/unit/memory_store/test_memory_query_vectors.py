import pytest

from practicum.memory_store.query_vectors import WORDS_SCALE, query_vectors, words_vector
from practicum.memory_store.similarity import similarity
from practicum.models.embedders import HashingEmbedder
from practicum.values.shape import shape

ONE, OTHER = "How many pounds are 70 kg?", "How many feet are 3 metres?"
EMBEDDER = HashingEmbedder()


def cosine(one: str, other: str) -> float:
    return similarity(*EMBEDDER.embed([one, other]))


def test_two_queries_are_as_alike_as_their_words_and_shapes_on_average() -> None:
    one, other = query_vectors([ONE, OTHER], EMBEDDER)
    assert similarity(one, one) == pytest.approx(1)
    mean = (cosine(ONE, OTHER) + cosine(shape(ONE), shape(OTHER))) / 2
    assert similarity(one, other) == pytest.approx(mean, abs=1e-6)
    assert mean > cosine(ONE, OTHER)


def test_words_alone_can_be_compared_with_them() -> None:
    (row,) = query_vectors([OTHER], EMBEDDER)
    words = words_vector(ONE, EMBEDDER)
    assert WORDS_SCALE * similarity(words, row) == pytest.approx(cosine(ONE, OTHER), abs=1e-6)
