from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.evaluation import find_leaks, leaks
from practicum.records import Item, ToolCall


class Letters:
    """Embeds a text as how often each letter stands in it."""

    name = "letters"

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [[float(text.lower().count(chr(97 + place))) for place in range(26)] for text in texts]


def item(name: str, query: str, *calls: ToolCall) -> Item:
    return Item(id=name, query=query, expected=calls)


def units(value: float) -> ToolCall:
    return ToolCall(name="units", arguments={"value": value, "digits": None})


def test_the_three_kinds_of_leaks_are_told_apart() -> None:
    items = [
        item("same", 'How many pounds are "70 kg"', units(70)),
        item("near", "How many pounds are 71 kg?", units(71)),
        item("other", "What is the capital of Peru?"),
        item("call", "Zzz qqq xxx", units(70.0)),
    ]
    learned = [("how many  pounds are 70 KG?", units(70)), ("A joke, please", None)]
    report = find_leaks(items, learned, Letters(), threshold=0.99)
    assert [leak.id for leak in report.exact] == ["same"]
    assert report.near is not None
    assert [(leak.id, leak.learned) for leak in report.near] == [("near", "how many  pounds are 70 KG?")]
    assert [leak.id for leak in report.same_call] == ["same", "call"]
    assert report.ids == {"same", "near"}
    assert (report.items, report.learned) == (4, 2)


def test_a_sign_makes_another_query() -> None:
    report = find_leaks([item("a", "What is -5 C?")], [("What is 5 C?", None)], None)
    assert report.exact == ()


def test_without_an_embedder_near_duplicates_are_said_to_be_unchecked() -> None:
    assert find_leaks([item("a", "x")], [("y", None)], None).near is None


def test_nothing_learned_and_a_vector_of_zeros_are_no_leaks() -> None:
    assert find_leaks([item("a", "x")], [], Letters()).near == ()
    assert find_leaks([item("a", "123")], [("456", None)], Letters()).near == ()


@given(st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=12), st.integers(1, 5))
def test_blocks_of_any_size_find_the_same_nearest_query(texts: list[str], block: int) -> None:
    items = [item(str(place), text) for place, text in enumerate(texts)]
    learned = [(f"{text}d", None) for text in reversed(texts)]
    whole = find_leaks(items, learned, Letters(), threshold=0.5).near
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaks, "_BLOCK", block)
        parts = find_leaks(items, learned, Letters(), threshold=0.5).near
    assert whole is not None
    assert parts is not None
    assert [leak.id for leak in parts] == [leak.id for leak in whole]
    assert [leak.similarity for leak in parts] == pytest.approx([leak.similarity for leak in whole])
