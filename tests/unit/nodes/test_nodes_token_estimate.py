"""Texts are measured, cut and dealt out by an estimate of their tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.nodes.token_estimate import cut, deal, estimate, one_line


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("  ", 0),
        ("kg", 1),
        ("kilogram", 2),
        ("2158", 4),
        ('{"value":1}', 5),
        ("a\nb", 3),
        ("東京", 2),
    ],
)
def test_words_digits_marks_and_lines_are_counted(text: str, tokens: int) -> None:
    assert estimate(text) == tokens


@given(st.text(), st.text())
def test_texts_side_by_side_cost_no_more_than_apart(one: str, other: str) -> None:
    assert estimate(one + other) <= estimate(one) + estimate(other)


@given(st.text(), st.integers(-1, 50))
def test_a_cut_text_keeps_to_its_bound_and_its_beginning(text: str, most: int) -> None:
    shown = cut(text, most)
    assert estimate(shown) <= max(0, most)
    assert text.startswith(shown.removesuffix("..."))


@given(st.text())
def test_a_text_that_fits_is_not_touched(text: str) -> None:
    assert cut(text, max(1, estimate(text))) == text


def test_a_text_that_was_cut_says_so() -> None:
    assert cut("How many pounds are seventy kilograms?", 5) == "How many pounds are..."


@given(st.text())
def test_a_line_has_no_breaks(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@given(st.lists(st.integers(0, 100)), st.integers(-5, 500))
def test_nobody_gets_more_than_they_want_and_all_of_it_is_dealt(wanted: list[int], most: int) -> None:
    got = deal(wanted, most)
    assert all(0 <= has <= wants for has, wants in zip(got, wanted, strict=True))
    assert sum(got) == min(sum(wanted), max(0, most))


def test_who_wants_little_gets_it_all_and_the_others_share_alike() -> None:
    assert deal([3, 50, 2, 40], 25) == [3, 10, 2, 10]
